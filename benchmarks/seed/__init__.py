"""The rows of the measured company, the same at each run: a seeded generator, the import's door, bulk inserts."""

import random
import time
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction


@dataclass(frozen=True)
class Volume:
    """How many of each; `scaled` for a quick trial."""

    customers: int = 20_000
    opportunities: int = 20_000
    interactions: int = 40_000
    contracts: int = 5_000
    salespeople: int = 50
    largest_book: int = 0  # of a hundred customers, how many belong to one salesperson

    def scaled(self, by: float) -> "Volume":
        """The same company in small; the number of people stays."""
        numbers = (self.customers, self.opportunities, self.interactions, self.contracts)
        return Volume(*(max(40, int(n * by)) for n in numbers), self.salespeople, self.largest_book)


@dataclass
class World:
    """What was made so far, for what builds on it."""

    volume: Volume
    random: random.Random
    people: dict[str, list[Any]] = field(default_factory=dict)
    products: list[Any] = field(default_factory=list)
    segments: list[Any] = field(default_factory=list)
    customers: list[Any] = field(default_factory=list)
    contacts: dict[int, Any] = field(default_factory=dict)
    opportunities: list[Any] = field(default_factory=list)
    contracts: list[Any] = field(default_factory=list)

    @property
    def manager(self) -> Any:
        """The sales manager in office."""
        return self.people["sales_manager"][0]


def insert(rows: list[Any], by: Any) -> list[Any]:
    """Insert many rows of one model with their history and the words that find them."""
    from kernel.searching import Searchable, index

    if not rows:
        return rows
    model = type(rows[0])
    model._base_manager.bulk_create(rows, batch_size=1_000)
    if issubclass(model, Searchable):
        index(rows, fresh=True)
    if hasattr(model, "history"):
        model.history.bulk_history_create(rows, batch_size=1_000, default_user=by)
    return rows


def seed(volume: Volume, tell: Any = print) -> World:
    """Fill an empty, migrated database; says how long each part took."""
    from benchmarks.seed import contracts, customers, evidence, opportunities, people, records

    world = World(volume, random.Random(20_26))
    for part in (people, customers, opportunities, evidence, contracts, records):
        began = time.perf_counter()
        with transaction.atomic():
            part.fill(world)
        tell(f"  {part.__name__.rsplit('.', 1)[-1]:<14} {time.perf_counter() - began:6.1f} s")
    return world
