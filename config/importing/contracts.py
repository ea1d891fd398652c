"""Contracts that were signed before, from a table: number, customer, amount and days; their text stays on paper."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.importing.customers import customer_named, customers_by_name
from config.importing.employees import people_by_name, reference
from config.importing.outcome import Outcome, Tick
from config.importing.sheet import Entity, Entry, Sheet
from contracts.content import content_of, text_hash
from contracts.models import Contract
from contracts.models.templates import SCRIPT_OF_REGION
from contracts.models.versions import Script
from documents.services import register
from kernel import clock
from kernel.importing import REASON, Old, Walked, import_history, started
from kernel.money import CHOICES as CURRENCIES
from organization.models import Company

State = Contract.State
CONCLUDED = (State.SIGNED, State.ARCHIVED, State.FULFILLED)
WAY = (State.MANAGER_REVIEW, State.LEGAL_REVIEW, State.READY_TO_SIGN)
OURS = re.compile(r"HT-\d{4}-\d{4}")  # numbers that the product itself gives
ENTITY = Entity(
    "contracts",
    frozenset(
        "number title customer drafter kind state currency total tax_total signed_on archived_on delivery_on period_start "
        "period_end payment_terms delivery_terms paper_location".split()
    ),
    frozenset({"number", "title", "customer", "currency", "total", "signed_on"}),
)


def load(sheet: Sheet, tick: Tick) -> Outcome:
    """Save the contracts of a sheet as signed, archived or fulfilled, and register them; known numbers are left alone."""
    customers, people = customers_by_name(), people_by_name()
    known = {number.casefold() for number in Contract.objects.values_list("number", flat=True)}
    olds: list[Old] = []
    seen: dict[str, int] = {}
    already = 0
    for entry in sheet.entries():
        old = _read(entry, customers, people)
        number = old.record.number
        if not entry.is_first("number", number, seen):
            continue
        if number.casefold() in known:
            already += 1
        else:
            if OURS.fullmatch(number):
                entry.bad("number", _("Numbers of this form are given by the product; write the old one differently."))
            olds.append(old)
        tick()
    sheet.stop_if_bad()
    contracts = [old.record for old in olds]
    for contract in contracts:
        # it has no text here: what is approved is what the table says of it
        contract.__dict__.update(clause_rows=[], line_rows=[], instalment_rows=[])
        contract.approved_hash = text_hash(content_of(contract))
    import_history(olds, by=sheet.by)
    return Outcome([*contracts, *(_registered(contract, sheet.by) for contract in contracts)], already)


def _read(entry: Entry, customers: dict[str, Any], people: dict[str, Any]) -> Old:
    customer = customer_named(entry, customers)
    if not entry.text("customer", required=True):
        customer = None
    state = entry.text("state") or State.ARCHIVED
    if state not in CONCLUDED:
        entry.bad("state", _("Only contracts that were signed are imported: signed, archived or fulfilled."))
    signed, archived = _days(entry)
    total, tax = _amounts(entry)
    contract = Contract(
        number=entry.text("number", required=True),
        title=entry.text("title", required=True),
        kind=entry.text("kind") or "sale",
        customer=customer,
        drafted_by=reference(people, entry, "drafter") or getattr(customer, "owner", None) or entry.sheet.by,
        drafted_at=started(signed) or clock.now(),
        currency=_currency(entry),
        total=total,
        tax_total=tax,
        net_total=total - tax,
        signed_on=signed,
        approved_on=signed,
        archived_on=archived if state != State.SIGNED else None,
        **{name: entry.day(name) for name in ("delivery_on", "period_start", "period_end")},
        **{name: entry.text(name) for name in ("payment_terms", "delivery_terms", "paper_location")},
        **_parties(customer),
        imported=True,
    )
    if contract.period_start and contract.period_end and contract.period_end < contract.period_start:
        entry.bad("period_end", _("It ended before it began (%(day)s).") % {"day": contract.period_start.isoformat()})
    entry.clean(contract, exclude=("state",))
    return Old(contract, _path(state, signed, archived) if state in CONCLUDED else [])


def _parties(customer: Any) -> dict[str, str]:
    """Both sides as they stand in our files today, and the writing of the customer's region."""
    company = Company.own()
    script = SCRIPT_OF_REGION.get(getattr(customer, "region", ""), Script.EN)
    theirs = {f"customer_{name}": getattr(customer, name, "") for name in ("name", "address", "registration_number")}
    ours = {"our_address": company.address, "our_registration_number": company.registration_number}
    return {**theirs, **ours, "our_name": company.name_in(script), "script": script}


def _days(entry: Entry) -> tuple[Any, Any]:
    """When it was signed and archived; the one is needed, the other not before it."""
    entry.text("signed_on", required=True)
    signed, archived = entry.day("signed_on"), entry.day("archived_on")
    if signed and signed > clock.today():
        entry.bad("signed_on", _("The date lies in the future."))
    if signed and archived and archived < signed:
        entry.bad("archived_on", _("It ended before it began (%(day)s).") % {"day": signed.isoformat()})
        archived = None
    return signed, archived


def _amounts(entry: Entry) -> tuple[Decimal, Decimal]:
    """The amount with tax, and the tax in it, which is not more."""
    total, tax = entry.amount("total", required=True) or Decimal(0), entry.amount("tax_total") or Decimal(0)
    if tax > total:
        entry.bad("tax_total", _("The tax is more than the amount."))
        tax = total
    return total, tax


def _currency(entry: Entry) -> str:
    currency = entry.text("currency", required=True)
    if currency and currency not in dict(CURRENCIES):
        entry.bad("currency", _("“%(text)s” is no currency that is used here.") % {"text": currency[:20]})
    return currency


def _path(state: str, signed: Any, archived: Any) -> list[Walked]:
    """The states it went through; of the reviews nothing is known, of the rest the days that the table gives."""
    path = [*(Walked(one) for one in WAY), Walked(State.SIGNED, started(signed))]
    path += [] if state == State.SIGNED else [Walked(State.ARCHIVED, started(archived))]
    return path + ([Walked(State.FULFILLED)] if state == State.FULFILLED else [])


def _registered(contract: Contract, by: Any) -> Any:
    return register(
        record=contract, kind="contract", title=contract.title, by=by, number=contract.number, reason=REASON
    )
