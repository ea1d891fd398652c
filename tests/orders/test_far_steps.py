"""Steps of records that only a whole order leads to: who may take them in which state, as one table compared whole."""

from decimal import Decimal

import pytest

from contracts.models import PlannedPayment
from kernel import clock
from kernel.advance import advance
from orders import problems, returning
from orders.models import CreditNote, GoodsReturn
from tests.factories.goods import fresh as again
from tests.factories.goods import pass_all, ship


@pytest.fixture
def people(salesperson, manager, customer_service, director, person, departments):
    """One person of each role that has to do with orders."""
    named = {"salesperson": salesperson, "manager": manager, "service": customer_service, "director": director}
    return {**named, "finance": person("finance"), **departments}


def offered(record, people):
    """Who may take which step of the record as it stands; those who may take none are left out."""
    steps = {who: {offer.step.name for offer in again(record).offers(user)} for who, user in people.items()}
    return {who: names for who, names in steps.items() if names}


def test_goods_that_come_back_pass_from_logistics_to_quality_to_customer_service(placed, people):
    PlannedPayment.objects.filter(contract=placed.contract).update(before_shipment=False)
    shipment = ship(pass_all(placed, people["quality"]), people["logistics"])
    day = {"received_on": clock.today(), "received_by": "林主任"}
    advance(shipment, "receive", by=people["service"], data=day)
    (row,) = again(shipment).line_rows
    back = GoodsReturn(shipment_line=row, quantity=Decimal(2), reason="外箱破損")
    back = returning.ask_return(back, by=people["service"])
    assert offered(back, people) == {"logistics": {"take_back"}, "service": {"withdraw"}}
    advance(back, "take_back", by=people["logistics"])
    assert offered(back, people) == {"quality": {"look_at"}}
    advance(again(back), "look_at", by=people["quality"], data={"usable": Decimal(2), "finding": "完好"})
    assert offered(back, people) == {"service": {"close"}}
    advance(again(back), "close", by=people["service"])
    assert offered(back, people) == {}


def test_a_credit_is_the_managers_to_decide_and_finances_to_settle(placed, people):
    note = CreditNote(order=placed, amount=Decimal(100), reason="外觀")
    note = returning.ask_credit(note, by=people["service"])
    assert offered(note, people) == {"manager": {"approve", "refuse"}, "service": {"withdraw"}}
    advance(note, "approve", by=people["manager"])
    assert offered(note, people) == {"finance": {"settle"}}
    refused = returning.ask_credit(CreditNote(order=placed, amount=Decimal(5), reason="箱"), by=people["service"])
    advance(refused, "refuse", by=people["manager"], comment="不成立")
    assert offered(refused, people) == {}


def test_a_solved_problem_is_reopened_by_whoever_solved_it_or_customer_service(placed, people):
    row = problems.raise_exception(placed, kind="other", what="包材短缺", owner=people["salesperson"])
    row.cause, row.party, row.solution, row.told_on = "漏訂", "purchasing", "已補", clock.today()
    row.save()
    advance(row, "resolve", by=people["salesperson"])
    assert offered(row, people) == {"salesperson": {"reopen"}, "service": {"reopen"}}
