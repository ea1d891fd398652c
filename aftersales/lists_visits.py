"""The list of return visits as a file and on its screen."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from aftersales.models import ReturnVisit
from aftersales.models.access import RECORD
from aftersales.models.visits import VIEW_VISITS
from kernel import clock
from kernel.exports import Column
from kernel.lists import listed
from kernel.permissions import holding
from kernel.settings import per_request

VISITS = [
    Column("customer_name", _("Customer"), width=34),
    Column("due_on", _("Due on"), "date"),
    Column("days", _("Every (days)"), "integer"),
    Column("get_state_display", _("State"), width=20),
    Column("handler.name", _("Customer service"), width=18),
    Column("get_how_display", _("How"), width=12),
    Column("visited_on", _("Visited on"), "date"),
    Column("outcome", _("What came of it"), width=50),
    Column("tries", _("Tries"), "integer"),
    Column("feedback.number", _("Customer feedback"), width=16),
]


@listed("visits", _("Return visits"), VIEW_VISITS, VISITS)
def visits(user: Any, query: QueryDict) -> QuerySet:
    """Return visits by state (open ones unless another is asked for), customer service, and customer's name."""
    rows = ReturnVisit.objects.visible_to(user).select_related("handler", "feedback")
    state, q, handler = query.get("state", ""), query.get("q", "").strip()[:60], query.get("handler", "")
    if state in ReturnVisit.State.values:
        rows = rows.filter(state=state)
    elif state == "late":
        rows = rows.open().filter(due_on__lt=clock.today())
    elif state != "all":
        rows = rows.open()
    if handler.isascii() and handler.isdigit() and len(handler) < len("1234567890"):
        rows = rows.filter(handler=int(handler))
    if q:
        rows = rows.none() if "\x00" in q else rows.filter(customer_name__icontains=q)
    return rows.annotate(tries=Count("attempts")).order_by(*order(query))


def order(query: QueryDict) -> tuple[str, ...]:
    """What is to be done: the next first; what is over: the last first."""
    return ("due_on", "pk") if query.get("state", "") in ("", "late", "due", "asked") else ("-due_on", "-pk")


def handlers() -> list[tuple[int, str]]:
    """Those who make visits, as choices."""
    rows = holding(RECORD).order_by("name", "pk")
    return per_request("visit_handlers", lambda: list(rows.values_list("pk", "name")))  # type: ignore[no-any-return]


def due_visits(user: Any) -> QuerySet:
    """The visits that this person makes, or nobody else does, the next due first."""
    rows = ReturnVisit.objects.visible_to(user).filter(Q(handler=user) | Q(handler=None), state="due")
    return rows.order_by("due_on", "pk")
