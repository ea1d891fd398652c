"""Lending the paper original of a contract, with the promise to return it (clause 3.2.3c)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract, Loan
from contracts.models.custody import RETURN
from customers.services import end_of
from kernel import promises
from kernel.advance import begin

KEPT = ("archived", "fulfilled", "terminated")  # states in which the original is in custody

promises.name_kind(RETURN, gettext_lazy("Return the original of %(what)s"))


def may_be_lent(contract: Contract) -> bool:
    """Whether the original is in custody; whether it is in its place is another question."""
    return contract.state in KEPT and contract.archived_on is not None


def lend(*, contract: Contract, loan: Loan, by: Any) -> Loan:
    """Lend the original; the borrower owes its return at the end of the day named.

    Raises ValidationError when it is not in custody, or not in its place.
    """
    with transaction.atomic():
        row = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        if not may_be_lent(row):
            raise ValidationError(_("Only an archived original is lent."))
        if row.loans.outstanding().exists():
            raise ValidationError(_("The original is not in its place: see the open loan."))
        loan.contract, loan.lent_by = row, by
        begin(loan, by=by)
        promises.make(
            loan,
            RETURN,
            due_at=end_of(loan.due_on),
            clause="3.2.3c",
            what=row.number,
            owed_by=loan.borrower,
            owed_to=str(row.custodian or by),
        )
        return loan
