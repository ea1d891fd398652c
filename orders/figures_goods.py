"""Figures of quality: how much passes at the first inspection, how much is reworked, by month and by product. 3.3.4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Q, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from kernel import clock
from orders.models import Inspection
from orders.models.orders import NONE, QUANTITY

MONTHS, MOST_PRODUCTS, MOST_CAUSES = 12, 20, 10


@dataclass(frozen=True)
class Rate:
    """What was inspected finally for the first time, what of it passed, and what was rejected in all rounds."""

    label: Any
    first: Decimal
    passed: Decimal
    rejected: Decimal

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


def _judged(user: Any) -> Any:
    since = clock.today().replace(day=1) - timedelta(days=31 * (MONTHS - 1))
    rows = Inspection.objects.visible_to(user).filter(kind=Inspection.Kind.FINAL, inspected_at__date__gte=since)
    return rows.order_by()


def by_month(user: Any) -> list[Rate]:
    """The last twelve months in which anything was inspected finally; one query."""
    rows = _totals(_judged(user).annotate(month=TruncMonth("inspected_at")).values("month")).order_by("month")
    return [Rate(_month(row["month"]), row["first_"], row["passed_"], row["rejected_"]) for row in rows]


def by_product(user: Any) -> list[Rate]:
    """The products of which most was rejected in these months; one query."""
    rows = _totals(_judged(user).values("line__description")).order_by("-rejected_", "line__description")
    return [
        Rate(row["line__description"], row["first_"], row["passed_"], row["rejected_"]) for row in rows[:MOST_PRODUCTS]
    ]


def main_defects(user: Any) -> list[tuple[str, Decimal]]:
    """The causes of defects in these months, the one with most pieces first; one query."""
    rows = _judged(user).filter(defects__isnull=False).values(name=F("defects__cause__name"))
    counted = rows.annotate(pieces=Sum("defects__quantity")).order_by("-pieces", "name")
    return [(row["name"], row["pieces"]) for row in counted[:MOST_CAUSES]]


def _month(moment: Any) -> date:
    day: date = clock.local(moment).date()
    return day
