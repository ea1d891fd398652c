"""Charts as plain SVG: the figures' places are computed here, a template draws them, the same on a page and in a PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 20, 28
GRID_LINES = 4
BAR_SHARE = Decimal("0.6")
MOST_LABELS = 12
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Mark:
    """One bar or point: its place in the drawing and what it says."""

    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal
    middle: Decimal
    label: str
    value: str
    labelled: bool


def bar_chart(title: Any, points: Sequence[tuple[Any, Decimal | int]], unit: Any = "") -> SafeString:
    """The points (label, value not below 0) as bars; raises ValueError for a negative value."""
    return _drawn("kernel/_chart_bars.html", title, points, unit)


def line_chart(title: Any, points: Sequence[tuple[Any, Decimal | int]], unit: Any = "") -> SafeString:
    """The points (label, value not below 0) in order as a line; raises ValueError for a negative value."""
    return _drawn("kernel/_chart_line.html", title, points, unit)


def ceiling(value: Decimal) -> Decimal:
    """The smallest of 1, 2, 2.5, 5 or 10 times a power of ten that is not below the value: the top of the scale."""
    if value <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(value.adjusted())
    return next(step * power for step in STEPS if step * power >= value)


def _drawn(template: str, title: Any, points: Sequence[tuple[Any, Decimal | int]], unit: Any) -> SafeString:
    values = [Decimal(value) for _label, value in points]
    if any(not value.is_finite() or value < 0 for value in values):
        raise ValueError("a chart shows values from 0 up")
    top = ceiling(max(values, default=Decimal(0)))
    context = {
        "title": title,
        "unit": unit,
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "base": HEIGHT - BOTTOM,
        "below": HEIGHT - BOTTOM + 18,
        "marks": _marks(points, values, top),
        "grid": [_grid_line(number, top) for number in range(GRID_LINES + 1)],
    }
    return render_to_string(template, context)


def _marks(points: Sequence[tuple[Any, Any]], values: Sequence[Decimal], top: Decimal) -> list[Mark]:
    room = Decimal(WIDTH - LEFT - RIGHT) / max(len(values), 1)
    every = (Decimal(len(values)) / MOST_LABELS).to_integral_value(ROUND_CEILING) or 1
    marks = []
    for number, ((label, _value), value) in enumerate(zip(points, values, strict=True)):
        middle = LEFT + room * (number + Decimal("0.5"))
        width, height = room * BAR_SHARE, (HEIGHT - TOP - BOTTOM) * value / top
        x, y, width, height, middle = map(
            _rounded, (middle - width / 2, HEIGHT - BOTTOM - height, width, height, middle)
        )
        marks.append(Mark(x, y, width, height, middle, str(label), f"{value:,}", number % every == 0))
    return marks


def _grid_line(number: int, top: Decimal) -> tuple[Decimal, str]:
    y = HEIGHT - BOTTOM - Decimal(HEIGHT - TOP - BOTTOM) * number / GRID_LINES
    return _rounded(y), f"{(top * number / GRID_LINES).normalize():,f}"


def _rounded(place: Decimal) -> Decimal:
    return place.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
