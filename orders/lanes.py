"""The tracker's lanes: what each department did and will do of an order, from real dates, on one scale of fourteen columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kernel import clock
from orders.models import Order

COLUMNS = 14
LEAST_DAYS = 1  # of one column
LETTERS_OF_COLUMN, LETTERS_OF_MARK = 9, 4  # widths in letters, on the narrowest desk that draws lanes


@dataclass(frozen=True)
class Bar:
    """One piece of work in a lane: from the first column it covers, over how many, in the tone of its state."""

    label: str
    tone: str
    start: date
    end: date
    column: int = 1
    width: int = 1
    room: int = 1
    """Columns of bar and label together: a bar too short for its label has it beside, so that its length stays true."""
    label_first: bool = False

    @property
    def label_width(self) -> int:
        """Columns of a label that stands beside its bar; 0 when it stands in it."""
        return self.room - self.width


@dataclass(frozen=True)
class Lane:
    """The work of one department."""

    title: str | Lazy
    bars: list[Bar]


@dataclass(frozen=True)
class Tracker:
    """All lanes of an order on one scale; `now` is the column of today, 0 when it lies outside."""

    lanes: list[Lane] = field(default_factory=list)
    axis: list[tuple[date, bool]] = field(default_factory=list)
    now: int = 0


_sources: list[tuple[int, Any, Callable[[Order], Iterable[dict[str, Any]]]]] = []


def lane_source(rank: int, title: Any) -> Callable:
    """Declare a lane: `(order) -> dicts of label, tone, start and end (None = still open)`, at most one query."""

    def register(source: Callable[[Order], Iterable[dict[str, Any]]]) -> Callable:
        _sources.append((rank, title, source))
        return source

    return register


@lane_source(10, gettext_lazy("Sales and customer service"))
def service(order: Order) -> Iterable[dict[str, Any]]:
    """Entering, the promised date, and receipt."""
    entered = clock.local(order.entered_at).date()
    placed = clock.local(order.placed_at).date() if order.placed_at else None
    yield {"label": _("Entered"), "tone": "ok" if placed else "active", "start": entered, "end": placed}
    if order.promised_on:
        late = order.promised_on < (order.delivered_on or clock.today())
        tone = ("bad" if late else "ok") if order.delivered_on or late else "idle"
        yield {"label": _("Promised"), "tone": tone, "start": order.promised_on, "end": order.promised_on}
    if order.delivered_on:
        yield {
            "label": pgettext("goods", "Received"),
            "tone": "ok",
            "start": order.delivered_on,
            "end": order.delivered_on,
        }


def tracker_of(order: Order) -> Tracker:
    """The lanes of an order; an empty tracker while nothing has a date. Clause 2.2.3b."""
    rows = [(title, list(source(order))) for _rank, title, source in sorted(_sources, key=lambda row: row[0])]
    rows = [(title, found) for title, found in rows if found]
    if not rows:
        return Tracker()
    today = clock.today()
    days = [day for _title, found in rows for bar in found for day in (bar["start"], bar["end"] or today)]
    first, last = min(days), max(days)
    step = max(LEAST_DAYS, -(-((last - first).days + 1) // COLUMNS))

    def column(day: date) -> int:
        return min(COLUMNS, (day - first).days // step + 1)

    lanes = [
        Lane(title, [_bar(row, row["end"] or max(today, row["start"]), column) for row in found])
        for title, found in rows
    ]
    axis = [(first + timedelta(days=step * 2 * n), False) for n in range(COLUMNS // 2)]
    now = column(today) if first <= today <= first + timedelta(days=step * COLUMNS - 1) else 0
    if now:
        axis[(now - 1) // 2] = (today, True)
    return Tracker(lanes, axis, now)


def _bar(row: dict[str, Any], end: date, column: Callable[[date], int]) -> Bar:
    start = column(row["start"])
    width = max(1, column(end) - start + 1)
    beside = 0 if _columns_of(row["label"], LETTERS_OF_MARK) <= width else _columns_of(row["label"])
    room = min(COLUMNS, width + beside)
    label_first = start + room - 1 > COLUMNS  # at the right edge the label stands before its bar
    first = start + width - room if label_first else start
    if first < 1:  # neither side has room: it is cut, and read in full by pointing at it
        first, room, label_first = start, width, False
    return Bar(row["label"], row["tone"], row["start"], end, first, width, room, label_first)


def _columns_of(label: str, more: int = 1) -> int:
    """Columns that a label takes with so many letters more; an ideograph is as wide as two letters."""
    wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in label)
    return -(-(wide + more) // LETTERS_OF_COLUMN)
