"""Verbs of improvement measures: proposed from what was found weak, owed, evidenced, their effect counted (3.4.4c)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftersales.models import Campaign, CauseCategory, Feedback, Measure, MeasureEffect
from aftersales.models.access import DECIDE, RECORD
from aftersales.models.measures import Count
from documents.services import attach
from kernel import calendar, clock, jobs, notices, promises
from kernel.advance import advance, begin
from kernel.numbering import next_number
from kernel.permissions import holders_of, holds
from kernel.settings import setting
from orders.models import Order, OrderException

CARRY_OUT, FOLLOW_UP = "carry_out", "follow_up_measure"
promises.name_kind(CARRY_OUT, gettext_lazy("Carry out: %(what)s"), watched=True)
promises.name_kind(FOLLOW_UP, gettext_lazy("Propose a measure that works, after %(what)s"), watched=True)
notices.say("measure", gettext_lazy("Improvement measure %(title)s: %(what)s"))

BATCH = 200


# --- where a weak spot was found -----------------------------------------------------------------------
@dataclass(frozen=True)
class Found:
    """Where a weak spot was found: what it is called, and what of it a new measure begins with."""

    title: str
    weakness: str = ""
    cause_category: CauseCategory | None = None
    exception_kind: str = ""
    feedback: Feedback | None = None
    earlier: Measure | None = None


SOURCE = re.compile(r"([a-z_]{1,20}):([0-9]{1,15}|[a-z_]{1,12})", re.ASCII)
_sources: dict[str, Callable[[Any, str], Found | None]] = {}


def source(kind: str) -> Callable:
    """Declare a place where weak spots are found: `(user, key) -> Found`, None for what this person may not see."""

    def register(find: Callable[[Any, str], Found | None]) -> Callable:
        _sources[kind] = find
        return find

    return register


def found_at(text: str, user: Any) -> Found | None:
    """What a source such as "cause:3" stands for, if this person may see it."""
    match = SOURCE.fullmatch(text)
    find = _sources.get(match[1]) if match else None
    return find(user, match[2]) if match and find else None


@source("feedback")
def _feedback(user: Any, key: str) -> Found | None:
    row = _row(Feedback.objects.visible_to(user).select_related("cause_category"), key)
    return row and Found(str(row), row.cause or row.subject, row.cause_category, feedback=row)


@source("cause")
def _cause(user: Any, key: str) -> Found | None:
    row = _row(CauseCategory.objects.all(), key)
    return row and Found(row.name, cause_category=row)


@source("exception")
def _exception(user: Any, key: str) -> Found | None:
    kinds = dict(OrderException.Kind.choices)
    return Found(str(kinds[key]), exception_kind=key) if key in kinds else None


@source("campaign")
def _campaign(user: Any, key: str) -> Found | None:
    row = _row(Campaign.objects.visible_to(user), key)
    return row and Found(str(row), str(row))


@source("measure")
def _measure(user: Any, key: str) -> Found | None:
    row = _row(Measure.objects.visible_to(user).select_related("cause_category", "feedback"), key)
    return row and Found(
        str(row), row.weakness, row.cause_category, row.exception_kind, feedback=row.feedback, earlier=row
    )


def _row(rows: QuerySet, key: str) -> Any:
    return rows.filter(pk=key).first() if key.isdigit() else None


# --- proposed, decided, carried out ----------------------------------------------------------------------
def propose(measure: Measure, *, source: str = "", found: Found | None = None, by: Any) -> Measure:
    """Enter a measure under the next number; the manager decides on it, and his own is decided by his entering it.

    A follow-up keeps the word that was owed on the measure without effect. Clause 3.4.4c.
    """
    with transaction.atomic():
        measure.number = next_number("measure", clock.today().year, "GJ-{year}-{n:04d}")
        measure.proposed_by = by
        measure.source = source if found else ""
        if found:
            measure.feedback, measure.earlier = found.feedback, found.earlier
        begin(measure, by=by)
        if measure.earlier:
            promises.keep(measure.earlier, FOLLOW_UP)
        if holds(by, DECIDE):
            advance(measure, "order", by=by)
        return Measure.objects.get(pk=measure.pk)


def change(measure: Measure, *, by: Any) -> Measure:
    """Save what was corrected; another owner owes it from now on, another day moves what is owed. Clause 3.4.4c."""
    with transaction.atomic():
        before = Measure.objects.select_for_update().get(pk=measure.pk)
        measure._history_user = by
        measure.save()
        if measure.state == Measure.State.OPEN and (before.owner_id, before.due_on) != (
            measure.owner_id, measure.due_on,
        ):  # fmt: skip
            promises.void(measure, CARRY_OUT)
            owe(measure)
        return measure


def owe(measure: Measure) -> None:
    """The owner owes it by the end of its day, and is told. Clause 3.4.4c."""
    proposer = measure.proposed_by
    promises.make(
        measure, CARRY_OUT, due_at=_end_of(measure.due_on), clause="3.4.4c", what=measure.number,
        owed_by=measure.owner, owed_to=proposer.name if proposer else "",
    )  # fmt: skip
    what = str(gettext_lazy("is yours to carry out"))
    effect = f"measure:{measure.pk}:{measure.version}:{measure.due_on}"
    notices.tell([measure.owner], "measure", effect=effect, record=measure, what=what, **measure.words_of())


def note_evidence(measure: Measure, *, file: Any = None, by: Any) -> None:
    """Keep what was done, with its file. Raises ValidationError for a file that may not come in. Clause 3.4.4c."""
    with transaction.atomic():
        if file:
            attach(record=measure, file=file, by=by, purpose="evidence")
        measure._history_user = by
        measure.save()


# --- whether it worked -------------------------------------------------------------------------------------
def count_effects(limit: int = BATCH) -> int:
    """Count the effect of each measure whose quarter is over; each once, however often it runs. Clause 3.4.4c."""
    rows = Measure.objects.to_check().order_by("check_on", "pk")
    return jobs.each(_count_effect, list(rows.values_list("pk", flat=True)[:limit]))


def _count_effect(pk: int) -> int:
    with transaction.atomic():
        measure = Measure.objects.select_for_update().get(pk=pk)
        if MeasureEffect.objects.filter(measure=measure).exists():
            return 0
        effect = effect_of(measure)
        try:
            effect.save()
        except IntegrityError:  # another run was first: its row stands
            return 0
        if effect.result == MeasureEffect.Result.NOT_EFFECTIVE:
            owe_follow_up(measure)
        _tell_effect(measure, effect)
        return 1


def effect_of(measure: Measure) -> MeasureEffect:
    """What is counted before the manager's decision and after it was carried out, over equal times; unsaved."""
    span, done = timedelta(days=_span()), measure.done_on or clock.today()
    begun = measure.decided_on or done
    return MeasureEffect.judged(
        measure, _count(measure, begun - span, begun - timedelta(days=1)),
        _count(measure, done + timedelta(days=1), done + span),
    )  # fmt: skip


def _span() -> int:
    return max(int(setting("aftersales.measure_check_days")), 1)


def _count(measure: Measure, since: date, until: date) -> Count:
    """The cases of the measure's cause within these days, and the orders of customers in them."""
    start, end = _start_of(since), _start_of(until + timedelta(days=1))
    cases = 0
    if measure.cause_category_id:
        # a round that began anew has no cause yet: that of the round before counts
        named = Q(cause_category=measure.cause_category_id) | Q(rounds__cause_category=measure.cause_category_id)
        within = Feedback.objects.filter(named, received_at__gte=start, received_at__lt=end)
        cases += within.order_by().values("pk").distinct().count()
    if measure.exception_kind:
        raised = OrderException.objects.filter(kind=measure.exception_kind, raised_at__gte=start, raised_at__lt=end)
        cases += raised.count()
    orders = Order.objects.filter(ordered_on__gte=since, ordered_on__lte=until).exclude(
        state__in=("draft", "cancelled")
    )
    return Count(since, until, cases, orders.count())


def owe_follow_up(measure: Measure) -> None:
    """Customer service owes a measure that works better. Clause 3.4.4c."""
    due = calendar.add_working_hours(clock.now(), Decimal(setting("aftersales.follow_up_hours")))
    promises.make(
        measure, FOLLOW_UP, due_at=due, clause="3.4.4c", what=measure.number, permission=RECORD,
        url=f"{measure.get_absolute_url()}#effect",
    )  # fmt: skip


def _tell_effect(measure: Measure, effect: MeasureEffect) -> None:
    people = {p.pk for p in measure.audience_of()} | set(holders_of(DECIDE))
    if effect.result == MeasureEffect.Result.NOT_EFFECTIVE:
        people |= set(holders_of(RECORD))
    what = _("%(before)s cases before, %(after)s after") % {"before": effect.before_cases, "after": effect.after_cases}
    notices.tell(
        sorted(people), "measure", effect=f"measure:{measure.pk}:effect", record=measure, what=what,
        **measure.words_of(),
    )  # fmt: skip


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def _end_of(day: date) -> datetime:
    """The end of that working day on the company's clock."""
    hour = time.fromisoformat(str(setting("calendar.day_end")).strip())
    return datetime.combine(day, hour, tzinfo=timezone.get_default_timezone())
