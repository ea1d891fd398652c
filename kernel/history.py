"""The history of a record's fields: old and new values with who and when, without the fields this person may not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kernel.models import StateChange, signature_of

LIMIT = 100
SILENT = {"version", "state_at", "personal_digest", "id"}


@dataclass(frozen=True)
class FieldChange:
    """One field's old and new value."""

    label: Any
    old: str
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    """One saving of a record: who, when, why, and the fields that changed."""

    at: datetime
    by: Any
    kind: str
    reason: str
    fields: list[FieldChange]
    absent: Any = None

    @property
    def signature(self) -> str:
        """Who saved it, and for whom where he took the step as a deputy: B for A."""
        return signature_of(self.by, self.absent)


def history_of(record: Any, user: Any) -> list[HistoryEntry]:
    """The newest savings of a record with their differences; three queries.

    A model names the fields that some people may not see in `hidden_fields(user)`; they are absent here too.
    """
    hidden = SILENT | set(getattr(record, "hidden_fields", lambda _user: ())(user))
    rows = list(record.history.select_related("history_user").order_by("-history_id")[: LIMIT + 1])
    absent = _absent(record)
    entries = [_entry(new, old, hidden, absent) for new, old in zip(rows, [*rows[1:], None], strict=True)]
    return [e for e in entries[:LIMIT] if e.fields or e.reason or e.kind != "~"]


def _absent(record: Any) -> dict[datetime, Any]:
    """For whom a deputy took a step, by its moment."""
    rows = StateChange.objects.filter(model=record._meta.label_lower, row=record.pk).exclude(on_behalf_of=None)
    return {change.at: change.on_behalf_of for change in rows.select_related("on_behalf_of")}


def _entry(new: Any, old: Any, hidden: set[str], absent: dict[datetime, Any]) -> HistoryEntry:
    fields = [f for f in new.tracked_fields if f.name not in hidden]
    changes = [
        FieldChange(f.verbose_name, _words(f, old) if old else "", _words(f, new))
        for f in fields
        if old is None or getattr(old, f.attname) != getattr(new, f.attname)
    ]
    shown = [] if new.history_type == "+" else changes
    reason, moved = new.history_change_reason or "", getattr(new, "state_at", None)
    is_step = moved is not None and getattr(old, "state_at", None) != moved
    who = absent.get(moved) if is_step else None
    return HistoryEntry(new.history_date, new.history_user, new.history_type, reason, shown, who)


def _words(field: Any, row: Any) -> str:
    value = getattr(row, field.attname)
    if value in (None, ""):
        return ""
    if field.is_relation:
        return str(field.related_model._base_manager.filter(pk=value).first() or value)
    if isinstance(value, list):
        return _(", ").join(map(str, value))
    return str(dict(field.flatchoices).get(value, value))
