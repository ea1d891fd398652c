"""The orders of the story: entered from a signed contract, issued, acknowledged or queried by the departments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from config.demo.deal import Deal
from config.demo.reading import number, read
from config.demo.world import save
from contracts.models import Contract
from kernel import clock
from kernel.advance import advance
from orders import placing
from orders.models import Acknowledgement, Order, OrderContact

SERVICE = ("wu.service", "liu.service")
DEPARTMENTS = {
    "production": "cheng.production",
    "purchasing": "chien.purchasing",
    "quality": "pan.quality",
    "logistics": "chien.purchasing",
}
QUERIED = 4  # one order in so many is queried by production


def begin(deal: Deal, *, answered: bool = True) -> None:
    """Plan how the contract's order is entered, placed and taken by the departments."""
    by = service_of(deal)
    deal.act(1, enter, by=by)
    deal.act(0, place, by=by)
    queried = number(f"{deal.key}:query", QUERIED) == 0
    deal.act(1, take_all, queried, by=deal.world[DEPARTMENTS["production"]])
    if queried and answered:
        deal.act(0, answer, by=by)
        deal.act(0, take_all, False, by=deal.world[DEPARTMENTS["production"]])


def service_of(deal: Deal) -> Any:
    """Who of customer service follows the order up."""
    return deal.world[deal.choose(SERVICE, "order")]


def order_of(deal: Deal) -> Order:
    """The order as it stands in the database."""
    return Order.objects.select_related("customer__owner", "contract").get(contract=deal.contract_pk)


def text(deal: Deal, name: str) -> Any:
    """A text about orders in the script of the contract."""
    return read("orders")[deal.script][name]


def enter(deal: Deal) -> None:
    """All that the contract leaves open, with what the customer wants of each line."""
    contract = Contract.objects.select_related("customer").get(pk=deal.contract_pk)
    order = placing.enter(contract, by=service_of(deal))
    order.contact, order.ship_to = deal.contact, order.ship_to or deal.customer.address
    save(order)
    for line in order.line_rows:
        line.requirements = text(deal, "requirements")
        line.specification = line.specification or text(deal, "specification")
        line.deliver_on = line.deliver_on or clock.today() + timedelta(60)
        save(line)


def place(deal: Deal) -> None:
    """Issued to the departments."""
    order = order_of(deal)
    advance(order, "place", by=order.entered_by)


def take_all(deal: Deal, queried: bool) -> None:
    """Each department takes its part; production may ask first."""
    for row in Acknowledgement.objects.filter(order__contract=deal.contract_pk, state="waiting"):
        person = deal.world[DEPARTMENTS[row.department]]
        if queried and row.department == "production":
            advance(row, "ask", by=person, data={"query": text(deal, "query")})
        else:
            advance(row, "acknowledge", by=person)


def answer(deal: Deal) -> None:
    """Customer service answers what production asked."""
    for row in Acknowledgement.objects.filter(order__contract=deal.contract_pk, state="queried"):
        advance(row, "reply", by=row.order.entered_by, data={"answer": text(deal, "answer")})


def talk(deal: Deal, score: int | None = None) -> None:
    """Customer service talks to the customer about his order."""
    order = order_of(deal)
    if order.is_running:
        contact = OrderContact(order=order, score=score, remarks=text(deal, "talk"), at=clock.now())
        placing.note_contact(contact, by=order.entered_by)
