"""Whatever a job may write, a page can show: the web process knows every sentence, promise and setting the jobs know."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kernel.models import Notice

ROOT = Path(__file__).resolve().parents[2]
# As the web server starts, then as the worker does: what the jobs declare must not come on top.
PROGRAM = """
import importlib, os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
import config.urls
from django.apps import apps
from kernel import notices, promises, settings
known = [set(notices.SENTENCES), set(promises.KINDS), set(settings.DEFINITIONS)]
for app in apps.get_app_configs():
    if importlib.util.find_spec(f"{app.name}.tasks"):
        importlib.import_module(f"{app.name}.tasks")
print([sorted(set(now) - then) for now, then in zip((notices.SENTENCES, promises.KINDS, settings.DEFINITIONS), known)])
"""


def test_the_web_process_knows_what_the_jobs_declare(tmp_path):
    environment = {**os.environ, "BYLAW_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("[[], [], []]", 0), done.stderr[-2000:]


@pytest.mark.django_db
def test_a_notice_of_a_kind_no_code_knows_any_more_is_still_listed(salesperson, as_):
    Notice.objects.create(to=salesperson, kind="gone", params={"title": "KH-2020-0001"}, effect="gone:1")
    page = as_(salesperson).get("/notices/")
    assert page.status_code == 200
    assert "KH-2020-0001" in page.content.decode()
