"""Instalments of imported contracts, from a table: they make the contract's amount, and what is open is planned."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.importing.outcome import Outcome, Tick
from config.importing.sheet import Entity, Entry, Sheet
from contracts.collecting import promise_payment
from contracts.models import Contract, Instalment, PlannedPayment
from kernel.importing import REASON
from kernel.money import in_figures

ENTITY = Entity(
    "instalments",
    frozenset({"contract", "name", "amount", "due_on", "condition", "paid"}),
    frozenset({"contract", "name", "amount"}),
)
Line = tuple[Entry, Instalment, bool]


def load(sheet: Sheet, tick: Tick) -> Outcome:
    """Save the instalments of a sheet: of each contract all of them, which make its amount to the cent. Clause 3.2.1b.

    What is not marked as paid becomes its collection plan; contracts that have a plan already are left alone.
    """
    known = {c.number.casefold(): c for c in Contract.objects.filter(imported=True).select_related("customer__owner")}
    planned = set(Instalment.objects.filter(contract__imported=True).values_list("contract", flat=True))
    lines: dict[int, list[Line]] = defaultdict(list)
    already = 0
    for entry in sheet.entries():
        entry.text("contract", required=True)
        contract = entry.one_of("contract", known, _("There is no imported contract “%(text)s”."))
        line = (entry, _read(entry, contract), entry.flag("paid"))
        if contract is None:
            continue
        if contract.pk in planned:
            already += 1
        else:
            line[1].position = len(lines[contract.pk]) + 1
            lines[contract.pk].append(line)
        tick()
    for found in lines.values():
        _must_make_the_amount(found)
    sheet.stop_if_bad()
    records = [record for found in lines.values() for line in found for record in _save(line, sheet.by)]
    return Outcome(records, already)


def _read(entry: Entry, contract: Contract | None) -> Instalment:
    instalment = Instalment(
        contract=contract,
        name=entry.text("name", required=True),
        amount=entry.amount("amount", required=True) or Decimal(0),
        due_on=entry.day("due_on"),
        condition=entry.text("condition"),
    )
    entry.clean(instalment, exclude=("amount",))
    return instalment


def _must_make_the_amount(lines: list[Line]) -> None:
    """Each row of a contract whose instalments make less or more than its amount is named."""
    contract = lines[0][1].contract
    made = sum((instalment.amount for _entry, instalment, _paid in lines), Decimal(0))
    if made == contract.total:
        return
    values = {"number": contract.number, "made": in_figures(made, contract.currency)}
    values["total"] = in_figures(contract.total, contract.currency)
    for entry, _instalment, _paid in lines:
        entry.bad("amount", _("The instalments of %(number)s make %(made)s, its amount is %(total)s.") % values)


def _save(line: Line, by: Any) -> list[Any]:
    """The instalment, and what is still owed of it."""
    _entry, instalment, is_paid = line
    rows: list[Any] = [_saved(instalment, by)]
    if instalment.amount and not is_paid:
        names = ("contract", "position", "name", "amount", "due_on", "condition")
        planned = PlannedPayment(instalment=instalment, **{name: getattr(instalment, name) for name in names})
        rows.append(_saved(planned, by))
        promise_payment(planned)
    return rows


def _saved(row: Any, by: Any) -> Any:
    row._history_user, row._change_reason = by, REASON
    row.save()
    return row
