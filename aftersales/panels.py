"""What after-sales service contributes to lower pages: the menu, work of the home pages, customers' and orders' pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from aftersales import lists
from aftersales.models import Feedback, Measure
from aftersales.models.access import DECIDE, RECORD, VIEW, VIEW_ALL, departments_of
from kernel.panels import WorkGroup, WorkItem, navigation_item, quick_action, section, work
from orders.models import Order
from orders.public import public_part

SHOWN = 6
AFTERSALES = gettext_lazy("After-sales service")

navigation_item(500, AFTERSALES, "aftersales:feedback_bench", "clock", gettext_lazy("To do"), permission=VIEW)
navigation_item(501, AFTERSALES, "aftersales:feedback_list", "chat", gettext_lazy("Customer feedback"), permission=VIEW)
navigation_item(505, AFTERSALES, "aftersales:measure_list", "flag", gettext_lazy("Improvement measures"))
navigation_item(
    506, AFTERSALES, "aftersales:feedback_figures", "chart", gettext_lazy("Figures of feedback"), permission=VIEW_ALL
)
navigation_item(
    507, AFTERSALES, "aftersales:delivery_figures", "truck", gettext_lazy("Figures of deliveries"), permission=VIEW_ALL
)
quick_action(15, "aftersales:feedback_create", "plus", gettext_lazy("Record feedback"), permission=RECORD)


@work(21)
def promised_until_today(user: Any) -> WorkGroup | None:
    """For customer service: what was promised to customers until today. Clause 3.4.1c."""
    if not user.has_perm(RECORD):
        return None
    return _group(
        _("Feedback promised until today"), lists.ending_today(user), pgettext("action", "Open"), "3.4.1c", "bad"
    )


@work(22)
def to_pass_on(user: Any) -> WorkGroup | None:
    """For customer service: what nobody was asked to solve yet. Clause 3.4.2a."""
    if not user.has_perm(RECORD):
        return None
    return _group(_("Feedback not passed on yet"), lists.not_passed_on(user), _("Pass on"), "3.4.2a")


@work(27)
def results_to_report(user: Any) -> WorkGroup | None:
    """For customer service: results that the customer does not know yet. Clause 3.4.3a."""
    if not user.has_perm(RECORD):
        return None
    return _group(_("Results to report to customers"), lists.to_report(user), _("Report"), "3.4.3a")


@work(28)
def to_solve(user: Any) -> WorkGroup | None:
    """For a department: what is routed to it. Clause 3.4.2b."""
    if not departments_of(user):
        return None
    return _group(_("Feedback to investigate and solve"), lists.to_answer(user), _("Solve"), "3.4.2b")


@work(29)
def measures_to_judge(user: Any) -> WorkGroup | None:
    """For customer service: measures to verify, and those that did not help and need another. Clause 3.4.4c."""
    if not user.has_perm(RECORD):
        return None
    found = list(
        Measure.objects.for_service().select_related("owner", "effect").order_by("state_at", "pk")[: SHOWN + 1]
    )
    if not found:
        return None
    items = [
        WorkItem(
            m.title, m.number, m.get_absolute_url(), "bad" if m.state == "verified" else "wait",
            action=_("Follow up") if m.state == "verified" else _("Verify"), party=m.owner.name, clause="3.4.4c",
        )
        for m in found[:SHOWN]
    ]  # fmt: skip
    total = Measure.objects.for_service().count() if len(found) > SHOWN else len(found)
    return WorkGroup(_("Measures to verify and to follow up"), items, total, reverse("aftersales:measure_list"))


def _group(title: str, rows: QuerySet, action: str, clause: str, tone: str = "wait") -> WorkGroup | None:
    found = list(rows[: SHOWN + 1])
    if not found:
        return None
    items = [
        WorkItem(
            f.subject, f.number, f.get_absolute_url(), tone, f.promised_at, None, "", action, f.customer_name, clause
        )
        for f in found[:SHOWN]
    ]
    total = rows.count() if len(found) > SHOWN else len(found)
    return WorkGroup(title, items, total, reverse("aftersales:feedback_bench"))


@section("customers.customer", 230, "aftersales/_of_customer.html")
def feedback_of_customer(customer: Any, user: Any) -> dict[str, Any] | None:
    """The way to a customer's feedback, without a query: his page says with its promises what he waits for."""
    return {"whose": customer, "may_record": user.has_perm(RECORD)} if user.has_perm(VIEW) else None


@section("orders.order", 300, "aftersales/_of_record.html")
def feedback_of_order(order: Any, user: Any) -> dict[str, Any] | None:
    """The feedback on an order."""
    return _of(user, order.number, order=order)


def _of(user: Any, whose: str, **which: Any) -> dict[str, Any] | None:
    if not user.has_perm(VIEW):
        return None
    rows = list(Feedback.objects.visible_to(user).filter(**which).order_by("-pk")[:10])
    return {"feedback": rows, "may_record": user.has_perm(RECORD), "whose": whose}


@section("aftersales.feedback", 100, "aftersales/_measures.html")
def measures_of_feedback(row: Feedback, user: Any) -> dict[str, Any] | None:
    """The measures that a feedback led to, and the way to a new one. Clause 3.4.4c."""
    may_propose = user.has_perm(RECORD) or user.has_perm(DECIDE)
    found = list(Measure.objects.visible_to(user).filter(feedback=row).select_related("owner", "effect")[:10])
    return {"measures": found, "may_propose": may_propose} if found or may_propose else None


@public_part(50)
def customers_part(order: Order, token: str) -> tuple[str, dict[str, Any]] | None:
    """On the customer's page of his order: report a problem, rate it, and how far his reports are. Clause 3.4.1b."""
    rows = list(Feedback.objects.filter(order=order).order_by("-pk")[:10])
    return "aftersales/_public_order.html", {"feedback": rows, "token": token}
