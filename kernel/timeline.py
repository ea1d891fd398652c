"""One timeline for every record: its changes of state and what the apps know of it, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import CharField, Exists, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kernel import panels
from kernel.models import Referral, StateChange
from kernel.prepared import Slot, prepared
from kernel.steps import machines, steps_of

LIMIT = 50
_SENT: dict[str, Any] = {
    "transfer": _("%(who)s handed the decision to %(to)s"),
    "ask": _("%(who)s asked %(to)s"),
    "copy": _("%(who)s sent a copy to %(to)s"),
}
_BACK: dict[str, Any] = {
    "transfer": _("%(who)s handed the decision back"),
    "ask": _("%(who)s answered"),
    "take_back": _("%(who)s took it back"),
}
BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)  # imported steps without a date stand last


def timeline(record: Any, user: Any, limit: int = LIMIT) -> list[dict[str, Any]]:
    """The newest lines of a record: each a dict with `at`, `kind` ("change" or "entry") and the row itself."""
    if record._meta.label == settings.FILE_MODEL:
        changes = _file_changes(record, user).select_related("by", "on_behalf_of").order_by("-id")[:limit]
    else:
        changes = changes_of(record)[::-1][:limit]
    rows = [{"at": c.at, "kind": "change", "row": c} for c in changes]
    rows += [{"at": e.at, "kind": "entry", "row": e} for r in referrals_of(record) for e in _entries(r)]
    rows += [{"at": e.at, "kind": "entry", "row": e} for e in panels.timeline_entries(record, user, limit)]
    return sorted(rows, key=lambda r: r["at"] or BEFORE_ALL, reverse=True)[:limit]


def _entries(referral: Referral) -> list[panels.Entry]:
    """What a referral left behind: that it was written, and that it was answered."""
    found = [
        panels.Entry(
            referral.at,
            Referral.ICONS[referral.kind],
            _SENT[referral.kind] % {"who": referral.from_words, "to": referral.to},
            referral.text,
        )
    ]
    if referral.answered_at and referral.kind != Referral.Kind.COPY:
        back = "take_back" if referral.is_taken_back else referral.kind
        title = _BACK[back] % {"who": referral.answered_words}
        found.append(panels.Entry(referral.answered_at, "return", title, referral.answer))
    return found


def referrals_of(record: Any) -> list[Referral]:
    """All referrals of a record, the oldest first; read once per instance. None for a record on which nobody decides."""
    if not any(step.approval for step in steps_of(type(record))):
        return []
    read = record.__dict__
    if "referrals_read" not in read:
        changes = changes_of(record)
        is_any = not changes or changes[-1].has_referrals
        read["referrals_read"] = list(Referral.objects.of(record)) if is_any else []
    return read["referrals_read"]


def changes_of(record: Any) -> list[StateChange]:
    """All changes of state of one record, the oldest first; read once per instance, for stepper, trail and timeline."""
    read = record.__dict__
    if "changes_read" not in read:
        kept = prepared("changes of a record", _changes)
        read["changes_read"] = kept.records(model=record._meta.label_lower, row=record.pk)
    return read["changes_read"]


def _changes() -> QuerySet:
    one = {"model": Slot("model", CharField()), "row": Slot("row")}
    # most records have no referrals: they are not asked for
    rows = StateChange.objects.filter(**one).annotate(has_referrals=Exists(Referral.objects.filter(**one)))
    return rows.select_related("by", "on_behalf_of").order_by("id")


def last_return(record: Any) -> StateChange | None:
    """The newest change, where it gave the record back with a reason: what has to be read before anything is mended."""
    last = next(reversed(changes_of(record)), None)
    if last is None or not last.comment or last.to_state != record.state:
        return None
    steps = steps_of(type(record))
    return last if any(s.name == last.step and s.custom.get("returns") for s in steps) else None


def last_words(model: str, keys: Iterable[int]) -> dict[int, str]:
    """What was said with the newest step of each record that came with a comment, by the record's key; one query."""
    rows = StateChange.objects.filter(model=model, row__in=list(keys)).exclude(comment="").order_by("id")
    return dict(rows.values_list("row", "comment"))


def decisions_of(record: Any) -> list[StateChange]:
    """The changes that were decisions, the oldest first."""
    names = {step.name for step in steps_of(type(record)) if step.approval}
    return [change for change in changes_of(record) if change.step in names] if names else []


def _file_changes(record: Any, user: Any) -> Any:
    """Everything of the file, of the records that this person may see."""
    seen = (Q(model=m._meta.label_lower, row__in=m.objects.visible_to(user).values("pk")) for m in machines())
    return StateChange.objects.filter(file__in=record.files_of()).filter(reduce(or_, seen))
