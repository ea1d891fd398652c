"""Figures of after-sales service, read-only; no data is None, never nought (REGULATION, how the figures are counted)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from aftersales.models import Feedback, ReturnVisit
from kernel import clock
from orders.models import Order


@dataclass(frozen=True)
class Ratio:
    """Of how many, how many."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded; None when there was no case."""
        return round(100 * self.part / self.whole) if self.whole else None


def solved_in_time(start: date, end: date) -> Ratio:
    """Feedback solved within the promise, of all that was solved in the period (by day of the solution)."""
    rows = _between(Feedback.objects.all(), "resolved_at", start, end)
    return Ratio(rows.filter(Q(resolved_at__lte=F("promised_at"))).count(), rows.count())


def complaints(start: date, end: date) -> Ratio:
    """Complaints received, for the orders delivered in the period: the complaint rate."""
    rows = _between(Feedback.objects.filter(kind="complaint"), "received_at", start, end)
    delivered = Order.objects.filter(delivered_on__gte=start, delivered_on__lte=end)
    return Ratio(rows.count(), delivered.count())


def _between(rows: QuerySet, field: str, start: date, end: date) -> QuerySet:
    zone = timezone.get_default_timezone()
    begin = datetime.combine(start, time.min, tzinfo=zone)
    over = datetime.combine(end + timedelta(days=1), time.min, tzinfo=zone)
    return rows.filter(**{f"{field}__gte": begin, f"{field}__lt": over})


# --- return visits ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class VisitRate:
    """Of the visits of a month that were due with one person of customer service, how many were made in time."""

    month: date
    name: str
    ratio: Ratio


def visit_rate(start: date, end: date) -> Ratio:
    """The return-visit rate: visits made in time, of those due in the period; skipped with leave are out. 5.1.2c."""
    return Ratio(**_counted_visits(ReturnVisit.objects.filter(due_on__gte=start, due_on__lte=end)))


def visit_rates(user: Any, months: int = 3) -> list[VisitRate]:
    """The rate by month and person, the last months and this one to today; one query. Clause 2.2.3c."""
    today = clock.today()
    first = (today.replace(day=1) - timedelta(days=31 * (months - 1))).replace(day=1)
    rows = ReturnVisit.objects.visible_to(user).filter(due_on__gte=first, due_on__lte=today, state__in=COUNTED)
    rows = rows.exclude(state__in=("due", "asked"), due_on=today)  # the day is not over
    grouped = rows.order_by().annotate(month=TruncMonth("due_on")).values("month", "handler__name")
    counted = grouped.annotate(part=Count("pk", filter=IN_TIME), whole=Count("pk")).order_by("-month", "handler__name")
    return [VisitRate(r["month"], r["handler__name"] or "", Ratio(r["part"], r["whole"])) for r in counted]


COUNTED = ("due", "asked", "visited")
IN_TIME = Q(state="visited", visited_on__lte=F("due_on"))


def _counted_visits(rows: QuerySet) -> dict[str, int]:
    return rows.filter(state__in=COUNTED).aggregate(part=Count("pk", filter=IN_TIME), whole=Count("pk"))
