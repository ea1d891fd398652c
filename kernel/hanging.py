"""What a lower record's verb asks of the apps above before it acts: what hangs on the record, and what forbids the verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, Value

from kernel import export_jobs


@dataclass(frozen=True)
class Hanging:
    """Rows that belong to a record by the key in one of their columns: what moves when the record is merged."""

    label: Any
    rows: QuerySet
    column: str


@dataclass(frozen=True)
class Writing:
    """Where persons of a record are written down: rows, fields that hold one (with the blank), fields of free text."""

    rows: QuerySet
    texts: tuple[str, ...] = ()
    persons: dict[str, str] = field(default_factory=dict)


MOST = 20  # of what stands against a verb, in all

_hanging: dict[str, list[Callable[[Any], Iterable[Hanging]]]] = {}
_forbidding: dict[tuple[str, str], list[Callable[[Any], QuerySet]]] = {}
_binding: dict[str, list[Callable[[], QuerySet]]] = {}
_personal: dict[str, list[Callable[[Any], Iterable[Writing]]]] = {}
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
    """Declare what keeps a verb from a lower record: `(record) -> rows` with what stands against it as the text `why`."""

    def register(source: Callable[[Any], QuerySet]) -> Callable:
        for verb in verbs:
            _forbidding.setdefault((model, verb), []).append(source)
        return source

    return register


def forbidding(record: Any, verb: str) -> list[str]:
    """What stands against a verb on a record; empty when nothing does. All apps are asked in one query per record read."""
    if "forbidding_read" not in record.__dict__:
        record.__dict__["forbidding_read"] = _all_against(record)
    answers = record.__dict__["forbidding_read"]
    return [why for source in _forbidding.get((record._meta.label_lower, verb), []) for why in answers.get(source, [])]


def _all_against(record: Any) -> dict[Callable, list[str]]:
    """What each source has against any verb, the first few of all of them."""
    label = record._meta.label_lower
    sources = list(dict.fromkeys(s for (model, _verb), found in _forbidding.items() if model == label for s in found))
    asked = [
        source(record).order_by().annotate(nth=Value(nth)).values_list("nth", "why")
        for nth, source in enumerate(sources)
    ]
    answers: dict[Callable, list[str]] = {}
    rows = asked[0].union(*asked[1:], all=True).order_by("nth", "why")[:MOST] if asked else ()
    for nth, why in rows:
        answers.setdefault(sources[nth], []).append(why)
    return answers


def binds(model: str) -> Callable:
    """Declare records of a lower model that something above binds: `() -> rows of their keys`, for one query over many."""

    def register(source: Callable[[], QuerySet]) -> Callable:
        _binding.setdefault(model, []).append(source)
        return source

    return register


def bound_keys(model: str) -> list[QuerySet]:
    """The keys of the bound records of a model, by each app that binds some."""
    return [source() for source in _binding.get(model, [])]


def names_persons_of(model: str) -> Callable:
    """Declare where persons of a lower record are written down: `(record) -> Writing…`. Clause 4.2.1c."""

    def register(source: Callable[[Any], Iterable[Writing]]) -> Callable:
        _personal.setdefault(model, []).append(source)
        return source

    return register


def personal(record: Any) -> list[Writing]:
    """Everywhere the apps above write down persons of a record: what erasing them has to reach."""
    return [found for source in _personal.get(record._meta.label_lower, []) for found in source(record)]


def handed_over_with(model: str) -> Callable:
    """Declare what passes on with a lower record: `(record, before=…, after=…, reason=…, by=…)`, in its transaction."""

    def register(source: Callable[..., None]) -> Callable:
        _handing.setdefault(model, []).append(source)
        return source

    return register


def hand_over(record: Any, *, before: Any, after: Any, reason: str, by: Any) -> None:
    """Let every app pass on what one person holds of a record to another; the files that he took out end."""
    if before is not None:
        export_jobs.end_those_of(before)
    for source in _handing.get(record._meta.label_lower, []):
        source(record, before=before, after=after, reason=reason, by=by)
