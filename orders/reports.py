"""Figures of orders, read-only: what an order is worth, sales, punctuality and new customers by quarter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import ExtractQuarter, ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

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
        "accepted": pgettext("inspection", "Accepted"),
        "shipped": _("Shipped"),
        "received": pgettext("goods", "Received"),
    }
    return [
        Progress(label, sum((getattr(line, name) for line in order.line_rows), Decimal(0)), total)
        for name, label in counts.items()
    ]


# --- figures over many orders (REGULATION 5, "How the figures are counted") --------------------------------------
CENT = Decimal("0.01")


@dataclass
class Sold:
    """What one salesperson sold in one calendar quarter of the order date, in one currency: cancelled orders left out."""

    salesperson_id: int | None
    salesperson: str
    year: int
    quarter: int
    currency: str
    orders: int = 0
    exact: Decimal = Decimal(0)
    line_rounded: Decimal = Decimal(0)

    @property
    def period(self) -> str:
        """The quarter as 2026Q3."""
        return f"{self.year}Q{self.quarter}"

    @property
    def amount(self) -> Decimal:
        """Net of tax and discount: the exact sum rounded once. Clause 5.1.1a."""
        return quantize(self.exact, self.currency)


def sold_by_salesperson_and_quarter(rows: QuerySet) -> list[Sold]:
    """The sales amount of orders by salesperson and quarter; read through in pieces, so that a year's lines fit. Clause 5.1.1a.

    Added up in Python, exactly: SQLite would add floating-point numbers. `line_rounded` rounds each line half up first.
    """
    values = LineValue.objects.filter(line__order__in=rows.exclude(state="cancelled").order_by().values("pk"))
    values = values.filter(line__order__ordered_on__isnull=False).select_related("line__order__salesperson")
    found: dict[Any, Sold] = {}
    counted: set[int] = set()
    for value in values.order_by("line__order_id", "pk").iterator(chunk_size=2_000):
        order = value.line.order
        day = order.ordered_on
        key = order.salesperson_id, day.year, (day.month + 2) // 3, value.currency
        name = str(order.salesperson or "")
        sold = found.setdefault(key, Sold(key[0], name, key[1], key[2], value.currency))
        net = value.net_of(value.line.quantity)
        sold.exact += net
        sold.line_rounded += net.quantize(CENT, ROUND_HALF_UP)
        if order.pk not in counted:
            counted.add(order.pk)
            sold.orders += 1
    return sorted(found.values(), key=lambda s: (s.salesperson, s.salesperson_id or 0, s.year, s.quarter, s.currency))


@dataclass(frozen=True)
class Punctuality:
    """How many orders of a calendar quarter were shipped by the promised date; those not shipped are counted apart."""

    year: int
    quarter: int
    orders: int
    shipped: int
    on_time: int

    @property
    def period(self) -> str:
        """The quarter as 2026Q3."""
        return f"{self.year}Q{self.quarter}"

    @property
    def not_shipped(self) -> int:
        """Orders in no percentage."""
        return self.orders - self.shipped

    @property
    def late(self) -> int:
        """Shipped after the promised date."""
        return self.shipped - self.on_time

    @property
    def rate(self) -> Decimal | None:
        """On time of shipped in percent, two decimals; None when nothing was shipped: no data is no nought."""
        return (Decimal(100) * self.on_time / self.shipped).quantize(CENT, ROUND_HALF_UP) if self.shipped else None


def punctuality_by_quarter(rows: QuerySet, *, basis: str = "ordered_on") -> list[Punctuality]:
    """On-time delivery of orders by the calendar quarter of `basis` (ordered_on or promised_on). One query. Clause 5.1.2b."""
    shipped = Q(shipped_on__isnull=False)
    groups = (
        rows.exclude(state__in=("draft", "cancelled"))
        .filter(**{f"{basis}__isnull": False})
        .order_by()
        .values(y=ExtractYear(basis), q=ExtractQuarter(basis))
        .annotate(
            orders=Count("pk"),
            shipped=Count("pk", filter=shipped),
            on_time=Count("pk", filter=shipped & Q(shipped_on__lte=F("promised_on"))),
        )
        .order_by("y", "q")
    )
    return [Punctuality(g["y"], g["q"], g["orders"], g["shipped"], g["on_time"]) for g in groups]


def new_customers_by_salesperson_and_quarter(rows: QuerySet) -> list[tuple[str, str, int]]:
    """Customers whose first order it is: (salesperson, quarter, how many); on one day the lower number is the first. 5.1.1a."""
    first: dict[int, Any] = {}
    orders = rows.exclude(state__in=("draft", "cancelled")).filter(ordered_on__isnull=False)
    columns = ("customer_id", "ordered_on", "salesperson__name")
    for customer, day, name in orders.order_by("ordered_on", "number").values_list(*columns).iterator(chunk_size=2_000):
        first.setdefault(customer, (name or "", f"{day.year}Q{(day.month + 2) // 3}"))
    counted = Counter(first.values())
    return [(name, period, number) for (name, period), number in sorted(counted.items())]
