"""What came of an import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# Called once per row kept, for those who wait and watch.
Tick = Callable[[], None]


@dataclass(frozen=True)
class Outcome:
    """How many rows were taken in, and how many were there already."""

    added: int
    already: int
