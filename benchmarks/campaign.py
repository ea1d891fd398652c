"""A survey campaign to twenty thousand customers: how long it takes to ask them all, and to hand each letter to the mailer.

python -m benchmarks.campaign [--customers 20000]: fills a database of its own, starts the campaign, sends every letter to a
mail server on this machine, and prints the seconds of each part and of the campaign's page while it runs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from tests.smtp_sink import Sink

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
PER_ROUND = 2_000


def main():
    """Fill, ask, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    number = parser.parse_args().customers
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BYLAW_VAR"] = folder
        os.environ.setdefault("BYLAW_DATABASE_URL", f"sqlite:///{Path(folder) / 'campaign.sqlite3'}")
        sink = Sink()
        os.environ["BYLAW_MAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"
        _run(number, sink)


def _run(number, sink):
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    campaign = _prepared(number)
    from aftersales import campaigning
    from aftersales.models import Survey
    from kernel.models import Letter

    slowest, began = 0.0, time.perf_counter()
    going = True
    while going:
        at = time.perf_counter()
        going = campaigning.batch(campaign.pk)
        slowest = max(slowest, time.perf_counter() - at)
    took = time.perf_counter() - began
    assert Survey.objects.count() == Letter.objects.count() == number
    assert Survey.objects.values("customer").distinct().count() == number
    at = time.perf_counter()
    campaigning.progress_of(campaign)
    page = time.perf_counter() - at
    sys.stdout.write(
        f"{number} customers asked in {took:.1f} s, each once; slowest batch {slowest:.2f} s; "
        f"progress counted in {page * 1000:.0f} ms\n"
    )
    _send(number, sink)


def _send(number, sink):
    """Every letter over one connection a run, as the job does; each arrives once."""
    from kernel import mailing

    began = time.perf_counter()
    while mailing.send_letters():
        pass
    took = time.perf_counter() - began
    arrived = {name for name, _text in sink.letters}
    assert len(sink.letters) == len(arrived) == number, (len(sink.letters), len(arrived))
    sys.stdout.write(f"{number} letters taken by the mail server in {took:.1f} s, each once\n")


def _prepared(number):
    """Customers with a contact each, and a campaign to all of them."""
    from aftersales import campaigning, questioning
    from aftersales.models import Campaign, Question, Questionnaire
    from customers.models import Contact, Customer
    from kernel import clock
    from kernel.advance import advance
    from kernel.importing import Old, import_history
    from organization.models import User

    by = User.objects.create_user("service@example.com", "Service", "x", roles=("customer_service",))
    for start in range(0, number, PER_ROUND):
        rows = [
            Customer(name=f"客戶{n}", number=f"KH-B-{n:06}", owner=by)
            for n in range(start, min(start + PER_ROUND, number))
        ]
        for row in rows:
            row.fill_keys()
        made = import_history([Old(row) for row in rows], by=by)
        Contact.objects.bulk_create(Contact(customer=c, name="窗口", email=f"c{c.pk}@example.com") for c in made)
    questionnaire = questioning.create(Questionnaire(name="調查", occasion="campaign"), by=by)
    words = {f"text_{name}": "滿意嗎？" for name in ("zh_hant", "zh_hans", "en")}
    Question.objects.create(questionnaire=questionnaire, kind="scale", **words)
    advance(questionnaire, "put_in_use", by=by)
    ends_on = clock.today() + timedelta(days=30)
    campaign = campaigning.create(Campaign(title="全體", questionnaire=questionnaire, ends_on=ends_on), by=by)
    advance(campaign, "start", by=by)
    return Campaign.objects.get(pk=campaign.pk)


if __name__ == "__main__":
    main()
