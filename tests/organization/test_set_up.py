"""The first run of a company, and what production refuses to start with."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from config import checks
from kernel import clock
from kernel.models import Setting
from kernel.settings import setting
from organization import tasks
from organization.models import Company, User

ROOT = Path(__file__).resolve().parent.parent.parent
GIVEN = {"email": "Admin@Example.com", "name": "First Admin", "company": "Hongzhou", "no_input": True}


@pytest.fixture(autouse=True)
def _jobs_at_once(monkeypatch):
    monkeypatch.setattr(tasks.mail_invitation, "apply_async", lambda a, retry: tasks.mail_invitation.run(*a))


@pytest.mark.django_db
def test_set_up_makes_company_settings_and_an_invited_administrator(capsys, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("setup", **GIVEN, region="CN", address="Suzhou", set=["promises.remind_at=0.7"])
    company, user = Company.own(), User.objects.get()
    assert (company.name, company.region, company.currency, company.address) == ("Hongzhou", "CN", "CNY", "Suzhou")
    assert (user.email, user.roles, user.language, user.department.name) == (
        "admin@example.com",
        ["administrator"],
        "zh-hans",
        "Administration",
    )
    assert not user.has_usable_password()
    assert setting("calendar.region") == "CN"
    assert Setting.objects.get(key="promises.remind_at").value == "0.7"
    link = capsys.readouterr().out.split()[-1]
    assert b"new_password1" in client.get("/" + link.split("/", 3)[3], follow=True).content
    assert [m.to for m in mail.outbox] == [["admin@example.com"]]


@pytest.mark.django_db
def test_set_up_refuses_a_second_administrator(person):
    person("administrator")
    with pytest.raises(CommandError, match="already"):
        call_command("setup", **GIVEN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "nobody"}, "no e-mail address"),
        ({"email": ""}, "is missing"),
        ({"region": "US"}, "TW, CN or HK"),
        ({"currency": "XXX"}, "currency"),
        ({"set": ["no.such=1"]}, "no KEY=VALUE"),
        ({"set": ["promises.remind_at=much"]}, "kind"),
    ],
)
def test_set_up_refuses_in_words_and_writes_nothing(wrong, words):
    from django.utils import translation

    with translation.override("en"), pytest.raises(CommandError, match=words):
        call_command("setup", **{**GIVEN, **wrong})
    assert not (Company.objects.exists() or User.objects.exists() or Setting.objects.exists())


@pytest.mark.django_db
def test_set_up_takes_answers_from_the_environment(monkeypatch):
    monkeypatch.setenv("BYLAW_SETUP_COMPANY", "From the environment")
    call_command("setup", **{**GIVEN, "company": None}, no_mail=True)
    assert Company.own().name == "From the environment"


@pytest.mark.django_db
def test_demo_people_stop_production_and_nothing_else(person, settings):
    person("salesperson", is_demo=True)
    assert checks.dangers() == []
    checks.assert_safe_to_start()
    settings.PRODUCTION, settings.SECRET_KEY = True, "x" * 50
    assert [e.id for e in checks.dangers()] == ["bylaw.E003"]
    with pytest.raises(SystemExit, match="demo people"):
        checks.assert_safe_to_start()
    with pytest.raises(CommandError, match="demo people"):
        call_command("setup", **GIVEN)


@pytest.mark.django_db
def test_debug_and_default_secret_stop_production(settings):
    settings.PRODUCTION, settings.DEBUG, settings.SECRET_KEY = True, True, settings.DEFAULT_SECRET
    assert [e.id for e in checks.dangers()] == ["bylaw.E001", "bylaw.E002"]
    settings.DEBUG, settings.SECRET_KEY = False, "x" * 50
    assert checks.dangers() == []


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "BYLAW_SECRET_KEY"),
        ({"BYLAW_SECRET_KEY": "short"}, "BYLAW_SECRET_KEY"),
        ({"BYLAW_SECRET_KEY": "x" * 50, "BYLAW_DEBUG": "1"}, "BYLAW_DEBUG"),
        ({"BYLAW_SECRET_KEY": "x" * 50}, "BYLAW_HOSTS"),
    ],
)
def test_production_without_its_settings_does_not_start(environment, words, tmp_path):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BYLAW_")}
    clean |= {"BYLAW_MODE": "production", "BYLAW_VAR": str(tmp_path), **environment}
    answer = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"], cwd=ROOT, env=clean, capture_output=True, text=True
    )
    assert answer.returncode != 0
    assert words in answer.stderr


@pytest.mark.django_db
def test_setting_of_tomorrow_does_not_hold_today():
    Setting.objects.create(key="calendar.region", value="HK", effective_on=clock.today() + timedelta(1))
    assert setting("calendar.region") == "TW"
