"""What sealing contributes: the menu, and the work of the seal keeper and of who asked."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import SealRequest
from contracts.models.sealing import KEEP
from kernel.panels import WorkGroup, WorkItem, navigation_item, quick_action, work

SHOWN = 6
DEALS = gettext_lazy("Contracts")

navigation_item(
    312,
    DEALS,
    "contracts:sealrequest_list",
    "stamp",
    gettext_lazy("Seal requests"),
    permission="contracts.view_contract",
)
navigation_item(
    314, DEALS, "contracts:seal_register", "ledger", gettext_lazy("Seal register"), permission="contracts.view_ledger"
)
quick_action(
    13, "contracts:sealrequest_list", "stamp", gettext_lazy("To be sealed"), permission=KEEP, query="?state=approved"
)


@work(33)
def to_be_sealed(user: Any) -> WorkGroup | None:
    """For the seal keeper: what is approved and waits for his comparison and his seal. Clause 3.2.3b."""
    if not user.has_perm(KEEP):
        return None
    rows = SealRequest.objects.filter(state="approved", seal__keeper=user).select_related("contract", "seal")
    found = list(rows.order_by("state_at")[: SHOWN + 1])
    if not found:
        return None
    items = [
        WorkItem(
            title=r.contract.title,
            sub=f"{r.number} · {r.seal}",
            url=r.get_absolute_url(),
            action=_("Compare and seal"),
            party=r.contract.customer_name,
            clause="3.2.3b",
        )
        for r in found[:SHOWN]
    ]
    return WorkGroup(_("To be sealed"), items, rows.count(), "")
