"""The list of loans as a file, and the rows of its screen."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contracts.models import Loan
from kernel.exports import Column
from kernel.lists import listed

LOANS = [
    Column("contract.number", _("Contract number"), width=16),
    Column("contract.customer_name", _("Customer"), width=30),
    Column("contract.title", _("Title"), width=30),
    Column("borrower.name", _("Borrower"), width=16),
    Column("reason", _("Reason"), width=30),
    Column("lent_on", _("Lent on"), "date"),
    Column("due_on", _("To be returned by"), "date"),
    Column("returned_on", _("Returned on"), "date"),
    Column("get_state_display", _("State"), width=14),
]


@listed("loans", _("Loans of originals"), "contracts.view_ledger", LOANS)
def loans(user: Any, query: QueryDict) -> QuerySet:
    """Loans by state, the newest first. Clause 3.2.3c."""
    rows = Loan.objects.visible_to(user).select_related("contract", "borrower")
    state = query.get("state", "")
    if state in Loan.State.values:
        rows = rows.filter(state=state)
    return rows.order_by("-pk")
