"""Figures of quality: how much passes at the first inspection, how much is reworked, by month, product and customer. 3.3.4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Q, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from kernel import clock
from kernel.periods import Period
from orders.models import Inspection
from orders.models.orders import NONE, QUANTITY

MOST_PRODUCTS, MOST_CAUSES = 20, 10


@dataclass(frozen=True)
class Rate:
    """What was inspected finally for the first time, what of it passed, and what was rejected in all rounds."""

    label: Any
    first: Decimal
    passed: Decimal
    rejected: Decimal
    query: str = ""

    @property
    def first_pass(self) -> Decimal | None:
        """Percent that passed at the first inspection."""
        return (100 * self.passed / self.first).quantize(Decimal("0.1")) if self.first else None

    @property
    def rework(self) -> Decimal | None:
        """Percent of the first quantity that had to be reworked, every round counted."""
        return (100 * self.rejected / self.first).quantize(Decimal("0.1")) if self.first else None


def _totals(rows: Any) -> Any:
    """first, passed, rejected summed over rows grouped before."""
    number, first = DecimalField(**QUANTITY), Q(round=1)
    zero = Value(NONE, output_field=number)
    return rows.annotate(
        first_=Coalesce(Sum("quantity", filter=first), zero),
        passed_=Coalesce(Sum("accepted", filter=first), zero),
        rejected_=Coalesce(Sum("rejected"), zero),
    )


def _judged(user: Any, period: Period) -> Any:
    begin, over = period.moments
    rows = Inspection.objects.visible_to(user).filter(kind=Inspection.Kind.FINAL)
    return rows.filter(inspected_at__gte=begin, inspected_at__lt=over).order_by()


def by_month(user: Any, period: Period) -> list[Rate]:
    """The months of the period in which anything was inspected finally; one query."""
    rows = _totals(_judged(user, period).annotate(month=TruncMonth("inspected_at")).values("month")).order_by("month")
    months = ((_month(row["month"]), row) for row in rows)
    return [
        Rate(first, row["first_"], row["passed_"], row["rejected_"], period.month(first).query())
        for first, row in months
    ]


def by_product(user: Any, period: Period) -> list[Rate]:
    """The products of which most was rejected in the period; one query."""
    rows = _totals(_judged(user, period).values("line__description")).order_by("-rejected_", "line__description")
    return [
        Rate(row["line__description"], row["first_"], row["passed_"], row["rejected_"]) for row in rows[:MOST_PRODUCTS]
    ]


def by_customer(user: Any, period: Period) -> list[Rate]:
    """The customers for whose orders most was rejected in the period; one query."""
    name = "order__customer_name"
    rows = _totals(_judged(user, period).values(name)).order_by("-rejected_", name)
    return [Rate(row[name], row["first_"], row["passed_"], row["rejected_"]) for row in rows[:MOST_PRODUCTS]]


def main_defects(user: Any, period: Period) -> list[tuple[str, Decimal]]:
    """The causes of defects in the period, the one with most pieces first; one query."""
    rows = _judged(user, period).filter(defects__isnull=False).values(name=F("defects__cause__name"))
    counted = rows.annotate(pieces=Sum("defects__quantity")).order_by("-pieces", "name")
    return [(row["name"], row["pieces"]) for row in counted[:MOST_CAUSES]]


def _month(moment: Any) -> date:
    day: date = clock.local(moment).date()
    return day
