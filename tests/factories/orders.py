"""Orders for tests: valid and boring, entered from a signed contract; a state is reached through real steps."""

from datetime import timedelta

from contracts.models import Contract
from kernel import clock
from kernel.advance import advance
from orders import placing
from orders.models import Order, OrderLine
from tests.factories.contracts import fresh as fresh_contract
from tests.factories.contracts import make_contract, make_template, walk


def signed_contract(salesperson, manager, legal, second_legal):
    """A contract signed by both sides."""
    draft = make_contract(salesperson, make_template(legal, second_legal))
    return walk(draft, "signed", manager=manager, legal=legal)


def fresh(order):
    """The order as it stands in the database now."""
    return Order.objects.select_related("customer__owner", "contract", "entered_by").get(pk=order.pk)


def fill(order, *, route=OrderLine.Route.MAKE, deliver_on=None):
    """Whatever its lines still need: date, specification, requirements, route."""
    for line in order.lines.all():
        line.specification = line.specification or "FM-200"
        line.requirements = line.requirements or "塗防鏽油，木箱包裝"
        line.deliver_on = deliver_on or line.deliver_on or clock.today() + timedelta(60)
        line.route = route
        line.save()
    return fresh(order)


def make_order(contract, by, **how):
    """A complete draft with all that the contract leaves open."""
    assert isinstance(contract, Contract)
    order = placing.enter(fresh_contract(contract), by=by)
    order.ship_to = order.ship_to or "新竹市工業東路 8 號"
    order.save()
    return fill(order, **how)


def place(order):
    """Placed by customer service."""
    advance(order, "place", by=order.entered_by)
    return fresh(order)


def acknowledge_all(order, people):
    """Each department takes its part: `people` maps department to a person."""
    for row in order.acknowledgements.filter(state="waiting"):
        advance(row, "acknowledge", by=people[row.department])
    return fresh(order)
