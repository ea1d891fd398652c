"""Opportunities from a table, each walked along its legal path of stages without inventing dates or people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import CURRENCIES
from config.importing import customers as customer_reader
from config.importing.customers import customer_named, customers_by_name
from config.importing.employees import people_by_name, reference
from config.importing.outcome import Outcome, Tick
from config.importing.products import products_by_name
from config.importing.sheet import Entity, Entry, Sheet
from customers.models import Customer, Opportunity
from kernel import clock
from kernel.importing import Old, Walked, import_history, started
from kernel.numbering import next_number

State = Opportunity.State
STAGES = list(Opportunity.PATH)
CLOSED = (State.WON, State.LOST)
ENTITY = Entity(
    "opportunities",
    frozenset(
        "number name customer owner product stage engaged_on closed_on value currency expected_close_on source".split()
    ),
    frozenset({"name", "owner", "stage", "currency"}),
    frozenset({"unknown_customer"}),
)


class _Known:
    """What rows may refer to, read once."""

    def __init__(self, sheet: Sheet) -> None:
        self.customers, self.people, self.products = customers_by_name(), people_by_name(), products_by_name()
        self.numbers = {n.casefold() for n in Opportunity.objects.values_list("number", flat=True)}
        self.unknown_name = str(sheet.mapping.options.get("unknown_customer", ""))
        self.unknown = self.customers.get(self.unknown_name.casefold()) if self.unknown_name else None

    def nobody(self, by: Any) -> Customer | None:
        """The customer of deals that name none, made on first need; None where the mapping allows no such deals."""
        if self.unknown is None and self.unknown_name:
            self.unknown = Customer(name=self.unknown_name, region=Customer.Region.OTHER)
            customer_reader.save([self.unknown], by)
        return self.unknown


def load(sheet: Sheet, tick: Tick) -> Outcome:
    """Save the opportunities of a sheet with the stages they went through; numbers that exist are left as they are."""
    known = _Known(sheet)
    olds: list[Old] = []
    seen: dict[str, int] = {}
    already = 0
    for entry in sheet.entries():
        old = _read(entry, known)
        number = old.record.number
        if number and not entry.is_first("number", number, seen):
            continue
        if number.casefold() in known.numbers:
            already += 1
        else:
            olds.append(old)
        tick()
    sheet.stop_if_bad()
    for old in olds:
        deal = old.record
        deal.number = deal.number or next_number("opportunity", clock.today().year, "OP-{year}-{n:04d}")
    import_history(olds, by=sheet.by)
    return Outcome([old.record for old in olds], already)


def _read(entry: Entry, known: _Known) -> Old:
    stage = entry.text("stage", required=True)
    if stage not in State.values:
        message = _("“%(text)s” is no stage; the mapping's aliases say which stage it means (%(stages)s).")
        entry.bad("stage", message % {"text": stage[:40], "stages": ", ".join(State.values)})
    engaged, closed = _days(entry, stage)
    owner = _owner(entry, known)
    deal = Opportunity(
        number=entry.text("number"),
        name=entry.text("name", required=True),
        customer=_customer(entry, known),
        owner=owner,
        product=entry.one_of("product", known.products, _("There is no product “%(text)s”.")),
        currency=_currency(entry),
        expected_value=_value(entry, stage),
        expected_close_on=entry.day("expected_close_on"),
        source=entry.text("source") or Opportunity.Source.OTHER,
        opened_on=engaged or closed or clock.today(),
        closed_on=closed,
        lost_from=State.FOLLOW_UP if stage == State.LOST else "",
        imported=True,
    )
    entry.clean(deal, exclude=() if deal.number else ("number",))
    return Old(deal, path_to(stage, engaged, closed, owner) if stage in State.values else [])


def path_to(stage: str, engaged: date | None, closed: date | None, owner: Any) -> list[Walked]:
    """The stages from research to the one given: a day and a person only where the table knows them.

    Won and lost deals went through all six stages; of those between the first contact and the end nothing is known.
    """
    last = len(STAGES) if stage in CLOSED else STAGES.index(stage) + 1
    path = [
        Walked(state, started(engaged), owner if engaged else None) if state == State.FIRST_CONTACT else Walked(state)
        for state in STAGES[1:last]
    ]
    return [*path, Walked(stage, started(closed), owner)] if stage in CLOSED else path


def _days(entry: Entry, stage: str) -> tuple[date | None, date | None]:
    """The day of the first contact and that of the end; the end needs one, and not before the first contact."""
    engaged, closed = entry.day("engaged_on"), entry.day("closed_on")
    if stage in CLOSED and not entry.text("closed_on"):
        entry.bad("closed_on", _("A deal that was won or lost needs the day on which it was."))
    if stage not in CLOSED and closed:
        entry.bad("closed_on", _("A deal that is open has no closing day."))
    if engaged and closed and closed < engaged:
        entry.bad("closed_on", _("It ended before it began (%(day)s).") % {"day": engaged.isoformat()})
    if engaged and stage == State.RESEARCH:
        entry.bad("engaged_on", _("A deal in market research has had no first contact."))
    return engaged, closed


def _customer(entry: Entry, known: _Known) -> Customer | None:
    if entry.text("customer"):
        return customer_named(entry, known.customers)
    nobody = known.nobody(entry.sheet.by)
    if nobody is None:
        entry.bad("customer", _("This must not be empty."))
    return nobody


def _owner(entry: Entry, known: _Known) -> Any:
    entry.text("owner", required=True)
    return reference(known.people, entry, "owner")


def _currency(entry: Entry) -> str:
    currency = entry.text("currency", required=True)
    if currency and currency not in dict(CURRENCIES):
        entry.bad("currency", _("“%(text)s” is no currency that is used here.") % {"text": currency[:20]})
    return currency


def _value(entry: Entry, stage: str) -> Decimal | None:
    """The deal's value; what was won needs one."""
    return entry.amount("value", required=stage == State.WON)
