"""What a contract's lines come to: exact, rounded once a line and once a tax rate, in the contract's currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kernel.money import quantize

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Totals:
    """Net of tax, tax, and the amount of the contract (with tax)."""

    net: Decimal
    tax: Decimal
    total: Decimal


def line_amount(quantity: Decimal, unit_price: Decimal, discount_percent: Decimal, currency: str) -> Decimal:
    """Quantity × unit price less discount, rounded half up to the currency's decimals."""
    return quantize(quantity * unit_price * (HUNDRED - discount_percent) / HUNDRED, currency)


def totals(lines: Iterable[Any], *, includes_tax: bool, currency: str) -> Totals:
    """Net, tax and total of the lines (`amount`, `tax_rate` in percent); tax is rounded once per rate."""
    by_rate: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        by_rate[Decimal(line.tax_rate)] += line.amount
    entered = sum(by_rate.values(), Decimal(0))
    if includes_tax:
        tax = sum(
            (amount - quantize(amount * HUNDRED / (HUNDRED + rate), currency) for rate, amount in by_rate.items()),
            Decimal(0),
        )
        return Totals(quantize(entered - tax, currency), quantize(tax, currency), quantize(entered, currency))
    tax = sum((quantize(amount * rate / HUNDRED, currency) for rate, amount in by_rate.items()), Decimal(0))
    return Totals(quantize(entered, currency), quantize(tax, currency), quantize(entered + tax, currency))
