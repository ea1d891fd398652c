"""What nobody moves: feedback on which nothing was done or said for days, told to whoever has it in hand (3.4.2b, c)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales import serving
from aftersales.models import Feedback
from aftersales.models.access import IN_HAND, RECORD, RIGHTS
from kernel import calendar, clock, jobs, notices
from kernel.models import Promise
from kernel.permissions import holders_of
from kernel.settings import define, setting

define(
    "aftersales.stalled_days", 2, gettext_lazy("Feedback on which nobody does anything is reminded of every"),
    unit=gettext_lazy("working days"), clause="3.4.2b",
)  # fmt: skip
BATCH = 200


def stalled(before: datetime) -> QuerySet:
    """Feedback that is not solved, waits for no customer, and on which nothing was done or said since; with `last`."""
    said = Coalesce(Max("messages__at"), F("state_at"))
    rows = Feedback.objects.filter(state__in=("received", *IN_HAND), waiting_since=None)
    return rows.annotate(last=Greatest(F("state_at"), said)).filter(last__lt=before).order_by("last", "pk")


def remind_stalled() -> int:
    """Remind of each once in so many working days, until somebody moves it; running twice tells nobody twice."""
    hours = max(int(setting("aftersales.stalled_days")), 1) * calendar.hours_per_day()
    now, told = clock.now(), 0
    # no shorter by the clock than by working hours: what is younger is not looked at
    rows = stalled(now - timedelta(hours=float(hours))).select_related("handler", "responsible")
    for row in rows.iterator(chunk_size=BATCH):
        rounds = int(calendar.working_hours_between(row.last, now) // hours)
        told += _remind(row, rounds) if rounds else 0
    return told


def owe_missing_progress(limit: int = BATCH) -> int:
    """Whatever is in hand owes the customer news, also what came to be in hand without it. Clause 3.4.2c."""
    owed = Promise.objects.open().filter(model="aftersales.feedback", kind=serving.PROGRESS).values("row")
    rows = Feedback.objects.filter(state__in=IN_HAND).exclude(pk__in=owed).order_by("pk")
    return jobs.each(_owe_progress, list(rows.values_list("pk", flat=True)[:limit]))


def _owe_progress(pk: int) -> int:
    with transaction.atomic():
        row = Feedback.objects.select_for_update().get(pk=pk)
        known = Promise.objects.of(row).open().filter(kind=serving.PROGRESS).exists()
        if known or row.state not in IN_HAND:
            return 0
        serving.owe_progress(row)
        return 1


def _remind(row: Any, rounds: int) -> int:
    people = _in_whose_hands(row)
    if rounds > 1:
        people |= {getattr(p.superior(), "pk", None) for p in (row.responsible or row.handler,) if p} - {None}
    days = rounds * max(int(setting("aftersales.stalled_days")), 1)
    what = _("nothing was done or said for %(n)s working days") % {"n": days}
    effect = f"stalled:{row.pk}:{row.last:%Y%m%d%H%M}:{rounds}"
    return notices.tell(sorted(people), "feedback", effect=effect, record=row, what=what, **row.words_of()) and 1


def _in_whose_hands(row: Feedback) -> set[int]:
    """Customer service until it is passed on; then who answers for the solution, or his whole department."""
    if row.state == Feedback.State.RECEIVED:
        return {row.handler_id} if row.handler_id else set(holders_of(RECORD))
    return {row.responsible_id} if row.responsible_id else set(holders_of(RIGHTS[row.department]))
