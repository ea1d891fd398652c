# Two commands matter: `make serve` runs Bylaw with a demo company, `make test` tests it. Both set up what they need.
PYTHON := $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
RUN := .venv/bin/python

.PHONY: serve test test-all lint demo bench import-samples tour messages setup
.DEFAULT_GOAL := serve

serve:           ## everything, embedded: web, worker, beat, demo company; Ctrl-C stops it
	@$(PYTHON) scripts/setup.py serve
	@$(RUN) scripts/serve.py

test:            ## the suite on SQLite, then what touches the database on PostgreSQL with Redis
	@$(PYTHON) scripts/setup.py test
	@$(RUN) scripts/test.py

test-all:        ## everything on both databases, every variant of the page checks
	@$(PYTHON) scripts/setup.py test
	@$(RUN) scripts/test.py --all

lint:            ## style, types, layers, templates, migrations and the rules of the house
	@$(PYTHON) scripts/setup.py lint
	@$(RUN) scripts/lint.py

demo:            ## the demo company again, from nothing, in an empty database
	@$(PYTHON) scripts/setup.py serve
	@$(RUN) manage.py migrate --noinput -v 0
	@$(RUN) manage.py demo

bench:           ## every page against its own floor with 20,000 customers; search, files and lists with up to a million rows
	@$(PYTHON) scripts/setup.py test
	@$(RUN) scripts/with_services.py $(RUN) -m benchmarks
	@$(RUN) scripts/with_services.py $(RUN) -m benchmarks.volume
	@$(RUN) scripts/with_services.py $(RUN) -m benchmarks.execution

import-samples:  ## the given sample data (BYLAW_SAMPLES, else ../shared/data), where present
	@$(PYTHON) scripts/setup.py serve
	@$(RUN) manage.py migrate --noinput -v 0
	@$(RUN) manage.py import_samples

tour:            ## the pictures of docs/tour again, from a demo company of its own
	@$(PYTHON) scripts/setup.py test
	@$(RUN) scripts/tour.py

messages:        ## collect the texts to translate into locale/ (needs gettext), then compile
	@$(PYTHON) scripts/setup.py test
	@$(RUN) manage.py makemessages -l zh_Hant -l zh_Hans -l en --no-wrap --no-obsolete --add-location file \
		--ignore .venv --ignore var --ignore tests --ignore benchmarks --ignore scripts --ignore docs
	@$(RUN) scripts/compile_messages.py

setup:           ## only set up, for the tests too
	@$(PYTHON) scripts/setup.py test
