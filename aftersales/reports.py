"""Figures of after-sales service, read-only; no data is None, never nought (REGULATION, how the figures are counted)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from aftersales.models import Feedback
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
