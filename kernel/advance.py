"""The one door through which a state changes: lock, who may, what is missing, step, save, record, promises, notices."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _

from kernel import clock, notices, promises, referrals
from kernel.models import Refusal, StateChange
from kernel.steps import Item, Stateful, Step
from kernel.wording import labelled

# Sent inside the transaction with record, change, data, by: an app above reacts in its receivers.py.
advanced = Signal()


class StepRefused(Exception):
    """The step cannot be taken now; `message` says why in the reader's language."""

    def __init__(self, message: str, *, record: Any, step: str, items: tuple[Item, ...] = ()):
        super().__init__(message)
        self.message, self.record, self.step, self.items = message, record, step, items


class AlreadyMoved(StepRefused):
    """Somebody moved the record first; `change` tells who and when."""

    def __init__(self, message: str, *, record: Any, step: str, change: StateChange | None):
        super().__init__(message, record=record, step=step)
        self.change = change


def advance(
    record: Stateful,
    name: str,
    *,
    by: Any,
    comment: str = "",
    data: dict[str, Any] | None = None,
    seen: int | None = None,
) -> StateChange:
    """Take the named step on the record as it stands in the database now.

    `data` holds the fields that the step asks for (model fields are set; the rest reaches the receivers). `seen` is the
    version that the person was looking at: a decision on a record changed meanwhile is refused. Everything it
    writes commits together or not at all. Raises PermissionDenied for the wrong person, AlreadyMoved when the record is
    no longer in a state that has the step, StepRefused when evidence is missing. Clause 1.3.1.
    """
    with transaction.atomic():
        row = referrals.locked(record)
        step = row.step(name)
        if step is None or not row.is_open_route(step):
            raise _already_moved(row, name)
        if not step.permission(row, by):
            raise PermissionDenied
        absent = _for_whom(row, step, by)
        if seen is not None and seen != row.version:
            message = _("The record was changed after you opened it. Read it again, then decide.")
            raise StepRefused(message, record=row, step=name)
        _refuse_if_missing(row, step)
        if step.comment == "required" and not comment.strip():
            raise StepRefused(_("Give a reason: the person concerned will read it."), record=row, step=name)
        return _take(row, step, by, comment.strip(), data or {}, absent)


def begin(record: Stateful, *, by: Any) -> Any:
    """Save a new record in its initial state with its first promise; deciders are told if it waits for a decision."""
    with transaction.atomic():
        record.state_at = clock.now()
        record._history_user = by
        record.save()
        promises.enter_state(record)
        notices.tell_deciders(record, key="new", by=by)
        return record


def count_refusal(refused: StepRefused, by: Any) -> None:
    """Write down what a guard refused (after its transaction is gone), so that an enforced clause can count it."""
    for item in [i for i in refused.items if not i.met]:
        Refusal.objects.create(
            model=refused.record.label_of(),
            row=refused.record.pk,
            title=refused.record.words_of()["title"],
            step=refused.step,
            clause=item.clause,
            by=by,
        )


def _refuse_if_missing(row: Stateful, step: Step) -> None:
    items = tuple(row.checklist(step))
    lacking = [item for item in items if not item.met]
    if lacking:
        names = _("; ").join(_named(item) for item in lacking)
        message = _("Not yet: %(missing)s") % {"missing": names}
        raise StepRefused(message, record=row, step=step.name, items=items)


def _named(item: Item) -> str:
    """A requirement with what exactly is missing."""
    return labelled(item.label, _(", ").join(map(str, item.details))) if item.details else str(item.label)


def _for_whom(row: Stateful, step: Step, by: Any) -> int | None:
    """For whom a deputy takes the step, None for who acts by his own right; whether he still may is asked anew."""
    if by is None:
        return None
    handed = referrals.handed_over(row, by) if step.approval else None
    if handed is not None:
        raise StepRefused(referrals.why_not(handed), record=row, step=step.name)
    if not step.permission.as_deputy(row, by):
        return None
    absent = step.permission.as_deputy(row, get_user_model()._base_manager.get(pk=by.pk))
    if not absent:
        raise PermissionDenied
    kept = [person for person in absent if person not in referrals.away_from(row)]
    return (kept or absent)[0]


def _take(
    row: Stateful, step: Step, by: Any, comment: str, data: dict[str, Any], absent: int | None = None
) -> StateChange:
    before, since = row.state, row.state_at
    fields = {f.name for f in row._meta.concrete_fields}
    for name in set(data) & fields & set(step.asks):
        setattr(row, name, data[name])
    getattr(row, step.name)(by=by)
    row.state_at = clock.now()
    row.version += 1
    row._history_user = by
    row._change_reason = step.name
    row.save()
    change = StateChange.objects.create(
        model=row.label_of(),
        row=row.pk,
        file=row.file_id_of(),
        title=row.words_of()["title"],
        step=step.name,
        from_state=before,
        to_state=row.state,
        by=by,
        on_behalf_of_id=absent,
        comment=comment,
        at=row.state_at,
        since=since,
    )
    for kind in step.custom.get("keeps", ()):
        promises.keep(row, kind)  # what the step itself fulfils, before a last state voids what is left
    promises.leave_state(row, before)
    promises.enter_state(row)
    notices.tell_of_step(row, change)
    advanced.send(sender=type(row), record=row, change=change, data=data, by=by)
    return change


def _already_moved(row: Stateful, name: str) -> AlreadyMoved:
    rows = StateChange.objects.filter(model=row.label_of(), row=row.pk).select_related("by", "on_behalf_of")
    last = rows.order_by("-id").first()
    if last is None:
        message = _("This step is not open here: the record is %(state)s.") % {"state": row.get_state_display()}
    else:
        message = _("%(who)s was first: %(step)s on %(when)s. The record is now %(state)s.") % {
            "who": last.signature or _("the system"),
            "step": last.label,
            "when": clock.local(last.at).strftime("%Y-%m-%d %H:%M"),
            "state": row.get_state_display(),
        }
    return AlreadyMoved(message, record=row, step=name, change=last)
