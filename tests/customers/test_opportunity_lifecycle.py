"""Which steps each person is offered in each stage, and what a step costs the database."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.closings import closed_by_owner_and_quarter
from customers.models import Customer, Opportunity, Risk
from kernel import inbox
from kernel.advance import AlreadyMoved, StepRefused, advance, begin
from tests.factories import customers as make

pytestmark = pytest.mark.django_db

OWNER = {
    "research": {"screen", "lose"},
    "screening": {"make_contact", "send_back", "lose"},
    "first_contact": {"explore_needs", "send_back", "lose"},
    "needs": {"negotiate", "send_back", "lose"},
    "negotiation": {"follow", "send_back", "lose"},
    "follow_up": {"send_back", "lose"},
    "won": set(),
    "lost": {"reopen"},
}
NOBODY = {state: set() for state in OWNER}


@pytest.fixture
def in_every_state(salesperson):
    """One opportunity in each state, reached by real steps."""
    customer = make.make_customer(salesperson)
    rows = {s: make.make_opportunity(salesperson, customer, stage=s) for s in Opportunity.PATH}
    won = make.make_opportunity(salesperson, customer, stage="follow_up")
    make.follow_up(won, salesperson)
    advance(won, "win", by=None)
    lost = make.make_opportunity(salesperson, customer, stage="needs")
    advance(lost, "lose", by=salesperson, comment="Too dear", data={"lost_reason": "price"})
    return {s: Opportunity.objects.get(pk=r.pk) for s, r in {**rows, "won": won, "lost": lost}.items()}


def test_each_person_is_offered_these_steps_and_no_others(
    in_every_state, salesperson, manager, director, customer_service, legal, person
):
    personas = {
        salesperson: OWNER,
        manager: OWNER,
        director: NOBODY,
        customer_service: NOBODY,
        legal: NOBODY,
        person("salesperson"): NOBODY,
    }
    for who, table in personas.items():
        offered = {state: {o.step.name for o in record.offers(who)} for state, record in in_every_state.items()}
        assert offered == table, who


def test_the_follower_takes_the_steps_of_follow_up(salesperson, person):
    follower = person("salesperson")
    record = make.make_opportunity(salesperson, stage="negotiation")
    make.agree_terms(record, salesperson)
    advance(record, "follow", by=salesperson, data={"follower": follower})
    record.refresh_from_db()
    assert {o.step.name for o in record.offers(follower)} == OWNER["follow_up"]
    assert record.owner_of() == follower


def test_nobody_but_the_signing_wins(salesperson, manager):
    record = make.make_opportunity(salesperson, stage="follow_up")
    make.follow_up(record, salesperson)
    for who in (salesperson, manager):
        with pytest.raises(PermissionDenied):
            advance(record, "win", by=who)
    advance(record, "win", by=None)
    record.refresh_from_db()
    assert record.state == "won" and record.closed_on


@pytest.mark.parametrize("stage", Opportunity.PATH)
def test_a_lost_one_comes_back_where_it_was_lost(stage, salesperson):
    record = make.make_opportunity(salesperson, stage=stage)
    with pytest.raises(StepRefused):
        advance(record, "lose", by=salesperson, data={"lost_reason": "price"})
    advance(record, "lose", by=salesperson, comment="Too dear", data={"lost_reason": "price"})
    record.refresh_from_db()
    assert (record.lost_from, record.lost_reason) == (stage, "price") and record.closed_on
    with pytest.raises(AlreadyMoved):
        advance(record, "lose", by=salesperson, comment="again")
    advance(record, "reopen", by=salesperson, comment="He called")
    record.refresh_from_db()
    assert (record.state, record.closed_on, record.lost_reason) == (stage, None, "")


@pytest.mark.parametrize(("stage", "before"), list(zip(Opportunity.PATH[1:], Opportunity.PATH, strict=False)))
def test_sending_back_goes_one_stage_with_a_reason_and_keeps_the_evidence(stage, before, salesperson):
    record = make.make_opportunity(salesperson, stage=stage)
    with pytest.raises(StepRefused):
        advance(record, "send_back", by=salesperson)
    advance(record, "send_back", by=salesperson, comment="The figures changed")
    record.refresh_from_db()
    assert record.state == before
    assert all(item.met for item in record.checklist(record.forward_step()))


def test_a_step_costs_at_most_sixteen_queries(salesperson):
    for stage, step in {**make.FORWARD, "follow_up": "win"}.items():
        record = make.make_opportunity(salesperson, stage=stage, name=stage)
        make.EVIDENCE[stage](record, salesperson)
        record = Opportunity.objects.get(pk=record.pk)
        who = None if step == "win" else salesperson
        with CaptureQueriesContext(connection) as found:
            advance(record, step, by=who, data={"follower": salesperson})
        asked = [q["sql"] for q in found if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= 16, (step, len(asked), [sql[:160] for sql in asked])


def test_the_steps_of_a_customer(salesperson, manager, person):
    other = person("salesperson")
    customer, own = make.make_customer(salesperson), {"pool", "retire", "merge_away"}
    steps = lambda who: {o.step.name for o in Customer.objects.get().offers(who)}  # noqa: E731
    assert [steps(p) for p in (salesperson, manager, other)] == [own, own, set()]
    advance(customer, "pool", by=salesperson, comment="No time")
    assert [steps(p) for p in (salesperson, manager, other)] == [
        {"claim"}, {"claim", "assign", "retire", "merge_away"}, {"claim"}
    ]  # fmt: skip
    advance(customer, "claim", by=other)
    advance(customer, "retire", by=other, comment="Closed down")
    assert [steps(p) for p in (salesperson, manager, other)] == [
        set(), {"reopen", "merge_away"}, {"merge_away"}
    ]  # fmt: skip
    advance(customer, "reopen", by=manager, comment="Opened again")
    assert Customer.objects.get().owner == other


def test_a_step_of_a_customer_costs_at_most_sixteen_queries(salesperson, manager):
    customer = make.make_customer(salesperson, registration_number="04595257")
    for step, by, data in (
        ("pool", salesperson, {}), ("claim", salesperson, {}), ("pool", salesperson, {}), ("assign", manager, {"owner": salesperson}),
        ("retire", salesperson, {}), ("reopen", manager, {}), ("let_go", None, {}),
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as found:
            advance(customer, step, by=by, comment="as said", data=data)
        asked = [q["sql"] for q in found if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(asked) <= 16, (step, len(asked), [sql[:160] for sql in asked])


def test_a_customer_with_an_open_opportunity_is_neither_pooled_nor_retired(salesperson):
    record = make.make_opportunity(salesperson)
    for step in ("pool", "retire"):
        with pytest.raises(StepRefused):
            advance(record.customer, step, by=salesperson, comment="x")


def test_the_steps_of_a_risk(salesperson, manager, director):
    customer = make.make_customer(salesperson)
    values = {"customer": customer, "text": "Late parts", "likelihood": 4, "impact": 4}
    risk = begin(Risk(**values, owner=salesperson), by=salesperson)
    steps = lambda who: {o.step.name for o in Risk.objects.get().offers(who)}  # noqa: E731
    assert [steps(p) for p in (salesperson, manager, director)] == [{"report"}, {"accept", "report"}, set()]
    advance(risk, "report", by=salesperson, data={"measure": "A second source"})
    assert [steps(p) for p in (salesperson, manager, director)] == [{"withdraw"}, {"confirm", "send_back"}, set()]
    assert [row.pk for row in inbox.queue(manager)] == [risk.pk]
    assert list(Risk.objects.high_open_for(customer)) == [risk]
    advance(risk, "send_back", by=manager, comment="Name the source")
    advance(risk, "accept", by=manager, comment="We carry it")
    assert [steps(p) for p in (salesperson, manager, director)] == [{"close"}, {"close"}, set()]
    advance(risk, "close", by=salesperson)
    assert steps(manager) == set()


def test_the_managers_own_risk_is_accepted_by_the_director(manager, director):
    risk = begin(
        Risk(customer=make.make_customer(manager), text="r", likelihood=4, impact=4, owner=manager), by=manager
    )
    with pytest.raises(PermissionDenied):
        advance(risk, "accept", by=manager, comment="Mine")
    advance(risk, "report", by=manager, data={"measure": "A second source"})
    assert not {o.step.name for o in Risk.objects.get().offers(manager)} & {"confirm", "send_back"}
    advance(risk, "send_back", by=director, comment="More")
    advance(risk, "accept", by=director, comment="Agreed")


def test_a_risk_that_is_not_high_is_controlled_by_its_owner(salesperson):
    customer = make.make_customer(salesperson)
    risk = begin(Risk(customer=customer, text="r", likelihood=2, impact=3, owner=salesperson), by=salesperson)
    advance(risk, "control", by=salesperson, data={"measure": "m"})
    assert Risk.objects.get().state == "controlled"


def test_a_won_opportunity_is_worth_its_contract(salesperson):
    deal = make.make_opportunity(salesperson, stage="follow_up", expected_value=100, currency="USD")
    assert (deal.value, deal.value_currency) == (100, "USD")
    make.follow_up(deal, salesperson)
    advance(deal, "win", by=None, data={"signed_value": Decimal(2_500), "signed_currency": "TWD"})
    deal = Opportunity.objects.get()
    assert (deal.value, deal.value_currency, deal.expected_value) == (2_500, "TWD", 100)
    assert closed_by_owner_and_quarter()[0].values == {"TWD": 2_500}
