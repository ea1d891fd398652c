"""Making, keeping, moving and voiding promises, and the stage budgets that follow a record's state."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import calendar, clock
from kernel.models import Promise, PromiseMove
from kernel.settings import define, setting
from kernel.wording import title_of

define(
    "promises.remind_at", Decimal("0.8"), gettext_lazy("Remind when this share of the time has passed"), clause="1.3.2"
)
define(
    "promises.escalate_at",
    Decimal("1.0"),
    gettext_lazy("Escalate when this share of the time has passed"),
    clause="1.3.2",
)
define(
    "kernel.agreement_hours",
    8,
    gettext_lazy("Time to decide on an exception"),
    unit=gettext_lazy("working hours"),
    clause="1.3.2",
)

STAGE = "stage"  # the kind of promise that a state's time budget makes

# kind → the sentence shown, in the reader's language; apps add theirs with `name_kind`
KINDS: dict[str, Any] = {STAGE: gettext_lazy("Time budget of the stage “%(what)s”")}


# kinds of which the superior hears already when the person who owes them is reminded
WATCHED: set[str] = set()


def name_kind(kind: str, label: Any, *, watched: bool = False) -> None:
    """Declare how promises of a kind read (`%(what)s` is replaced), and whether the superior is told before it is late.

    Raises ValueError for a kind that another app has named: its promises would read and count as those of that app.
    """
    if kind in KINDS:
        raise ValueError(f"promises of the kind {kind} are named twice")
    KINDS[kind] = label
    if watched:
        WATCHED.add(kind)


def label_of(promise: Promise) -> str:
    """What is owed, in the reader's language."""
    return worded(promise.kind, promise.model, promise.what)


def worded(kind: str, model: str, what: str) -> str:
    """What a promise of a kind on a model is about, in the reader's language."""
    if kind == STAGE:
        states = dict(apps.get_model(model)._meta.get_field("state").flatchoices)
        what = str(states.get(what, what))
    template = KINDS.get(kind)
    return str(template) % {"what": what} if template else what


def make(
    record: Any,
    kind: str,
    *,
    due_at: datetime,
    clause: str,
    what: str = "",
    owed_by: Any = None,
    permission: str = "",
    owed_to: str = "",
    url: str = "",
) -> Promise:
    """Promise something on a record, owed by a person or by the holders of a permission.

    Times are aware moments. A record has one open promise of a kind at a time: end the old one first (the database
    refuses a second). Clause 1.3.3.
    """
    made_at = clock.now()
    return Promise.objects.create(
        kind=kind,
        clause=clause,
        model=record._meta.label_lower,
        row=record.pk,
        file=record.file_id_of(),
        title=title_of(record),
        what=str(what)[:200],
        url=url or record.get_absolute_url(),
        owed_by=owed_by,
        permission="" if owed_by else permission,
        owed_to=owed_to[:120],
        made_at=made_at,
        due_at=due_at,
        **_moments(made_at, due_at),
    )


def keep(record: Any, kind: str, *, what: str | None = None) -> int:
    """End the open promises of a kind on the record: kept if in time, broken if late. Returns how many."""
    rows = Promise.objects.of(record).open().filter(kind=kind)
    if what is not None:
        rows = rows.filter(what=what)
    return _end(rows, Promise.State.KEPT)


def void(record: Any, kind: str = "") -> int:
    """Nothing is owed any more (the record is closed): those in time become void, late ones stay broken."""
    rows = Promise.objects.of(record).open()
    rows = rows.filter(kind=kind) if kind else rows
    return _end(rows, Promise.State.VOID)


def move(promise: Promise, to: datetime, *, reason: str, by: Any) -> Promise:
    """Move an open promise, with reason. Raises ValidationError without one, or when the promise has ended."""
    with transaction.atomic():
        row = Promise.objects.select_for_update().get(pk=promise.pk)
        if row.state != Promise.State.OPEN:
            raise ValidationError(_("This promise has already ended."))
        if not reason.strip():
            raise ValidationError(_("Give a reason: the person concerned will read it."))
        PromiseMove.objects.create(promise=row, from_at=row.due_at, to_at=to, reason=reason.strip(), by=by)
        row.due_at, row.reminded_at, row.escalated_at = to, None, None
        moments = _moments(clock.now(), to)
        row.remind_at, row.escalate_at = moments["remind_at"], moments["escalate_at"]
        row.save()
        return row


def enter_state(record: Any) -> Promise | None:
    """Open the time budget of the state the record is in now, if its model declares one. Clause 1.3.2."""
    key = record.BUDGETS.get(record.state)
    hours = setting(key) if key else 0
    if not hours:
        return None
    permission = record.OWED_BY_HOLDERS_OF.get(record.state, "")
    owner = None if permission else record.owner_of()
    if not (permission or owner):
        return None
    due = calendar.add_working_hours(clock.now(), Decimal(hours))
    return make(record, STAGE, due_at=due, clause="1.3.2", what=record.state, owed_by=owner, permission=permission)


def leave_state(record: Any, state: str) -> None:
    """End the time budget of the state that was left; a record that came to its end owes nothing more."""
    keep(record, STAGE)
    if not record.steps():
        void(record)


def hand_over(record: Any, *, before: Any, after: Any, kind: str = "") -> int:
    """The open promises on the record that one person owed (of one kind, if named) are owed by another from now on."""
    rows = Promise.objects.of(record).open().filter(owed_by=before)
    return (rows.filter(kind=kind) if kind else rows).update(owed_by=after)


def _end(rows: Any, state: str) -> int:
    """End open promises: late ones are broken, the others take the state; one statement."""
    now = clock.now()
    ended = Case(When(due_at__lt=now, then=Value(Promise.State.BROKEN)), default=Value(state))
    return int(rows.update(state=ended, ended_at=now))


def _moments(made_at: datetime, due_at: datetime) -> dict[str, datetime]:
    """When the person is reminded and when his superior is told, by the shares that the company set."""
    span = due_at - made_at
    return {
        "remind_at": made_at + span * float(setting("promises.remind_at")),
        "escalate_at": made_at + span * float(setting("promises.escalate_at")),
    }
