"""Who and what the demo company has: people, products, segments, customers, templates; and who acts at the moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from simple_history.signals import pre_create_historical_record

from config.demo.plan import Days, Plan
from config.demo.reading import number, pick, read, simplified
from kernel import clock

_actor: ContextVar[Any] = ContextVar("demo_actor", default=None)


@dataclass
class World:
    """Everything made so far, by its key in the data files; `plans` are what is still to happen."""

    days: Days
    people: dict[str, Any] = field(default_factory=dict)
    products: dict[str, Any] = field(default_factory=dict)
    segments: dict[str, Any] = field(default_factory=dict)
    customers: dict[str, Any] = field(default_factory=dict)
    templates: dict[str, Any] = field(default_factory=dict)
    contracts: dict[str, Any] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)

    def __getitem__(self, key: str) -> Any:
        """A person by key."""
        return self.people[key]

    def plan(self, name: str, ago: int) -> Plan:
        """A new plan, to be filled with acts."""
        plan = Plan(name, ago)
        self.plans.append(plan)
        return plan


class Words:
    """What is said in a customer's language; which of several wordings follows from a key."""

    def __init__(self, language: str, key: str, **names: str):
        self.language, self.key, self.names = language, key, names
        self.pool: dict[str, Any] = read("talk")["en" if language == "en" else "zh"]

    def __call__(self, name: str, salt: str = "") -> str:
        """One wording of that name, with names filled in."""
        found = self.pool[name]
        return self.write(found if isinstance(found, str) else pick(found, f"{self.key}:{name}:{salt}"))

    def row(self, name: str, salt: str = "") -> list[Any]:
        """One row of a table of wordings."""
        return [self.write(v) if isinstance(v, str) else v for v in pick(self.pool[name], f"{self.key}:{name}:{salt}")]

    def rows(self, name: str) -> list[str]:
        """All wordings of that name."""
        return [self.write(text) for text in self.pool[name]]

    def write(self, text: str) -> str:
        """The text with its names, in the language's script."""
        for name, value in self.names.items():
            text = text.replace("{" + name + "}", value)
        text = simplified(text) if self.language == "zh-hans" else text
        return text[:1].upper() + text[1:]


def chance(key: str, percent: int) -> bool:
    """Whether something that happens in so many cases of a hundred happens here."""
    return number(key, 100) < percent


@contextmanager
def acting(by: Any) -> Iterator[None]:
    """Do something as this person, in his language."""
    token = _actor.set(by)
    try:
        with translation.override(by.language or settings.LANGUAGE_CODE):
            yield
    finally:
        _actor.reset(token)


@contextmanager
def history_of_its_time() -> Iterator[None]:
    """Within the block, history rows bear the moved clock's moment and whoever acts."""

    def date_it(sender: Any, history_instance: Any, **_: Any) -> None:
        history_instance.history_date = clock.now()
        if history_instance.history_user_id is None:
            history_instance.history_user = _actor.get()

    pre_create_historical_record.connect(date_it, weak=False, dispatch_uid="config.demo.history")
    try:
        yield
    finally:
        pre_create_historical_record.disconnect(dispatch_uid="config.demo.history")


def save(row: Any) -> Any:
    """Save a changed row as its form does: under its next version."""
    if row.pk and hasattr(row, "version"):
        row.version += 1
    row._history_user = _actor.get()
    row.save()
    return row
