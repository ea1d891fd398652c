"""The orders of the corpus's company: one to be placed, one under way with a query, a problem and a change, one of a service."""

from kernel.advance import advance
from orders import placing, problems
from orders.models import OrderChange, OrderLine
from tests.factories import orders as made
from tests.factories.contracts import fresh as fresh_contract


def orders_of(world):
    """Add them to the rows."""
    rows, people = world.rows, world.people
    service, workers = people["customer_service"], people["departments"]
    rows.order_draft = made.make_order(rows.signed, service)
    rows.order = made.place(made.make_order(rows.archived, service))
    rows.order_line = rows.order.line_rows[0]
    rows.acknowledgement = rows.order.acknowledgements.get(department="quality")
    rows.queried = rows.order.acknowledgements.get(department="logistics")
    advance(rows.queried, "ask", by=workers, data={"query": "送到幾樓？"})
    rows.queried = type(rows.queried).objects.get(pk=rows.queried.pk)
    rows.exception = problems.raise_exception(rows.order, kind="other", what="包裝材未到", by=workers)
    change = OrderChange(order=rows.order, line=rows.order_line, requirements="加貼標籤", reason="客戶要求")
    rows.change = placing.ask_change(change, by=service)
    contract = fresh_contract(rows.loan.contract)
    rows.service_order = made.place(made.make_order(contract, service, route=OrderLine.Route.SERVICE))
    rows.service_line = rows.service_order.line_rows[0]
    rows.unordered = rows.lost_loan.contract
