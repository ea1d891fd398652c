"""Verbs of return visits: which customers are due, created day by day; tries, grievances, own cadences (2.2.3c)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from aftersales import serving
from aftersales.models import Feedback, ReturnVisit, VisitAttempt, VisitCadence
from aftersales.models.access import RECORD
from aftersales.models.visits import OPEN, VISIT
from customers.models import Customer
from customers.services import end_of
from kernel import clock, jobs, promises
from kernel.advance import advance, begin
from kernel.permissions import holding
from kernel.settings import define, setting
from orders.models import Order

DAYS = _("days")
for _key, _days, _label in (
    ("key", 30, _("A key customer is visited every (0: never)")),
    ("a", 60, _("A customer of grade A is visited every (0: never)")),
    ("b", 90, _("A customer of grade B is visited every (0: never)")),
    ("c", 180, _("A customer of grade C is visited every (0: never)")),
):
    define(f"aftersales.visit_days_{_key}", _days, _label, unit=DAYS, clause="2.2.3c")
define("aftersales.visit_ahead_days", 7, _("A return visit is asked for before it is due"), unit=DAYS, clause="2.2.3c")
promises.name_kind(VISIT, _("Return visit: %(what)s"), watched=True)
BATCH = 500
BOUGHT = ("placed", "in_production", "inspecting", "ready_to_ship", "shipped", "delivered", "completed", "on_hold")


# --- which are due --------------------------------------------------------------------------------------
def with_cadence(customers: QuerySet) -> QuerySet:
    """The customers with the days from one visit to the next (`every`; 0: never): their own, else by grade."""
    is_key = Q(is_key=True) | Q(grade=Customer.Grade.KEY)
    by_grade = Case(
        When(is_key, then=Value(int(setting("aftersales.visit_days_key")))),
        *(When(grade=g, then=Value(int(setting(f"aftersales.visit_days_{g.lower()}")))) for g in "ABC"),
        default=Value(0), output_field=IntegerField(),
    )  # fmt: skip
    return customers.annotate(own_days=F("visit_cadence__days"), every=Coalesce("own_days", by_grade))


def visited_customers() -> QuerySet:
    """The active customers to whom visits are paid: who bought, and who has a cadence of his own; with `seen_on`.

    `seen_on` is the day from which the next visit is counted: the last visit made, or skipped with leave; else the day
    on which he was taken in.
    """
    bought = Order.objects.filter(customer=OuterRef("pk"), state__in=BOUGHT)
    last = ReturnVisit.objects.filter(customer=OuterRef("pk"), state__in=("visited", "skipped")).order_by()
    seen = (
        last.annotate(day=Coalesce("visited_on", "due_on")).values("customer").annotate(last=Max("day")).values("last")
    )
    rows = Customer.objects.filter(Exists(bought) | Q(visit_cadence__isnull=False), state=Customer.State.ACTIVE)
    return with_cadence(rows).annotate(seen_on=Coalesce(Subquery(seen), TruncDate("created_at"))).filter(every__gt=0)


def schedule_visits(limit: int = BATCH) -> int:
    """Create the visit of each customer whose next one comes due and who has none open; returns how many.

    Each customer has at most one open visit, by the database too; the job may run twice, and catches up after a pause.
    """
    ahead = int(setting("aftersales.visit_ahead_days"))
    has_open = ReturnVisit.objects.filter(customer=OuterRef("pk"), state__in=OPEN)
    rows = visited_customers().exclude(Exists(has_open)).order_by("pk")
    horizon, keys = clock.today() + timedelta(days=ahead), []
    for days in sorted(set(rows.order_by().values_list("every", flat=True))):
        due = rows.filter(every=days, seen_on__lte=horizon - timedelta(days=days))
        keys += due.values_list("pk", flat=True)[: limit - len(keys)]
    return jobs.each(_schedule, keys)


def next_visit_on(customer: Customer) -> date | None:
    """The day on which this customer's next visit comes due; None where none is paid to him."""
    row = visited_customers().filter(pk=customer.pk).first()
    return row.seen_on + timedelta(days=row.every) if row else None


def _schedule(pk: int) -> int:
    with transaction.atomic():
        Customer.objects.select_for_update(of=("self",)).get(pk=pk)
        row = visited_customers().filter(pk=pk).exclude(return_visits__state__in=OPEN).first()
        if row is None:
            return 0
        soonest = clock.today() + timedelta(days=int(setting("aftersales.visit_ahead_days")))
        day = max(row.seen_on + timedelta(days=row.every), soonest)
        visit = begin(
            ReturnVisit(
                customer=row, customer_name=row.name, days=row.every, due_on=day, handler=handler_for(row),
            ),
            by=None,
        )  # fmt: skip
        promises.make(
            visit, VISIT, due_at=end_of(day), clause="2.2.3c", what=row.name, owed_by=visit.handler, permission=RECORD,
            owed_to=row.name,
        )  # fmt: skip
        return 1


def handler_for(customer: Customer) -> Any:
    """Who of customer service visits him: who did the last time, else who helps with him; None: whoever comes first."""
    serving_ = holding(RECORD)
    last = ReturnVisit.objects.filter(customer=customer, handler__in=serving_).order_by("-pk").first()
    if last:
        return last.handler
    return serving_.filter(helps_with_customers=customer).order_by("pk").first()


# --- what is done --------------------------------------------------------------------------------------
def note_attempt(visit: ReturnVisit, *, how: str, note: str, by: Any) -> VisitAttempt:
    """The customer was not reached; the visit stays due, and whoever tried takes it in hand."""
    with transaction.atomic():
        row = ReturnVisit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
        if row.handler_id is None:
            row.handler, row._history_user = by, by
            row.version += 1
            row.save()
            promises.hand_over(row, before=None, after=by)
        return VisitAttempt.objects.create(visit=row, how=how, note=note.strip(), by=by)


def record_now(customer: Customer, *, data: dict[str, Any], by: Any) -> ReturnVisit:
    """Record a visit that was made without being due: the open one is it, or a new one that was due today."""
    with transaction.atomic():
        Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
        visit = ReturnVisit.objects.filter(customer=customer, state__in=OPEN).first()
        if visit is None:
            days = with_cadence(Customer.objects.filter(pk=customer.pk)).values_list("every", flat=True)[0]
            fresh = ReturnVisit(customer=customer, customer_name=customer.name, days=days, due_on=clock.today())
            visit = begin(fresh, by=by)
        elif visit.state == ReturnVisit.State.ASKED:
            advance(visit, "drop_request", by=None)
        advance(visit, "record", by=by, data=data)
        return ReturnVisit.objects.get(pk=visit.pk)


def take_grievance(visit: ReturnVisit, *, text: str, severity: str, by: Any) -> Feedback:
    """A grievance told at a visit becomes a feedback, with all that a feedback owes. Clauses 2.2.3c, 3.4.1c."""
    channels = {"phone": Feedback.Channel.PHONE, "visit": Feedback.Channel.VISIT, "email": Feedback.Channel.EMAIL}
    row = Feedback(
        customer=visit.customer, kind=Feedback.Kind.COMPLAINT, severity=severity, channel=channels[visit.how], text=text
    )
    visit.feedback = serving.receive(row, by=by)
    visit._history_user = by
    visit.save()
    return visit.feedback


def set_cadence(customer: Customer, *, days: int, reason: str, by: Any) -> VisitCadence:
    """Visit this customer otherwise than his grade says; the reason is kept. The visit that is open stands."""
    with transaction.atomic():
        row = VisitCadence.objects.select_for_update().filter(customer=customer).first()
        row = row or VisitCadence(customer=customer, version=0)
        row.days, row.reason, row.by = days, reason.strip(), by
        row.version += 1
        row._history_user = by
        row.save()
        return row


def drop_of(customer: Customer) -> None:
    """No visits to who is no customer any more."""
    for visit in ReturnVisit.objects.filter(customer=customer, state__in=OPEN):
        advance(visit, "drop", by=None)


def may_set_cadence(customer: Customer, user: Any) -> bool:
    """Whether this person says how often he is visited: the customer's owner, customer service, the manager."""
    return customer.may_be_changed_by(user) and customer.state == Customer.State.ACTIVE
