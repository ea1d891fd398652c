"""Who may take which step of an order in which state, as one table compared whole (3.3)."""

import pytest

from kernel.advance import advance
from orders import flow, placing
from orders.models import OrderContact
from tests.factories.orders import fresh

MANAGERS = {"hold", "cancel"}
TABLE = {
    "draft": {"customer_service": {"place", "discard"}},
    "placed": {"manager": MANAGERS},
    "in_production": {"manager": MANAGERS},
    "inspecting": {"manager": MANAGERS},
    "ready_to_ship": {"manager": MANAGERS},
    "shipped": {"manager": {"hold"}},
    "delivered": {"manager": {"hold"}, "customer_service": {"complete"}},
    "on_hold": {"manager": {"resume", "cancel"}},
    "completed": {},
    "cancelled": {},
}
COUNTS = {
    "in_production": {"produced": 1},
    "inspecting": {"produced": 10},
    "ready_to_ship": {"produced": 10, "accepted": 10},
    "shipped": {"produced": 10, "accepted": 10, "shipped": 10},
    "delivered": {"produced": 10, "accepted": 10, "shipped": 10, "received": 10},
}


@pytest.fixture
def order_in(draft, manager, customer_service, request):
    def make(state):
        if state == "draft":
            return draft
        order = request.getfixturevalue("placed")
        if state in COUNTS:
            (line,) = order.line_rows
            assert line.quantity == 10
            flow.count(line, by=None, **COUNTS[state])
        elif state == "on_hold":
            advance(order, "hold", by=manager, comment="等款")
        elif state == "cancelled":
            advance(order, "cancel", by=manager, comment="停線")
        elif state == "completed":
            (line,) = order.line_rows
            flow.count(line, by=None, **COUNTS["delivered"])
            placing.note_contact(OrderContact(order=fresh(order), score=5, remarks="好"), by=customer_service)
            advance(fresh(order), "complete", by=customer_service)
        return fresh(order)

    return make


@pytest.mark.parametrize("state", TABLE)
def test_steps_by_state_and_person(
    state, order_in, salesperson, manager, customer_service, departments, director, legal
):
    order = order_in(state)
    assert order.state == state
    people = {
        "salesperson": salesperson,
        "manager": manager,
        "customer_service": customer_service,
        "director": director,
        "legal": legal,
        **departments,
    }
    offered = {who: {offer.step.name for offer in order.offers(user)} for who, user in people.items()}
    assert offered == {who: TABLE[state].get(who, set()) for who in people}
