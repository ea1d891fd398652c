"""Figures of orders, read-only: what an order is worth, for those who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kernel.money import quantize
from orders.models import LineValue, Order


@dataclass(frozen=True)
class Worth:
    """An amount without tax in its currency, rounded once."""

    amount: Decimal
    currency: str


def value_of(order: Order) -> Worth | None:
    """What the order comes to without tax; None while nothing is frozen. Clause 5.1.1a (sales amount)."""
    rows = list(LineValue.objects.filter(line__order=order).select_related("line"))
    if not rows:
        return None
    currency = rows[0].currency
    return Worth(quantize(sum((row.net_of(row.line.quantity) for row in rows), Decimal(0)), currency), currency)


@dataclass(frozen=True)
class Progress:
    """How much of what is ordered has reached a stage, over all lines."""

    label: Any
    done: Decimal
    total: Decimal

    @property
    def share(self) -> int:
        """The same in percent, rounded down, so that 100 means all of it."""
        return int(100 * self.done / self.total) if self.total else 0


def progress_of(order: Order) -> list[Progress]:
    """Produced, accepted, shipped and received of the whole order; empty before it is placed. Clause 2.2.3b."""
    if order.state == Order.State.DRAFT or not order.line_rows:
        return []
    total = sum((line.quantity for line in order.line_rows), Decimal(0))
    counts = {
        "produced": _("Produced"),
        "accepted": _("Accepted"),
        "shipped": _("Shipped"),
        "received": _("Received"),
    }
    return [
        Progress(label, sum((getattr(line, name) for line in order.line_rows), Decimal(0)), total)
        for name, label in counts.items()
    ]
