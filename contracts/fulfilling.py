"""Verbs of fulfilment: the checklist of an archived contract and what is promised by it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract, Obligation
from customers.services import end_of
from kernel import promises
from kernel.advance import begin
from kernel.models import Promise

KEPT = "obligation"  # the kind of promise that an obligation makes
promises.name_kind(KEPT, gettext_lazy("Term of a contract: %(what)s"))


def lay_out(contract: Contract, *, by: Any) -> None:
    """Begin the checklist of a contract that is archived, from its terms: delivery, acceptance, warranty. Once only."""
    if contract.obligations.exists():
        return
    kinds = [(Obligation.Kind.DELIVERY, contract.delivery_on), (Obligation.Kind.ACCEPTANCE, None)]
    if contract.after_sales.strip():
        kinds.append((Obligation.Kind.WARRANTY, contract.period_end))
    for kind, due_on in kinds:
        add(Obligation(contract=contract, kind=kind, due_on=due_on, responsible=contract.owner), by=by)


def add(obligation: Obligation, *, by: Any) -> Obligation:
    """Put a term on the checklist; with a day it is promised until then."""
    with transaction.atomic():
        row: Obligation = begin(obligation, by=by)
        promise(row)
        return row


def change(obligation: Obligation, *, before: date | None, reason: str, by: Any) -> None:
    """Save another person, day or wording; a day that was promised moves only with a reason (ValidationError)."""
    with transaction.atomic():
        obligation._history_user = by
        obligation.save()
        row = Promise.objects.of(obligation).open().filter(kind=KEPT).first()
        if row is None:
            promise(obligation)
            return
        if before != obligation.due_on and not reason.strip():
            raise ValidationError({"reason": _("Give a reason: the person concerned will read it.")})
        if obligation.due_on is None:
            promises.void(obligation, KEPT)
            return
        if before != obligation.due_on:
            promises.move(row, end_of(obligation.due_on), reason=reason, by=by)
        if row.owed_by_id != obligation.responsible_id:
            promises.hand_over(obligation, before=row.owed_by, after=obligation.responsible)


def promise(obligation: Obligation) -> None:
    """Who answers for it owes it until the end of its day."""
    if obligation.due_on is not None:
        promises.make(
            obligation, KEPT, due_at=end_of(obligation.due_on), clause="3.2.1b", what=str(obligation),
            owed_by=obligation.responsible, owed_to=obligation.contract.customer_name,
        )  # fmt: skip
