"""Orders from a table of an old system, each walked along its legal path: shipped ones are completed, the others placed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.importing.customers import customer_named, customers_by_name
from config.importing.employees import people_by_name, reference
from config.importing.outcome import Outcome, Tick
from config.importing.sheet import Entity, Entry, Sheet
from kernel.importing import Old, Walked, import_history, started
from orders.models import Order

State = Order.State
ENTITY = Entity(
    "orders",
    frozenset("number customer salesperson ordered_on promised_on shipped_on ship_to note".split()),
    frozenset({"number", "customer", "salesperson", "ordered_on"}),
)


def load(sheet: Sheet, tick: Tick) -> Outcome:
    """Save the orders of a sheet under their old numbers; numbers that exist are left as they are."""
    customers, people = customers_by_name(), people_by_name()
    known = {number.casefold() for number in Order.objects.values_list("number", flat=True)}
    olds: list[Old] = []
    seen: dict[str, int] = {}
    already = 0
    for entry in sheet.entries():
        old = _read(entry, customers, people)
        number = old.record.number
        if not number or not entry.is_first("number", number, seen):
            continue
        if number.casefold() in known:
            already += 1
        else:
            olds.append(old)
        tick()
    sheet.stop_if_bad()
    import_history(olds, by=sheet.by)
    return Outcome([old.record for old in olds], already)


def _read(entry: Entry, customers: dict[str, Any], people: dict[str, Any]) -> Old:
    entry.text("customer", required=True)
    entry.text("salesperson", required=True)
    number, customer = entry.text("number", required=True), customer_named(entry, customers)
    seller = reference(people, entry, "salesperson")
    ordered, shipped = entry.day("ordered_on"), entry.day("shipped_on")
    if not entry.text("ordered_on"):
        entry.bad("ordered_on", _("This must not be empty."))
    if ordered and shipped and shipped < ordered:
        entry.bad("shipped_on", _("It was shipped before it was ordered."))
    order = Order(
        number=number,
        legacy_number=number,
        customer=customer,
        customer_name=customer.name if customer else "",
        salesperson=seller,
        entered_by=seller,
        ordered_on=ordered,
        placed_at=started(ordered),
        promised_on=entry.day("promised_on"),
        shipped_on=shipped,
        ship_to=entry.text("ship_to"),
        note=entry.text("note"),
        imported=True,
    )
    entry.clean(order)
    return Old(order, path_to(ordered, shipped, seller))


def path_to(ordered: date | None, shipped: date | None, seller: Any) -> list[Walked]:
    """From draft to where it stands: a day and a person only where the table knows them. What was shipped is completed."""
    placed = [Walked(State.PLACED, started(ordered), seller)]
    if shipped is None:
        return placed
    made = [Walked(state) for state in (State.IN_PRODUCTION, State.INSPECTING, State.READY_TO_SHIP)]
    ended = [Walked(state) for state in (State.DELIVERED, State.COMPLETED)]
    return [*placed, *made, Walked(State.SHIPPED, started(shipped)), *ended]
