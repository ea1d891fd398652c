"""Figures of orders, read-only: what an order is worth, for those who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

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
