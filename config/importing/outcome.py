"""What came of an import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Called once per row kept, for those who wait and watch.
Tick = Callable[[], None]


@dataclass(frozen=True)
class Outcome:
    """The records that were taken in, and how many rows were there already."""

    records: list[Any]
    already: int

    @property
    def added(self) -> int:
        """How many were taken in."""
        return len(self.records)
