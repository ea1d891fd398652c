"""What a lower record's verb asks of the apps above before it acts: what hangs on the record, and what forbids the verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Hanging:
    """Rows that belong to a record by the key in one of their columns: what moves when the record is merged."""

    label: Any
    rows: QuerySet
    column: str


_hanging: dict[str, list[Callable[[Any], Iterable[Hanging]]]] = {}
_forbidding: dict[tuple[str, str], list[Callable[[Any], Iterable[str]]]] = {}
_binding: dict[str, list[Callable[[], QuerySet]]] = {}
_handing: dict[str, list[Callable[..., None]]] = {}


def hangs_on(model: str) -> Callable:
    """Declare rows that belong to a record of a lower model: `(record) -> Hanging…`."""

    def register(source: Callable[[Any], Iterable[Hanging]]) -> Callable:
        _hanging.setdefault(model, []).append(source)
        return source

    return register


def hanging_on(record: Any) -> list[Hanging]:
    """Everything that belongs to a record, in the order of the apps."""
    return [found for source in _hanging.get(record._meta.label_lower, []) for found in source(record)]


def forbids(model: str, *verbs: str) -> Callable:
    """Declare what keeps a verb from a lower record: `(record) -> what stands against it`, in the reader's words."""

    def register(source: Callable[[Any], Iterable[str]]) -> Callable:
        for verb in verbs:
            _forbidding.setdefault((model, verb), []).append(source)
        return source

    return register


def forbidding(record: Any, verb: str) -> list[str]:
    """What stands against a verb on a record; empty when nothing does. Each app is asked once per record read."""
    answers = record.__dict__.setdefault("forbidding_read", {})
    sources = _forbidding.get((record._meta.label_lower, verb), [])
    for source in sources:
        if source not in answers:
            answers[source] = source(record)
    return [why for source in sources for why in answers[source]]


def binds(model: str) -> Callable:
    """Declare records of a lower model that something above binds: `() -> rows of their keys`, for one query over many."""

    def register(source: Callable[[], QuerySet]) -> Callable:
        _binding.setdefault(model, []).append(source)
        return source

    return register


def bound_keys(model: str) -> list[QuerySet]:
    """The keys of the bound records of a model, by each app that binds some."""
    return [source() for source in _binding.get(model, [])]


def handed_over_with(model: str) -> Callable:
    """Declare what passes on with a lower record: `(record, before=…, after=…, reason=…, by=…)`, in its transaction."""

    def register(source: Callable[..., None]) -> Callable:
        _handing.setdefault(model, []).append(source)
        return source

    return register


def hand_over(record: Any, *, before: Any, after: Any, reason: str, by: Any) -> None:
    """Let every app pass on what one person holds of a record to another."""
    for source in _handing.get(record._meta.label_lower, []):
        source(record, before=before, after=after, reason=reason, by=by)
