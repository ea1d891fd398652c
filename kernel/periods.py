"""The period of a page of figures: two days in the address, the last twelve months unless others are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.dateparse import parse_date

from kernel import clock

MONTHS = 12
YEARS = range(1990, 2200)


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included."""

    since: date
    until: date

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Period:
        """What was asked for; the last twelve months where nothing sensible was."""
        today = clock.today()
        first = (today.replace(day=1) - timedelta(days=31 * (MONTHS - 1))).replace(day=1)
        since, until = _day(query.get("since", "")) or first, _day(query.get("until", "")) or today
        return cls(min(since, until), max(since, until))

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its beginning, and the moment at which it is over."""
        zone = timezone.get_default_timezone()
        end = self.until + timedelta(days=1)
        return datetime.combine(self.since, time.min, zone), datetime.combine(end, time.min, zone)

    def month(self, first: date) -> Period:
        """A month by its first day, as far as it lies in the period."""
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return Period(max(first, self.since), min(last, self.until))

    def query(self, **more: Any) -> str:
        """The period and more as the end of an address."""
        asked = {"since": self.since, "until": self.until, **{name: value for name, value in more.items() if value}}
        return urlencode(asked)


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and day.year in YEARS else None
