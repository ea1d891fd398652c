"""What happens when: acts with gaps of working days between them, laid out so that the last one was some days ago."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from config.demo.reading import number
from kernel import calendar

MORNING = time(9, 10)
LAST_START = 360  # minutes after MORNING at which a day's first act may begin


@dataclass(frozen=True)
class Act:
    """One thing that a person does, `gap` working days after the act before it (0: the same day, later)."""

    gap: int
    by: Any
    do: Callable[[], None]


@dataclass(frozen=True)
class Event:
    """An act at its moment."""

    at: datetime
    order: tuple[str, int]
    by: Any
    do: Callable[[], None]


class Days:
    """The working days up to today, by how many of them ago they were."""

    def __init__(self, today: date):
        self.today = today
        self._days = [today]

    def ago(self, n: int) -> date:
        """The n-th working day before today; today itself for 0."""
        while len(self._days) <= n:
            self._days.append(calendar.add_working_days(self._days[-1], -1))
        return self._days[n]


@dataclass
class Plan:
    """The acts around one record; the last of them happened `ago` working days before today."""

    name: str
    ago: int
    acts: list[Act] = field(default_factory=list)

    def add(self, gap: int, by: Any, do: Callable[[], None]) -> None:
        """Append an act."""
        self.acts.append(Act(gap, by, do))

    @property
    def start(self) -> int:
        """How many working days ago the first act happened."""
        return self.ago + sum(act.gap for act in self.acts[1:])

    def events(self, days: Days) -> Iterator[Event]:
        """Every act at its moment; acts of one day follow each other within the hour."""
        ago, moment = self.start, None
        for order, act in enumerate(self.acts):
            if order:
                ago -= act.gap
            key = f"{self.name}:{order}"
            if moment is not None and not act.gap:
                moment += timedelta(minutes=4 + number(key, 18))
            else:
                start = datetime.combine(days.ago(ago), MORNING, timezone.get_default_timezone())
                moment = start + timedelta(minutes=number(key, LAST_START))
            yield Event(moment, (self.name, order), act.by, act.do)
