"""Giving customers to another: what goes along, what stays with colleagues, many at once; the cap and the pool."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from customers import handing, pool
from customers.models import Customer, FollowUp, Interaction, Question, Risk
from customers.services import log_interaction, raise_question
from kernel import clock, settings
from kernel.advance import advance, begin
from kernel.models import Notice, Promise, Setting, StateChange
from tests.factories import customers as make
from tests.factories.contracts import make_contract, make_template, submit

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"customers:{name}", args=args)


def fresh(record):
    return type(record)._base_manager.get(pk=record.pk)


def set_to(key, value):
    Setting.objects.create(key=key, value=str(value))


@pytest.fixture
def other(person, manager):
    """Another salesperson."""
    return person("salesperson", name="Chen Other", boss=manager)


@pytest.fixture
def colleague(person, manager):
    """A third one, who works on the same customer."""
    return person("salesperson", name="Ho Colleague", boss=manager)


def owed_by(person):
    return set(Promise.objects.open().filter(owed_by=person).values_list("model", flat=True))


@pytest.mark.clause("2.2.1b")
def test_what_the_owner_works_on_goes_along_and_the_colleagues_work_stays(salesperson, other, colleague, manager):
    customer = make.make_customer(salesperson)
    mine = make.make_opportunity(salesperson, customer, name="Mine", stage="follow_up")
    theirs = make.make_opportunity(colleague, customer, name="Theirs", stage="needs")
    theirs.follower = salesperson
    theirs.save()
    raise_question(Question(opportunity=mine, text="How long?", assigned_to=salesperson), by=salesperson)
    raise_question(Question(opportunity=theirs, text="How heavy?", assigned_to=salesperson), by=colleague)
    call = Interaction(customer=customer, summary="Called", next_step="Visit", next_on=clock.today() + timedelta(5))
    log_interaction(call, by=salesperson)
    risk = begin(Risk(customer=customer, text="Late", likelihood=2, impact=2, owner=salesperson), by=salesperson)
    handing.reassign(customer, to=other, reason="New area", by=manager)
    assert fresh(customer).owner == other
    assert (fresh(mine).owner, fresh(mine).follower) == (other, other)
    assert (fresh(theirs).owner, fresh(theirs).follower) == (colleague, salesperson)
    assert fresh(risk).owner == other
    left = Promise.objects.open().filter(owed_by=salesperson)
    assert [(p.model, p.what) for p in left] == [("customers.question", "How heavy?")]
    assert Question.objects.get(text="How long?").assigned_to == other
    assert {"customers.question", "customers.interaction"} <= owed_by(other)
    assert "customers.opportunity" in owed_by(colleague)
    assert fresh(customer).history.first().history_change_reason == "New area"
    told = Notice.objects.filter(kind="handed")
    assert {n.to for n in told} == {salesperson, other}
    assert all("New area" in n.text and "Chou Manager" in n.text for n in told)


def test_work_on_open_contracts_goes_along_and_the_drafter_stays_the_drafter(
    salesperson, other, manager, person, legal
):
    deal = make.make_opportunity(salesperson, stage="follow_up")
    contract = submit(make_contract(salesperson, make_template(person("legal"), legal), deal))
    advance(contract, "return_terms", by=manager, comment="again")
    assert "contracts.contract" in owed_by(salesperson)
    handing.reassign(deal.customer, to=other, reason="New area", by=manager)
    contract = fresh(contract)
    assert owed_by(salesperson) == set()
    assert "contracts.contract" in owed_by(other)
    assert contract.drafted_by == salesperson
    assert contract.may_be_edited_by(other)


def test_many_are_reassigned_each_by_itself(salesperson, other, manager, as_):
    set_to("customers.most_held", 2)
    rows = [make.make_customer(salesperson, name=f"Firm {n}") for n in range(3)]
    own = make.make_customer(other, name="Own")
    pooled = make.make_customer(salesperson, name="Pooled")
    advance(pooled, "pool", by=salesperson, comment="no")
    picks = [c.pk for c in (*rows, own, pooled)]
    client = as_(manager)
    listed = client.get(page("customer_list")).content.decode()
    assert f'name="pick" form="many" value="{rows[0].pk}"' in listed
    asked = client.get(page("customer_reassign_many"), {"pick": [*picks, "x", "9" * 30]})
    assert [c.pk for c in asked.context["picked"]] == [c.pk for c in Customer.objects.order_by("pinyin", "pk")]
    refused = client.post(page("customer_reassign_many"), {"pick": picks, "to": other.pk, "reason": ""})
    assert refused.status_code == 422
    answer = client.post(page("customer_reassign_many"), {"pick": picks, "to": other.pk, "reason": "New area"})
    outcomes = client.get(answer.url).context["outcomes"]
    assert {o["title"]: o["tone"] for o in outcomes} == {
        "Firm 0": "ok", "Firm 1": "bad", "Firm 2": "bad", "Own": "wait", "Pooled": "bad",
    }  # fmt: skip
    assert Customer.objects.filter(owner=other).count() == 2
    assert as_(salesperson).get(page("customer_reassign_many"), {"pick": picks}).status_code in (403, 404)
    assert 'name="pick"' not in as_(salesperson).get(page("customer_list")).content.decode()


def test_nothing_picked_leads_back_to_the_list(manager, as_):
    assert as_(manager).get(page("customer_reassign_many")).url == page("customer_list")
    assert as_(manager).get(page("reassign_result", "0a1b")).status_code == 404


# --- the cap -------------------------------------------------------------------------------------------
def test_there_is_no_cap_and_no_pool_until_the_company_sets_one(salesperson):
    with time_machine.travel(clock.now() - timedelta(days=4_000), tick=False):
        make.make_customer(salesperson)
    assert pool.pool_left_lying() == 0


def test_who_holds_as_many_as_he_may_neither_claims_nor_enters_another(salesperson, other, manager, as_):
    set_to("customers.most_held", 1)
    make.make_customer(other, name="Mine")
    pooled = make.make_customer(salesperson, name="Pooled Works")
    advance(pooled, "pool", by=salesperson, comment="no")
    seen = fresh(pooled).version
    answer = as_(other).post(page("customer_step", pooled.pk, "claim"), {"seen": seen})
    assert answer.status_code == 422
    assert "Chen Other holds 1" in answer.content.decode()
    assert fresh(pooled).state == "pooled"
    assert not StateChange.objects.filter(row=pooled.pk, step="claim").exists()
    data = {"name": "Brand New", "region": "TW", "grade": "C"}
    refused = as_(other).post(page("customer_create"), data)
    assert (refused.status_code, Customer.objects.count()) == (422, 2)
    assert "Chen Other holds 1" in refused.content.decode()
    assert as_(salesperson).post(page("customer_step", pooled.pk, "claim"), {"seen": seen}).status_code == 302


def test_a_customer_under_contract_does_not_count(salesperson, person, legal):
    set_to("customers.most_held", 1)
    deal = make.make_opportunity(salesperson, stage="follow_up")
    make_contract(salesperson, make_template(person("legal"), legal), deal)
    assert not pool.held_by(salesperson).exists()
    assert pool.above_cap(make.make_customer(salesperson, name="Second")) == ""
    assert pool.above_cap(make.make_customer(salesperson, name="Third")) != ""


def test_the_manager_assigns_a_pooled_customer_to_somebody(salesperson, other, manager, as_):
    pooled = make.make_customer(salesperson)
    advance(pooled, "pool", by=salesperson, comment="no")
    where = page("customer_step", pooled.pk, "assign")
    assert as_(other).get(where).status_code == 403
    data = {"owner": other.pk, "seen": fresh(pooled).version}
    assert as_(manager).post(where, {**data, "owner": ""}).status_code == 422
    assert as_(manager).post(where, data).status_code == 302
    assert (fresh(pooled).owner, fresh(pooled).state) == (other, "active")


# --- the pool ------------------------------------------------------------------------------------------
LONG_AGO = timedelta(days=100)


@pytest.mark.database
@pytest.mark.parametrize(
    ("what", "goes"),
    [
        ("nothing", True), ("a call", False), ("an old call", True), ("an open opportunity", False),
        ("a lost opportunity", True), ("a contract", False), ("a key customer", False), ("a new customer", False),
        ("a follow-up", False),
    ],
)  # fmt: skip
def test_what_was_left_lying_goes_to_the_pool_and_nothing_else(what, goes, salesperson, person, legal):
    set_to("customers.pool_after_days", 90)
    with time_machine.travel(clock.now() - LONG_AGO, tick=False):
        customer = make.make_customer(salesperson, is_key=what == "a key customer")
        call = Interaction(customer=customer, summary="Called")
        if what == "an old call":
            log_interaction(call, by=salesperson)
        if "opportunity" in what or what == "a follow-up":
            deal = make.make_opportunity(salesperson, customer, stage="follow_up")
            FollowUp.objects.all().delete()
        if what == "a contract":
            deal = make.make_opportunity(salesperson, customer, stage="follow_up")
            make_contract(salesperson, make_template(person("legal"), legal), deal)
        if what in ("a lost opportunity", "a follow-up", "a contract"):
            advance(fresh(deal), "lose", by=salesperson, comment="price", data={"lost_reason": "price"})
    if what == "a call":
        log_interaction(Interaction(customer=customer, summary="Called"), by=salesperson)
    if what == "a follow-up":
        make.follow_up(deal, salesperson)
    if what == "a new customer":
        with time_machine.travel(clock.now() - timedelta(days=10), tick=False):
            make.make_customer(salesperson, name="New")
        Customer.objects.get(pk=customer.pk)
        handed = fresh(customer)
        advance(handed, "pool", by=salesperson, comment="no")
        advance(fresh(handed), "claim", by=salesperson)
    settings.forget()
    assert pool.pool_left_lying() == int(goes)
    assert pool.pool_left_lying() == 0
    assert fresh(customer).state == ("pooled" if goes else "active")
    assert Notice.objects.filter(kind="pooled", to=salesperson).count() == int(goes)


def test_the_owner_is_warned_once_before(salesperson):
    set_to("customers.pool_after_days", 90)
    with time_machine.travel(clock.now() - timedelta(days=85), tick=False):
        customer = make.make_customer(salesperson)
    for _night in range(2):
        assert pool.pool_left_lying() == 0
    notice = Notice.objects.get(kind="pool_soon")
    assert (notice.to, customer.name in notice.text) == (salesperson, True)


def test_nobody_takes_the_step_of_the_job(salesperson, manager):
    customer = make.make_customer(salesperson)
    for by in (salesperson, manager):
        with pytest.raises(PermissionDenied):
            advance(customer, "let_go", by=by)
    assert fresh(customer).state == "active"
