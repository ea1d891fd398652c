"""Deputies: what passes and what never does, to the minute; who asked, accepted and ended; both names on a decision."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from kernel import clock, inbox
from kernel.advance import StepRefused, advance, begin
from kernel.models import Agreement, Notice, StateChange
from kernel.notices import deciders_of
from kernel.settings import forget
from kernel.steps import machines, steps_of
from organization import deputising
from organization.models import Deputyship, User
from organization.services import deactivate
from tests.factories.contracts import make_contract, make_template, submit

pytestmark = pytest.mark.django_db

START = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
END = START + timedelta(days=4)
SECOND = timedelta(seconds=1)


def fresh(user):
    """The person as the next request finds him."""
    forget()
    return User.objects.get(pk=user.pk)


def named(absent, deputy, starts=START, ends=END, accept=True):
    """A deputyship asked for the day before, and accepted unless told otherwise."""
    with clock.at(START - timedelta(days=1)):
        values = {"deputy": deputy, "starts_at": starts, "ends_at": ends, "reason": "leave"}
        row = deputising.ask(Deputyship(absent=absent, **values), by=fresh(absent))
        if accept:
            advance(row, "accept", by=fresh(deputy))
    return Deputyship.objects.get(pk=row.pk)


def case(by, title="Case"):
    """An exception asked for by this person."""
    values = {"model": "kernel.agreement", "row": 1, "clause": "3.1.5c", "subject": "s", "reason": "why"}
    return begin(Agreement(title=title, asked_by=by, **values), by=by)


def may_decide(user, record):
    """Whether this person may take some approval step on the record now."""
    return any(s.approval and s.permission(record, fresh(user)) for s in record.steps())


@pytest.fixture
def deputy(person, manager):
    """A salesperson who stands in."""
    return person("salesperson", name="Liu Deputy", boss=manager)


def test_rights_pass_to_the_second_and_end_by_themselves(manager, deputy, salesperson):
    named(manager, deputy)
    record = case(salesperson)
    for moment, expected in ((START - SECOND, False), (START, True), (END - SECOND, True), (END, False)):
        with clock.at(moment):
            assert may_decide(deputy, record) is expected, moment
            assert [w.pk for w in inbox.queue(fresh(deputy))] == ([record.pk] if expected else [])
            assert inbox.count(fresh(deputy)) == int(expected)
            assert fresh(deputy).has_perm("kernel.agree_exception") is expected


def test_a_decision_names_both(manager, deputy, salesperson, as_):
    named(manager, deputy)
    record = case(salesperson)
    with clock.at(START + SECOND):
        forget()
        assert {manager.pk, deputy.pk} == deciders_of(record)
        change = advance(record, "agree", by=fresh(deputy), comment="fits")
    assert (change.by, change.on_behalf_of) == (deputy, manager)
    notice = Notice.objects.get(to=salesperson, kind="step")
    with translation.override("zh-hant"):
        assert "Liu Deputy 代 Chou Manager" in notice.text
    page = as_(salesperson).get(f"/agreements/{record.pk}/").content.decode()
    assert "Liu Deputy for Chou Manager" in page


def test_both_names_stand_in_the_history_of_fields_and_in_the_file(manager, deputy, salesperson, as_):
    named(manager, deputy)
    record = case(salesperson)
    with clock.at(START + SECOND):
        advance(record, "agree", by=fresh(deputy), comment="fits")
    for client in (as_(deputy), as_(manager)):
        assert "Liu Deputy for Chou Manager" in client.get("/approvals/?tab=decided").content.decode()
        answer = client.get("/exports/of/decisions.csv/")
        assert "Liu Deputy for Chou Manager" in b"".join(answer).decode("utf-8-sig")
    page = as_(manager).get(f"/agreements/{record.pk}/history/").content.decode()
    assert "Liu Deputy for Chou Manager" in page


def test_the_last_day_ends_at_midnight_to_the_minute(manager, deputy, salesperson):
    """SECURITY S3: over at local midnight; a decision in the minute before still names both, none in the minute after."""
    midnight = clock.local(END).replace(hour=0, minute=0)
    named(manager, deputy, ends=midnight)
    before, after = case(salesperson, "Before"), case(salesperson, "After")
    with clock.at(midnight - timedelta(minutes=1)):
        change = advance(before, "agree", by=fresh(deputy), comment="in time")
        assert change.signature.startswith("Liu Deputy") and change.on_behalf_of == manager
    for moment in (midnight, midnight + timedelta(minutes=1)):
        with clock.at(moment), pytest.raises(PermissionDenied):
            advance(after, "agree", by=fresh(deputy), comment="late")
    with clock.at(midnight):
        assert inbox.queue(fresh(deputy)) == []
        assert not fresh(deputy).has_perm("kernel.agree_exception")
    assert Agreement.objects.get(title="After").state == "requested"


def test_neither_the_deputys_nor_the_absents_own_items(manager, deputy, director, salesperson):
    named(manager, deputy)
    own, his, others = case(deputy), case(manager), case(salesperson)
    with clock.at(START):
        assert [may_decide(deputy, r) for r in (own, his, others)] == [False, False, True]
        assert [w.pk for w in inbox.queue(fresh(deputy))] == [others.pk]
        assert may_decide(manager, own) and may_decide(director, his)
        with pytest.raises(PermissionDenied):
            advance(his, "agree", by=fresh(deputy), comment="x")


def test_the_directors_deputy_decides_what_has_nobody_else(manager, deputy, director):
    named(director, deputy)
    record, his = case(manager), case(director)
    with clock.at(START):
        assert may_decide(deputy, record)
        assert not may_decide(deputy, his)
        assert inbox.count(fresh(deputy)) == 1


def test_rights_do_not_go_on_from_a_deputy(manager, deputy, person, salesperson, legal):
    third = person("salesperson")
    named(manager, legal)
    named(legal, third)
    record = case(salesperson)
    with clock.at(START):
        assert may_decide(legal, record)
        assert not may_decide(third, record)
        assert fresh(third).has_perm("contracts.legal_review_contract")
        assert not fresh(third).has_perm("kernel.agree_exception")


def test_declined_withdrawn_or_ended_nothing_passes(manager, deputy, salesperson):
    record = case(salesperson)
    for step, by in (("decline", deputy), ("withdraw", manager), ("end", deputy), ("end", manager)):
        row = named(manager, deputy, accept=step == "end")
        with clock.at(START - timedelta(hours=1)):
            advance(row, step, by=fresh(by), comment="plans changed")
        with clock.at(START):
            assert not may_decide(deputy, record)


def test_ended_early_by_who_watches_over_them(manager, deputy, person, salesperson):
    row, record, hr = named(manager, deputy), case(salesperson), person("hr")
    with clock.at(START + SECOND):
        stale = fresh(deputy)
        assert stale.has_perm("kernel.agree_exception")
        with pytest.raises(PermissionDenied):
            advance(row, "end", by=fresh(salesperson), comment="x")
        advance(row, "end", by=fresh(hr), comment="back early")
        with pytest.raises(PermissionDenied):  # even where his page was opened before it ended
            advance(record, "agree", by=stale, comment="x")


def test_only_the_deputy_answers(manager, deputy, salesperson):
    row = named(manager, deputy, accept=False)
    with clock.at(START - timedelta(hours=2)):
        for other in (manager, salesperson):
            with pytest.raises(PermissionDenied):
                advance(row, "accept", by=fresh(other))
        advance(row, "accept", by=fresh(deputy))


def test_what_is_refused_when_asking(manager, deputy, salesperson):
    named(manager, deputy)
    wrong = [
        (manager, START, END),
        (deputy, END, START),
        (deputy, START, START),
        (deputy, START - timedelta(days=3), START - timedelta(days=2)),
        (deputy, START + timedelta(days=3), END + timedelta(days=3)),
        (deputy, END, END + timedelta(days=93)),
    ]
    for who, starts, ends in wrong:
        with pytest.raises(ValidationError):
            named(manager, who, starts, ends)
    with pytest.raises(PermissionDenied):
        named(salesperson, deputy)
    named(manager, deputy, END, END + timedelta(days=1))  # the next begins when the last ends


def test_who_leaves_takes_his_deputyships_along(manager, deputy, person):
    row = named(manager, deputy)
    with clock.at(START):
        deactivate(user=fresh(deputy), by=person("administrator"))
    assert Deputyship.objects.get(pk=row.pk).state == "ended"


def test_the_job_closes_what_is_over_and_tells_what_was_decided(manager, deputy, salesperson):
    row, record = named(manager, deputy), case(salesperson)
    with clock.at(START + SECOND):
        advance(record, "agree", by=fresh(deputy), comment="fits")
    with clock.at(END):
        assert deputising.lapse_over() == 1
        assert deputising.lapse_over() == 0
    row = Deputyship.objects.get(pk=row.pk)
    assert [c.title for c in row.decisions()] == ["Case"]
    assert Notice.objects.filter(to=manager, kind="deputy_over", params__n="1").count() == 1


def test_a_deputy_never_gets_more_than_the_absent_has(manager, deputy, legal, director, person, salesperson):
    """Over every pair, every machine's decisions and every kind of own item: what he may, the absent may as well."""
    second, chief = person("sales_manager"), person("legal")
    template = make_template(legal, chief)
    contracts = [submit(make_contract(by, template)) for by in (salesperson, deputy, second)]
    cases = [case(by) for by in (salesperson, deputy, manager, director, legal, second)]
    waiting = make_template(chief, code="T-05", state="legal_review")
    for absent, stand_in in itertools.permutations((manager, director, legal, deputy), 2):
        if absent == deputy:
            continue
        row = named(absent, stand_in)
        with clock.at(START):
            now, other = fresh(stand_in), fresh(absent)
            assert set(now.deputed_rights) <= other.role_rights
            for record in (*contracts, *cases, waiting):
                _never_more(record, now, other)
            advance(row, "end", by=now, comment="done")


def _never_more(record, stand_in, absent):
    for step in record.steps():
        for_whom = step.permission.as_deputy(record, stand_in)
        own = step.permission._people(record, step.permission.but_not)
        assert for_whom in ([], [absent.pk])
        assert not for_whom or (step.permission.by_own_right(record, absent) and not {stand_in.pk, absent.pk} & own)
        listed = type(record).objects.filter(step.permission.rows(stand_in), pk=record.pk).exists()
        assert listed == step.permission(record, stand_in), (record, step.name)


def test_steps_that_name_a_person_never_pass():
    for model in machines():
        for step in steps_of(model):
            if step.permission.only or not step.permission.but_not:
                assert not step.permission._passes_to_deputies


def test_a_one_time_code_is_asked_of_who_decides_for_a_manager(manager, deputy, director, settings):
    settings.REQUIRE_OTP = True
    named(manager, deputy)
    with clock.at(START - SECOND):
        assert not fresh(deputy).needs_otp
    with clock.at(START):
        assert fresh(deputy).needs_otp


def test_the_pages(manager, deputy, salesperson, as_):
    client = as_(manager)
    assert as_(salesperson).get("/deputies/new/").status_code == 403
    start = clock.local(clock.now()) - timedelta(hours=1)
    form = {"deputy": deputy.pk, "starts_at": f"{start:%Y-%m-%dT%H:%M}", "reason": "leave", "ends_at": "yesterday"}
    answer = client.post("/deputies/new/", form)
    assert answer.status_code == 422 and "leave" in answer.content.decode()
    form["ends_at"] = f"{start + timedelta(days=2):%Y-%m-%dT%H:%M}"
    answer = client.post("/deputies/new/", form)
    assert answer.status_code == 302
    assert as_(salesperson).get(answer.url).status_code == 404
    his = as_(deputy)
    assert "You are asked to deputise" in his.get("/").content.decode()
    assert his.post(f"{answer.url}accept/").status_code == 302
    assert "You decide for Chou Manager" in his.get("/").content.decode()
    assert "Liu Deputy decides for you" in client.get("/").content.decode()
    assert "Liu Deputy for Chou Manager" in client.get("/deputies/").content.decode()
    record = case(salesperson)
    assert his.post(f"/agreements/{record.pk}/agree/", {"comment": "fits"}).status_code == 302
    assert StateChange.objects.get(step="agree").on_behalf_of == manager
    assert "fits" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("role", ["production", "purchasing", "quality", "logistics"])
def test_nobody_who_is_shown_no_prices_stands_in_for_who_decides_on_them(manager, director, person, as_, role):
    colleague = person(role, name="Shop Floor")
    for absent in (manager, director):
        with pytest.raises(ValidationError) as refused:
            named(absent, colleague)
        assert list(refused.value.message_dict) == ["deputy"]
    values = {"deputy": colleague.pk, "starts_at": "2199-03-01T09:00", "ends_at": "2199-03-02T09:00", "reason": "leave"}
    answer = as_(manager).post("/deputies/new/", values)
    assert answer.status_code == 422
    assert "works where sales prices are not shown" in answer.content.decode()
    assert not Deputyship.objects.exists()


def test_who_moved_to_where_no_prices_are_shown_does_not_take_it_on(manager, deputy):
    row = named(manager, deputy, accept=False)
    deputy.set_roles(("production",))
    with clock.at(START - timedelta(hours=1)), pytest.raises(StepRefused):
        advance(row, "accept", by=fresh(deputy))
