"""What custody contributes: the menu, and the originals on loan on the custodian's home page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Loan
from contracts.models.access import ARCHIVE
from customers.services import end_of
from kernel.panels import WorkGroup, WorkItem, navigation_item, work

SHOWN = 6

navigation_item(
    316,
    gettext_lazy("Contracts"),
    "contracts:loan_list",
    "box",
    gettext_lazy("Originals on loan"),
    permission=ARCHIVE,
)


@work(34)
def on_loan(user: Any) -> WorkGroup | None:
    """For the custodian: originals that are out, the one due first on top. Clause 3.2.3c."""
    if not user.has_perm(ARCHIVE):
        return None
    rows = Loan.objects.filter(state="out").select_related("contract", "borrower").order_by("due_on", "pk")
    found = list(rows[: SHOWN + 1])
    if not found:
        return None
    items = [
        WorkItem(
            title=loan.contract.title,
            sub=f"{loan.contract.number} · {loan.borrower}",
            url=loan.get_absolute_url(),
            due_at=end_of(loan.due_on),
            action=_("Take back"),
            party=loan.contract.customer_name,
            clause="3.2.3c",
        )
        for loan in found[:SHOWN]
    ]
    return WorkGroup(_("Originals on loan"), items, rows.count(), "")
