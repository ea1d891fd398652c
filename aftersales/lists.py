"""The lists of after-sales service as files, the rows of their screens, and what the bench shows."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from aftersales import figures
from aftersales.lists_measures import measures  # noqa: F401  (declares its list)
from aftersales.models import Feedback
from aftersales.models.access import IN_HAND, RECORD, VIEW, VIEW_ALL, departments_of
from kernel import clock
from kernel.exports import Column
from kernel.lists import listed
from kernel.periods import Period

SHOWN = 20  # rows of each group on the bench

FEEDBACK = [
    Column("number", gettext_lazy("Number"), width=16),
    Column("customer_name", gettext_lazy("Customer"), width=34),
    Column("subject", pgettext_lazy("feedback", "Subject"), width=40),
    Column("get_kind_display", gettext_lazy("Kind"), width=12),
    Column("get_channel_display", gettext_lazy("Channel"), width=12),
    Column("get_severity_display", gettext_lazy("Severity"), width=10),
    Column("get_department_display", gettext_lazy("Department"), width=16),
    Column("received_at", pgettext_lazy("feedback", "Received"), "datetime"),
    Column("promised_at", gettext_lazy("Promised time"), "datetime"),
    Column("resolved_at", gettext_lazy("Solved at"), "datetime"),
    Column("round", gettext_lazy("Round"), "integer"),
    Column("get_state_display", gettext_lazy("State"), width=20),
]


@listed("feedback", gettext_lazy("Customer feedback"), VIEW, FEEDBACK)
def feedback(user: Any, query: QueryDict) -> QuerySet:
    """Feedback by state, kind and department, the newest first, with a search over number, customer and subject."""
    rows = Feedback.objects.visible_to(user)
    state, q = query.get("state", ""), query.get("q", "").strip()[:60]
    if state in Feedback.State.values:
        rows = rows.filter(state=state)
    elif state == "late":
        rows = rows.running().exclude(state="resolved").filter(promised_at__lt=clock.now())
    if query.get("kind") in Feedback.Kind.values:
        rows = rows.filter(kind=query["kind"])
    if query.get("department") in Feedback.Department.values:
        rows = rows.filter(department=query["department"])
    if q:
        rows = rows.filter(Q(number__icontains=q) | Q(customer_name__icontains=q) | Q(subject__icontains=q))
    return _as_counted(rows, query).order_by("-pk")


def _as_counted(rows: QuerySet, query: QueryDict) -> QuerySet:
    """What a figure opens to: received in a period, of a cause or product, begun again, escalated. Clause 3.4.4c."""
    if query.get("since") or query.get("until"):
        begin, over = Period.of(query).moments
        rows = rows.filter(received_at__gte=begin, received_at__lt=over)
    cause, product = query.get("cause", ""), query.get("product", "")[:160]
    if cause == "none":
        rows = rows.filter(cause_category=None)
    elif cause.isascii() and cause.isdigit() and len(cause) < 10:
        rows = rows.filter(cause_category=int(cause))
    if product:
        rows = rows.filter(product="" if product == "none" else product)
    if query.get("department") == "none":
        rows = rows.filter(department="")
    if query.get("again") == "yes":
        rows = rows.filter(round__gt=1)
    if query.get("escalated") == "yes":
        rows = rows.filter(Exists(figures.escalations()))
    return rows


COUNTED = [
    Column("name", gettext_lazy("Group"), width=30),
    Column("number", pgettext_lazy("feedback", "Received"), "integer"),
    Column("complaints", gettext_lazy("Complaints"), "integer"),
    Column("solved", gettext_lazy("Solved"), "integer"),
    Column("in_time", gettext_lazy("Solved in time"), "integer"),
    Column("again", gettext_lazy("More than one round"), "integer"),
    Column("escalations", gettext_lazy("Escalated"), "integer"),
]


@listed("feedback-figures", gettext_lazy("Figures of feedback"), VIEW_ALL, COUNTED)
def feedback_figures(user: Any, query: QueryDict) -> QuerySet:
    """The figures of one table of the page, by cause unless another group is named."""
    group = query.get("by", "cause")
    return figures.feedback_by(group if group in figures.GROUPS else "cause", user, query)


def end_of_today() -> datetime:
    """The midnight that ends today."""
    zone = timezone.get_default_timezone()
    return datetime.combine(clock.today() + timedelta(days=1), time.min, tzinfo=zone)


def ending_today(user: Any) -> QuerySet:
    """Not solved, and promised until today or earlier. Clause 3.4.1c."""
    rows = Feedback.objects.visible_to(user).running().exclude(state="resolved")
    return rows.filter(promised_at__lt=end_of_today()).order_by("promised_at", "pk")


def not_passed_on(user: Any) -> QuerySet:
    """Received, and nobody was asked yet. Clause 3.4.2a."""
    return Feedback.objects.visible_to(user).filter(state="received").order_by("received_at", "pk")


def to_answer(user: Any) -> QuerySet:
    """Routed to a department of this person and not solved. Clause 3.4.2b."""
    mine = [d for d in departments_of(user) if d != Feedback.Department.SERVICE or user.has_perm(RECORD)]
    rows = Feedback.objects.visible_to(user).filter(state__in=IN_HAND, department__in=mine, waiting_since=None)
    return rows.order_by("promised_at", "pk")


def to_report(user: Any) -> QuerySet:
    """Solved, and the customer does not know yet. Clause 3.4.3a."""
    rows = Feedback.objects.visible_to(user).filter(state="resolved", reported_at=None)
    return rows.order_by("resolved_at", "pk")


def to_confirm(user: Any) -> QuerySet:
    """Reported, and the customer has not answered. Clause 3.4.3a."""
    rows = Feedback.objects.visible_to(user).filter(state="resolved").exclude(reported_at=None)
    return rows.order_by("reported_at", "pk")


def begun_anew(user: Any) -> QuerySet:
    """In the second round or a later one. Clause 3.4.3b."""
    rows = Feedback.objects.visible_to(user).filter(state__in=IN_HAND, round__gt=1)
    return rows.order_by("promised_at", "pk")


def bench(user: Any) -> list[dict[str, Any]]:
    """The groups of the bench with at most a screen of each, the empty ones left out."""
    serves = user.has_perm(RECORD) or user.has_perm("aftersales.view_all_feedback")
    groups = [
        ("answer", _("For your department to solve"), "3.4.2b", to_answer, _("Solve"), bool(departments_of(user))),
        ("today", _("Promised until today"), "3.4.1c", ending_today, _("View"), serves),
        ("received", _("Not passed on yet"), "3.4.2a", not_passed_on, _("Pass on"), serves),
        ("report", _("Result to be reported"), "3.4.3a", to_report, _("Report"), serves),
        (
            "confirm",
            _("Waiting for the customer's confirmation"),
            "3.4.3a",
            to_confirm,
            pgettext("feedback", "Ask"),
            serves,
        ),
        ("anew", _("Not satisfied: begun anew"), "3.4.3b", begun_anew, _("View"), serves),
    ]
    drawn = []
    for key, title, clause, source, action, is_his in groups:
        rows = list(source(user)[: SHOWN + 1]) if is_his else []
        if rows:
            total = f"{SHOWN}+" if len(rows) > SHOWN else str(len(rows))
            drawn.append(
                {"key": key, "title": title, "clause": clause, "rows": rows[:SHOWN], "total": total, "action": action}
            )
    return drawn
