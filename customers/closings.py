"""Figures of what was won and lost, counted from the rows a person may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, ExtractQuarter, ExtractYear

from customers.models import Opportunity

CENT = Decimal("0.01")
VALUE = Coalesce("signed_value", "expected_value")  # Opportunity.value and its currency, in the database
CURRENCY = Case(When(signed_currency="", then=F("currency")), default=F("signed_currency"))
WON, LOST = Opportunity.State.WON, Opportunity.State.LOST


@dataclass
class Closed:
    """What one owner closed in one calendar quarter: counts, and the value won in each currency."""

    owner_id: int
    owner: str
    year: int
    quarter: int
    won: int = 0
    lost: int = 0
    values: dict[str, Decimal] = field(default_factory=dict)

    @property
    def closed(self) -> int:
        """Won and lost together."""
        return self.won + self.lost

    @property
    def win_rate(self) -> Decimal:
        """Won of closed in percent, two decimals, half up."""
        return (Decimal(100) * self.won / self.closed).quantize(CENT, ROUND_HALF_UP) if self.closed else Decimal(0)

    @property
    def period(self) -> str:
        """The quarter as 2017Q1."""
        return f"{self.year}Q{self.quarter}"

    def add(self, won: int, lost: int, values: dict[str, Decimal]) -> None:
        """Count more deals in; currencies stay apart."""
        self.won += won
        self.lost += lost
        for currency, value in values.items():
            self.values[currency] = self.values.get(currency, Decimal(0)) + value


def closed_by_owner_and_quarter(rows: QuerySet | None = None, year: int | None = None) -> list[Closed]:
    """Won, lost, win rate and value won by owner and calendar quarter of the closing day. One query.

    `rows` are the opportunities counted (all of them when none are given), `year` narrows to one calendar year.
    """
    rows = Opportunity.objects.all() if rows is None else rows
    rows = rows.filter(state__in=(WON, LOST), closed_on__isnull=False)
    if year:
        rows = rows.filter(closed_on__year=year)
    groups = (
        rows.order_by()
        .values("owner_id", "owner__name", money=CURRENCY, y=ExtractYear("closed_on"), q=ExtractQuarter("closed_on"))
        .annotate(
            won=Count("pk", filter=Q(state=WON)),
            lost=Count("pk", filter=Q(state=LOST)),
            worth=Sum(VALUE, filter=Q(state=WON)),
        )
        .order_by("owner__name", "owner_id", "y", "q", "money")
    )
    found: dict[Any, Closed] = {}
    for group in groups:
        key = group["owner_id"], group["y"], group["q"]
        closed = found.setdefault(key, Closed(key[0], group["owner__name"], key[1], key[2]))
        values = {group["money"]: group["worth"] or Decimal(0)} if group["won"] else {}
        closed.add(group["won"], group["lost"], values)
    return list(found.values())


def total_of(rows: Iterable[Closed]) -> Closed:
    """All rows in one, for the foot of the table."""
    total = Closed(0, "", 0, 0)
    for row in rows:
        total.add(row.won, row.lost, row.values)
    return total


def years_closed(rows: QuerySet) -> list[int]:
    """The calendar years in which any of the opportunities were closed, the latest first. One query."""
    years = rows.filter(closed_on__isnull=False).order_by().values_list(ExtractYear("closed_on"), flat=True).distinct()
    return sorted(years, reverse=True)
