"""The import of old records: their own door, which walks each record's legal path of states without inventing anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction

from kernel import clock
from kernel.models import StateChange
from kernel.searching import Searchable, index
from kernel.steps import Stateful, edges_of, steps_of

BATCH = 500
REASON = "imported"


@dataclass
class Walked:
    """One state that an old record went into: when (None = not known) and by whom (None = not known)."""

    state: str
    at: datetime | None = None
    by: Any = None


@dataclass
class Old:
    """An old record, unsaved and in its initial state, with the states it went through since."""

    record: Stateful
    path: list[Walked] = field(default_factory=list)


def import_history(rows: Iterable[Old], *, by: Any) -> list[Stateful]:
    """Insert old records of one model and walk each along its path, all or nothing; returns them with their keys.

    Inserted in the initial state, then one set-based UPDATE per legal edge, with a StateChange `imported=True` per step.
    Imported steps are no evidence and no violation: they open no promise and tell nobody. Raises ValueError for a path
    that the model's transitions do not allow.
    """
    olds = list(rows)
    if not olds:
        return []
    model = type(olds[0].record)
    for old in olds:
        _check_path(model, old)
    with transaction.atomic():
        records = model._base_manager.bulk_create([o.record for o in olds], batch_size=BATCH)
        model.history.bulk_history_create(records, batch_size=BATCH, default_user=by, default_change_reason=REASON)
        _walk(model, olds)
        _record(model, olds)
        if issubclass(model, Searchable):
            index(records, fresh=True)
        _remember(model, [o.record.pk for o in olds if o.path], by)
        return records


def _remember(model: type[Stateful], moved: list[int], by: Any) -> None:
    """The history of those that moved; in parts, for a statement takes no more than 65,535 keys."""
    for start in range(0, len(moved), BATCH):
        fresh = model._base_manager.in_bulk(moved[start : start + BATCH])
        model.history.bulk_history_create(
            list(fresh.values()), batch_size=BATCH, update=True, default_user=by, default_change_reason=REASON
        )


def _check_path(model: type[Stateful], old: Old) -> None:
    states = [old.record.state, *(w.state for w in old.path)]
    edges = edges_of(model)
    for pair in pairwise(states):
        if pair not in edges:
            raise ValueError(f"{old.record}: {pair[0]} → {pair[1]} is no step of {model._meta.label}")
    known = [w.at for w in old.path if w.at]
    if known != sorted(known):
        raise ValueError(f"{old.record}: the dates of its steps run backwards")
    old.record.state_at = known[-1] if known else old.record.state_at


def _walk(model: type[Stateful], olds: list[Old]) -> None:
    """One UPDATE per edge and depth: every record passes each state of its path."""
    for depth in range(max(len(o.path) for o in olds)):
        by_edge = defaultdict(list)
        for old in (o for o in olds if len(o.path) > depth):
            before = old.path[depth - 1].state if depth else old.record.state
            by_edge[before, old.path[depth].state].append(old.record.pk)
        for (before, after), keys in by_edge.items():
            for start in range(0, len(keys), BATCH):
                rows = model._base_manager.filter(pk__in=keys[start : start + BATCH], state=before)
                rows.update(state=after)  # house: bulk (import_history writes the change and history rows itself)


def _record(model: type[Stateful], olds: list[Old]) -> None:
    names = {(s.source, t): s.name for s in steps_of(model) for t in s.targets}
    changes = []
    for old in olds:
        before, since = old.record.state, None
        for walked in old.path:
            changes.append(
                StateChange(
                    model=model._meta.label_lower,
                    row=old.record.pk,
                    file=old.record.file_id_of(),
                    title=str(old.record)[:200],
                    step=names[before, walked.state],
                    from_state=before,
                    to_state=walked.state,
                    by=walked.by,
                    at=walked.at,
                    since=since,
                    imported=True,
                )
            )
            before, since = walked.state, walked.at
    StateChange.objects.bulk_create(changes, batch_size=BATCH)


def started(day: Any) -> datetime | None:
    """The beginning of a known day in the company's time zone; None for none."""
    if day is None:
        return None
    zone = clock.local(clock.now()).tzinfo
    return datetime(day.year, day.month, day.day, tzinfo=zone)
