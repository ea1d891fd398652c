"""What a contract needs before it counts as fulfilled: its terms are kept, its money is in; and what holds a shipment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from kernel.models.agreements import agreed
from kernel.money import in_figures
from kernel.steps import Missing, missing, requirement

COLLECTION, WRITE_OFF = "contracts:contract_collection", "3.2.1b"


class PerformanceEvidence:
    """Guards of the end of a contract, read from its planned payments and obligations."""

    @cached_property
    def planned_rows(self: Any) -> list[Any]:
        """Its planned payments in order."""
        rows = list(self.planned_payments.order_by("position", "pk"))
        for row in rows:
            row.contract = self
        return rows

    @cached_property
    def obligation_rows(self: Any) -> list[Any]:
        """Its fulfilment checklist, what is due first on top."""
        rows = list(self.obligations.select_related("responsible").order_by(F("due_on").asc(nulls_last=True), "pk"))
        for row in rows:
            row.contract = self
        return rows

    @property
    def open_rest(self: Any) -> Decimal:
        """What the customer still owes under it, in its currency."""
        return sum((row.open_amount for row in self.planned_rows), Decimal(0))

    @property
    def rest_subject(self: Any) -> str:
        """What exactly the manager agrees to when a rest is written off: another rest needs another agreement."""
        return f"rest={self.open_rest:.2f} {self.currency}"

    def payment_hold(self: Any) -> list[Any]:
        """The planned payments that must be in before anything is shipped under it, and are not; empty when it may go out."""
        return [row for row in self.planned_rows if row.before_shipment and not row.is_settled]

    @requirement("3.2.1b", _("Each term on the fulfilment checklist is done"), at=COLLECTION, part="obligations")
    def has_fulfilled_terms(self: Any) -> bool | Missing:
        """Delivery, acceptance, warranty and what else was listed; nothing listed at all is not done either."""
        if not self.obligation_rows:
            return missing(_("Nothing is on the fulfilment checklist yet."))
        open_ = [str(row) for row in self.obligation_rows if row.is_open]
        return missing(*open_) if open_ else True

    @requirement(
        "3.2.1b", _("All money is in, or the manager agreed to write the rest off"), at=COLLECTION, part="plan"
    )
    def has_all_money(self: Any) -> bool | Missing:
        """Every planned payment is settled; or exactly the rest that is open was agreed to."""
        rest = self.open_rest
        if not rest or agreed(self, WRITE_OFF, self.rest_subject):
            return True
        return missing(_("%(amount)s is open") % {"amount": in_figures(rest, self.currency)})
