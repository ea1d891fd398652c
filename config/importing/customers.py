"""Customers from a table, under their old numbers where they had some; ownerless ones are allowed to be imported."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from config.importing.employees import people_by_name, reference
from config.importing.outcome import Outcome, Tick
from config.importing.sheet import Entity, Entry, Sheet
from customers.models import Customer
from kernel import clock
from kernel.importing import Old, import_history
from kernel.numbering import next_number

TEXTS = "number name short_name registration_number industry address ship_address website phone source note".split()
ENTITY = Entity("customers", frozenset({*TEXTS, "region", "grade", "owner"}), frozenset({"name"}))


def load(sheet: Sheet, tick: Tick) -> Outcome:
    """Save the customers of a sheet; those known by number (by name, where there are no numbers) are left alone."""
    known, people = customers_by_name(), people_by_name()
    fresh: list[Customer] = []
    seen: dict[str, int] = {}
    already = 0
    for entry in sheet.entries():
        customer = _read(entry, people)
        name = "number" if customer.number else "name"
        key = getattr(customer, name)
        if not entry.is_first(name, key, seen):
            continue
        if key.casefold() in known:
            already += 1
        else:
            fresh.append(customer)
            tick()
    sheet.stop_if_bad()
    save(fresh, sheet.by)
    return Outcome(fresh, already)


def save(customers: list[Customer], by: Any) -> None:
    """Insert customers as imported ones, numbered and filed by name."""
    for customer in customers:
        customer.imported = True
        customer.fill_keys()
        year = clock.today().year
        customer.number = customer.number or next_number("customer", year, "KH-{year}-{n:04d}")
    import_history((Old(customer) for customer in customers), by=by)


def customers_by_name() -> dict[str, Customer]:
    """Every customer by name and by number (which counts for more)."""
    customers = list(Customer.objects.order_by("-pk"))
    return {c.name.casefold(): c for c in customers} | {c.number.casefold(): c for c in customers}


def _read(entry: Entry, people: dict[str, Any]) -> Customer:
    customer = Customer(**{name: entry.text(name, required=name == "name") for name in TEXTS})
    customer.region = entry.text("region") or Customer.Region.OTHER
    customer.grade = entry.text("grade") or Customer.Grade.C
    customer.owner = reference(people, entry, "owner")
    entry.clean(customer, exclude=() if customer.number else ("number",))
    return customer


def customer_named(entry: Entry, known: dict[str, Customer]) -> Customer | None:
    """The customer whom a row names by number or name."""
    return entry.one_of("customer", known, _("There is no customer “%(text)s”."))
