"""`manage.py demo` keeps away from production and from real people."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from config.demo import story
from config.demo.plan import Days, Plan
from config.demo.reading import number, pick, read, simplified, taiwan_number, template_names
from contracts.models.parts import REQUIRED_SUBJECTS
from contracts.models.templates import OFFERS
from contracts.placeholders import NAMES, unknown_in
from kernel import clock
from organization.models import User


@pytest.fixture
def untold(monkeypatch):
    """The story is not to be told; the value is the list of times that it was."""
    told = []
    monkeypatch.setattr(story, "tell", lambda: told.append(True))
    return told


@pytest.mark.django_db
def test_it_refuses_in_production(untold, settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError):
        call_command("demo")
    assert not untold


def test_it_refuses_beside_real_people(untold, person):
    person("salesperson")
    with pytest.raises(CommandError):
        call_command("demo")
    assert not untold


def test_it_refuses_a_second_time(untold, person):
    person("salesperson", is_demo=True)
    with pytest.raises(CommandError):
        call_command("demo")
    assert not untold


def test_it_leaves_a_database_in_use_alone_when_asked_so(untold, person):
    person("salesperson")
    call_command("demo", "--if-empty")
    assert not untold


@pytest.mark.django_db
def test_it_fills_an_empty_database(untold, capsys):
    call_command("demo", "--if-empty")
    assert untold == [True]


def test_the_logins_are_shown_only_where_there_is_a_demo_company(person, capsys):
    person("salesperson", name="Real")
    call_command("demo", "--logins")
    assert capsys.readouterr().out == ""
    shown = person("salesperson", name="Demo", is_demo=True)
    call_command("demo", "--logins")
    out = capsys.readouterr().out
    assert shown.email in out
    assert "Real" not in out
    assert User.objects.count() == 2


def test_what_looks_accidental_is_the_same_each_time():
    assert [number("a", 100), number("b", 100)] == [number("a", 100), number("b", 100)]
    assert pick("abc", "key") == pick("abc", "key")
    assert taiwan_number(2907) == taiwan_number(2907)


@pytest.mark.django_db
def test_a_plan_ends_so_many_working_days_ago_and_its_acts_keep_their_order():
    plan = Plan("p", ago=3)
    for gap in (0, 0, 2, 0, 5):
        plan.add(gap, None, lambda: None)
    events = list(plan.events(Days(date(2026, 11, 24))))
    assert plan.start == 10
    assert clock.local(events[-1].at).date() == date(2026, 11, 19)
    moments = [e.at for e in events]
    assert moments == sorted(moments)
    assert moments[0].date() == moments[1].date()


def test_mainland_colleagues_write_in_their_own_words():
    assert simplified("三次元量測儀與軟體，附治具與年度校正") == "三坐标测量仪与软件，附夹具与年度校准"


@pytest.mark.parametrize("name", template_names())
def test_each_template_settles_every_matter_with_known_placeholders(name):
    data = read(name)
    clauses, is_offer = data["clauses"], data["kind"] in OFFERS
    assert is_offer or set(REQUIRED_SUBJECTS) <= {clause["subject"] for clause in clauses}
    known = OFFERS.get(data["kind"], NAMES)
    assert not [place for clause in clauses for place in unknown_in(clause["text"], known)]
