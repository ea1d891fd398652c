"""Contacts from a table: named persons of customers that are here already."""

from __future__ import annotations

from config.importing.customers import customer_named, customers_by_name
from config.importing.outcome import Outcome, Tick
from config.importing.sheet import Entity, Entry, Sheet
from customers.models import Contact, Customer

TEXTS = "name title phone email wechat".split()
ENTITY = Entity("contacts", frozenset({*TEXTS, "customer", "is_primary"}), frozenset({"customer", "name"}))


def load(sheet: Sheet, tick: Tick) -> Outcome:
    """Save the contacts of a sheet; a person of that name at that customer is left as he is."""
    customers = customers_by_name()
    known = {(c.customer_id, c.name.casefold()) for c in Contact.objects.all()}
    fresh: list[Contact] = []
    seen: dict[str, int] = {}
    already = 0
    for entry in sheet.entries():
        contact = _read(entry, customers)
        if contact is None or not entry.is_first("name", f"{contact.name}, {contact.customer}", seen):
            continue
        if (contact.customer_id, contact.name.casefold()) in known:
            already += 1
        else:
            fresh.append(contact)
    sheet.stop_if_bad()
    for contact in fresh:
        contact._history_user = sheet.by
        contact._change_reason = "imported"
        contact.save()
        tick()
    return Outcome(fresh, already)


def _read(entry: Entry, customers: dict[str, Customer]) -> Contact | None:
    entry.text("customer", required=True)
    contact = Contact(**{name: entry.text(name, required=name == "name") for name in TEXTS})
    contact.is_primary = entry.flag("is_primary")
    entry.clean(contact)
    customer = customer_named(entry, customers)
    if customer is None:
        return None
    contact.customer = customer
    return contact
