"""Handing on, asking, copying: what leaves whose queue, what comes back, who may not, and that a step ends it all."""

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from kernel import clock, inbox, referrals
from kernel.advance import StepRefused, advance
from kernel.models import Notice, Referral, StateChange
from kernel.settings import forget
from kernel.steps import steps_of
from organization.models import User
from tests.factories.contracts import approve_by_manager, fresh, make_contract, make_template, submit
from tests.organization.test_deputies import END, SECOND, START, named
from tests.pdfs import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    """What the tests read is said in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def second(person):
    """Another of legal."""
    return person("legal", name="Tsai Second")


@pytest.fixture
def third(person):
    """And another."""
    return person("legal", name="Ma Third")


@pytest.fixture
def record(salesperson, manager, legal, second):
    """A contract that waits for legal."""
    return approve_by_manager(submit(make_contract(salesperson, make_template(legal, second))), manager)


def anew(user):
    forget()
    return User.objects.get(pk=user.pk)


def queue_of(user):
    user = anew(user)
    rows = inbox.queue(user)
    assert inbox.count(user) == len(rows)
    return [row.pk for row in rows]


def marks(user):
    return [text for row in inbox.queue(anew(user)) for text in row.marks]


def told(user):
    return list(Notice.objects.filter(to=user).order_by("pk").values_list("kind", flat=True))


# --- transfer ---------------------------------------------------------------------------------------------
def test_a_transfer_leaves_my_queue_and_stands_in_his_with_whom_from_and_why(record, legal, second):
    referrals.transfer(record, to=second, why="You know the law of patents", by=legal)
    assert (queue_of(legal), queue_of(second)) == ([], [record.pk])
    assert marks(second) == ["From Hsu Legal: You know the law of patents"]
    assert told(second)[-1] == "transfer"
    with pytest.raises(StepRefused, match="take it back first"):
        advance(fresh(record), "return_text", by=anew(legal), comment="x")
    advance(fresh(record), "return_text", by=anew(second), comment="x")


def test_it_is_handed_back_with_a_reason(record, legal, second):
    row = referrals.transfer(record, to=second, why="please", by=legal)
    referrals.answer(row, text="Not my field", by=second)
    assert queue_of(legal) == [record.pk]
    assert "Tsai Second handed it back: Not my field" in marks(legal)
    assert told(legal)[-1] == "hand_back"
    advance(fresh(record), "return_text", by=anew(legal), comment="x")


def test_who_gave_it_away_takes_it_back_but_not_over_somebodys_head(record, legal, second, third):
    first = referrals.transfer(record, to=second, why="a", by=legal)
    onward = referrals.transfer(record, to=third, why="b", by=anew(second))
    assert [queue_of(u) for u in (legal, second, third)] == [[], [], [record.pk]]
    with pytest.raises(ValidationError, match="handed on meanwhile"):
        referrals.take_back(first, by=legal)
    referrals.take_back(onward, by=second)
    referrals.take_back(first, by=legal)
    assert [queue_of(u) for u in (legal, second, third)] == [[record.pk]] * 3


def test_a_chain_has_an_end_and_no_circle(record, legal, second, third, person):
    people = [legal, second, third, person("legal"), person("legal")]
    for giver, taker in itertools.pairwise(people[:4]):
        referrals.transfer(record, to=taker, why="on", by=anew(giver))
        with pytest.raises(ValidationError):
            referrals.transfer(record, to=giver, why="back", by=anew(taker))
    with pytest.raises(ValidationError, match="3 times already"):
        referrals.transfer(record, to=people[4], why="on", by=anew(people[3]))


def test_never_to_who_sent_it_or_has_no_right(record, legal, manager, salesperson, person):
    for to in (salesperson, manager, person("salesperson"), legal):
        with pytest.raises(ValidationError):
            referrals.transfer(record, to=to, why="x", by=legal)
        with pytest.raises(ValidationError):
            referrals.ask(record, to=to, why="x", by=legal)
    for by in (salesperson, manager):
        with pytest.raises(PermissionDenied):
            referrals.transfer(record, to=legal, why="x", by=by)
    author = make_template(legal, code="T-9", state="legal_review")
    assert referrals.candidates(author, person("legal"), "transfer").isdisjoint({legal.pk})


def test_the_next_step_ends_it_all(record, salesperson, legal, second, manager):
    row = referrals.transfer(record, to=second, why="please", by=legal)
    question = referrals.ask(record, to=legal, why="was it clear?", by=second)
    advance(fresh(record), "return_text", by=anew(second), comment="x")
    with pytest.raises(ValidationError):
        referrals.answer(row, text="late", by=second)
    with pytest.raises(ValidationError):
        referrals.answer(question, text="late", by=legal)
    advance(fresh(record), "resubmit_to_legal", by=salesperson)
    assert (queue_of(legal), queue_of(second)) == ([record.pk], [record.pk])
    assert marks(legal) == marks(second) == []


def test_whoever_has_left_holds_nothing_up(record, legal, second):
    referrals.transfer(record, to=second, why="please", by=legal)
    second.is_active = False
    second.save()
    assert queue_of(legal) == [record.pk]


# --- ask ------------------------------------------------------------------------------------------------------
def test_a_question_stays_with_me_and_comes_back_with_the_answer(record, legal, second, as_):
    row = referrals.ask(record, to=second, why="Is clause 7 usual?", by=legal)
    assert (queue_of(legal), queue_of(second)) == ([record.pk], [record.pk])
    assert (marks(legal), marks(second)) == (["You asked Tsai Second"], ["Hsu Legal asks you: Is clause 7 usual?"])
    client = as_(second)
    assert "Hsu Legal asks you" in client.get("/").content.decode()
    address = f"/approvals/referrals/{row.pk}/"
    assert "Is clause 7 usual?" in client.get(address).content.decode()
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "Yes, since 2024"}).status_code == 302
    assert client.post(address, {"text": "Twice"}).status_code == 422
    assert told(legal)[-1] == "answer"
    assert marks(legal) == ["Tsai Second answered: Yes, since 2024"]
    page = as_(legal).get(f"/approvals/?item=contracts.contract:{record.pk}").content.decode()
    assert "Yes, since 2024" in page
    assert fresh(record).state == "legal_review"


def test_who_handed_it_on_may_still_be_asked(record, legal, second):
    referrals.transfer(record, to=second, why="please", by=legal)
    referrals.ask(record, to=legal, why="what did he say?", by=second)
    assert queue_of(legal) == [record.pk]
    with pytest.raises(StepRefused):
        advance(fresh(record), "return_text", by=anew(legal), comment="x")


def test_nobody_is_asked_twice_at_once(record, legal, second):
    referrals.ask(record, to=second, why="one", by=legal)
    with pytest.raises(ValidationError):
        referrals.ask(record, to=second, why="two", by=legal)


# --- copy -------------------------------------------------------------------------------------------------------
def test_a_copy_goes_to_who_may_see_it_and_opens_nothing(record, legal, salesperson, manager, person, as_):
    stranger = person("salesperson", name="Ho Stranger")
    client, address = as_(legal), f"/approvals/copy/{record.pk}/contracts.contract/"
    answer = client.post(address, {"to": [stranger.pk, manager.pk], "text": "look"})
    assert answer.status_code == 422 and "May not see this record: Ho Stranger" in answer.content.decode()
    assert not Referral.objects.exists()
    assert client.post(address, {"to": [salesperson.pk, manager.pk], "text": "look"}).status_code == 302
    assert told(manager)[-1] == "copy"
    reader = as_(manager)
    assert "Copied to you" in reader.get("/").content.decode()
    page = reader.get("/approvals/?tab=copied").content.decode()
    assert "unread" in page and "look" in page
    row = Referral.objects.get(to=manager)
    assert reader.post(f"/approvals/referrals/{row.pk}/read/").url == record.get_absolute_url()
    assert "Copied to you" not in reader.get("/").content.decode()
    assert "unread" not in reader.get("/approvals/?tab=copied").content.decode()
    assert as_(stranger).post(f"/approvals/referrals/{row.pk}/read/").status_code == 404


def test_a_copy_stays_when_the_record_moves_on(record, legal, manager):
    referrals.copy(record, to=[manager], why="", by=legal)
    advance(fresh(record), "return_text", by=anew(legal), comment="x")
    assert Referral.objects.copies_of(manager).count() == 1


# --- deputies ------------------------------------------------------------------------------------------------------
def test_the_deputy_stands_in_for_who_is_asked_and_signs_for_him(record, legal, second, person, as_):
    deputy = person("salesperson", name="Liu Deputy")
    named(second, deputy)
    with clock.at(START + SECOND):
        question = referrals.ask(record, to=second, why="clear?", by=anew(legal))
        assert told(deputy)[-1] == "ask"
        assert marks(deputy) == ["Hsu Legal asks you: clear?"]
        referrals.answer(question, text="quite", by=anew(deputy))
        assert marks(legal) == ["Liu Deputy for Tsai Second answered: quite"]
    with clock.at(END):
        assert queue_of(deputy) == []


def test_what_the_absent_one_handed_on_leaves_his_deputys_queue_too(record, legal, second, person):
    deputy = person("salesperson", name="Liu Deputy")
    named(legal, deputy)
    with clock.at(START):
        assert queue_of(deputy) == [record.pk]
        referrals.transfer(record, to=second, why="x", by=anew(legal))
        assert queue_of(deputy) == []
        with pytest.raises(StepRefused):
            advance(fresh(record), "return_text", by=anew(deputy), comment="x")


def test_a_deputy_hands_nothing_on_but_may_ask(record, legal, second, person):
    deputy = person("salesperson", name="Liu Deputy")
    named(legal, deputy)
    with clock.at(START):
        with pytest.raises(PermissionDenied):
            referrals.transfer(record, to=second, why="x", by=anew(deputy))
        question = referrals.ask(record, to=second, why="x", by=anew(deputy))
        assert question.from_words == "Liu Deputy for Hsu Legal"


# --- pages -----------------------------------------------------------------------------------------------------------
def test_the_pages_take_it_from_hand_to_hand(record, legal, second, as_):
    giver, taker = as_(legal), as_(second)
    page = giver.get(f"/approvals/?item=contracts.contract:{record.pk}").content.decode()
    address = f"/approvals/transfer/{record.pk}/contracts.contract/"
    assert address in page
    assert giver.post(address, {"to": second.pk, "text": ""}).status_code == 422
    form = {"to": second.pk, "text": "you know it", "_key": "k"}
    assert [giver.post(address, form).status_code for _twice in range(2)] == [302, 302]
    assert Referral.objects.count() == 1
    page = giver.get(record.get_absolute_url()).content.decode()
    assert "you know it" in page and "approve_text/" not in page
    assert "take it back first" in giver.get(f"/contracts/{record.pk}/approve_text/").content.decode()
    row = Referral.objects.get()
    assert "Take back" in giver.get("/approvals/?tab=decided").content.decode()
    assert taker.post(f"/approvals/referrals/{row.pk}/back/").status_code == 403
    assert giver.post(f"/approvals/referrals/{row.pk}/back/").status_code == 302
    assert "Take back" not in giver.get("/approvals/?tab=decided").content.decode()


def test_the_sheet_and_the_timeline_tell_all_of_it(record, legal, second, manager, as_):
    question = referrals.ask(record, to=second, why="Usual?", by=legal)
    referrals.answer(question, text="Entirely", by=second)
    referrals.copy(record, to=[manager], why="", by=legal)
    client = as_(legal)
    page = client.get(record.get_absolute_url()).content.decode()
    for text in ("Hsu Legal asked Tsai Second", "Entirely", "Hsu Legal sent a copy to Chou Manager"):
        assert text in page
    words = text_of(client.get(f"/approvals/sheet/{record.pk}/contracts.contract/").content)
    for text in ("Handedon,askedandcopied", "Usual?", "TsaiSecond:", "Entirely"):
        assert text in words


def test_started_by_me_urges_and_withdraws(record, salesperson, legal, second, as_):
    client = as_(salesperson)
    page = client.get("/approvals/?tab=started").content.decode()
    urge, withdraw = f"/approvals/urge/{record.pk}/contracts.contract/", f"/contracts/{record.pk}/withdraw/"
    assert urge in page and withdraw in page
    referrals.transfer(record, to=second, why="x", by=legal)
    answer = client.post(urge, {"next": "/approvals/?tab=started"})
    assert (answer.status_code, answer.url) == (302, "/approvals/?tab=started")
    assert [told(u).count("urge") for u in (legal, second)] == [0, 1]
    assert client.post(withdraw, {"next": "/approvals/?tab=started"}).status_code == 302
    assert urge not in client.get("/approvals/?tab=started").content.decode()
    assert StateChange.objects.filter(step="withdraw").count() == 1


def test_the_queue_lists_exactly_what_may_be_decided(record, legal, second, third, manager, salesperson):
    """Whatever was handed where, the query and the rules in Python agree."""
    referrals.transfer(record, to=second, why="x", by=legal)
    with clock.at(clock.now() + timedelta(minutes=1)):
        for user in map(anew, (legal, second, third, manager, salesperson)):
            row = fresh(record)
            steps = [s for s in steps_of(type(row)) if s.approval and s.source == row.state and row.is_open_route(s)]
            may = any(s.permission(row, user) for s in steps) and not referrals.handed_over(row, user)
            assert (row.pk in queue_of(user)) is may, user
