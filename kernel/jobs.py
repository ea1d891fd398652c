"""What the scheduled jobs do: remind before a promise is due, escalate after it, watch over the audit chain."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.urls import reverse

from kernel import anchors, checking, clock, notices, promises
from kernel.models import AuditCheck, Promise, Submission
from kernel.permissions import ABOVE, holders_and_deputies, holders_of

log = logging.getLogger(__name__)
BATCH = 200

notices.say("audit", notices.gettext_lazy("The audit chain is broken: %(problem)s"), urgent=True)


def remind_due(limit: int = BATCH) -> int:
    """Tell whoever owes a promise that its time is nearly over; once per promise and due time. Clause 1.3.2."""
    rows = Promise.objects.open().filter(reminded_at=None, remind_at__lte=clock.now()).order_by("remind_at")
    return each(_remind, list(rows.values_list("pk", flat=True)[:limit]))


def escalate_overdue(limit: int = BATCH) -> int:
    """Tell the superior of whoever owes an overdue promise; once per promise and due time. Clauses 1.3.2, 3.1.6b."""
    rows = Promise.objects.open().filter(escalated_at=None, escalate_at__lte=clock.now()).order_by("escalate_at")
    return each(_escalate, list(rows.values_list("pk", flat=True)[:limit]))


def each(work: Callable[[int], int], keys: Iterable[int]) -> int:
    """Do the work on each row, however the ones before went; a failure is logged and the row waits for the next run."""
    done = 0
    for key in keys:
        try:
            done += work(key)
        except (OperationalError, InterfaceError):
            raise  # the database itself: nothing is wrong with the row
        except Exception:  # whatever is wrong with one row, the others are not to wait for it
            log.exception("%s failed on row %s", work.__name__.strip("_"), key)
    return done


def report_audit() -> list[str]:
    """Verify the chain and note where it stands; problems go to the log and to the holders of the accounts permission."""
    row, problems = checking.check()
    if not problems:
        anchors.drop()
    log.info("audit chain verified: %d problems, %d rows not sealed yet", len(problems), row.unsealed)
    for problem in problems[:20]:
        log.error("audit chain: %s", problem)
    if problems:
        day = clock.today().isoformat()
        people, url = holders_of("organization.manage_accounts"), reverse("kernel:audit_trail")
        notices.tell(people, "audit", effect=f"audit:{day}", url=url, problem=problems[0])
    return problems


def run_asked_checks() -> int:
    """Verify the chain if somebody has asked for it since the last run."""
    if not AuditCheck.objects.filter(finished_at=None).exists():
        return 0
    report_audit()
    return 1


def clear_submissions(before: datetime) -> int:
    """Delete form keys older than the given moment."""
    return Submission.objects.filter(at__lt=before).delete()[0]


def _remind(pk: int) -> int:
    with transaction.atomic():
        promise = _lock(pk, "reminded_at")
        if promise is None:
            return 0
        people = {promise.owed_by_id} if promise.owed_by_id else holders_and_deputies(promise.permission)
        if promise.kind in promises.WATCHED:
            people |= _above(promise)
        _tell(promise, people, "remind")
        return 1


def _escalate(pk: int) -> int:
    with transaction.atomic():
        promise = _lock(pk, "escalated_at")
        if promise is None:
            return 0
        _tell(promise, _above(promise), "escalate")
        return 1


def _above(promise: Promise) -> set[Any]:
    """The superior of whoever owes it; who decides above, where a whole department does."""
    people = {getattr(promise.owed_by.superior(), "pk", None)} if promise.owed_by_id else set(holders_of(ABOVE))
    return people - {None}


def _lock(pk: int, field: str) -> Promise | None:
    promise = Promise.objects.select_for_update(of=("self",)).get(pk=pk)
    if promise.state != Promise.State.OPEN or getattr(promise, field) is not None:
        return None
    setattr(promise, field, clock.now())
    promise.save(update_fields=[field])
    return promise


def _tell(promise: Promise, people: set[Any], kind: str) -> None:
    if not promise.label:  # what cannot be worded fails here, and is not told
        return
    notices.tell(
        sorted(people),
        kind,
        effect=f"{kind}:{promise.pk}:{promise.due_at:%Y%m%d%H%M}",
        url=promise.url,
        title=promise.title,
        what=promise.what,
        owed=promise.kind,
        model=promise.model,
        who=_debtors(promise),
    )


def _debtors(promise: Promise) -> str:
    """Who owes it, by name."""
    if promise.owed_by_id:
        return str(promise.owed_by)
    return ", ".join(str(person) for person in notices.people(holders_of(promise.permission)))
