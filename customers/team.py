"""The manager's figures of his team on the home page: open opportunities by stage, overdue promises by person."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateTimeField, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from customers.models import Opportunity
from kernel import clock
from kernel.models import Promise
from kernel.panels import home_section, quick_action
from kernel.permissions import holding
from kernel.prepared import Slot, prepared

MANAGES = "customers.reassign_customer"
STAGES = ("research", "screening", "first_contact", "needs", "negotiation", "follow_up")
PEOPLE = 8

quick_action(11, "customers:board", "board", _("Board of the six stages"), permission=MANAGES)
quick_action(
    12, "customers:opportunity_list", "alert", _("Overdue opportunities"), permission=MANAGES, query="?overdue=on"
)
quick_action(13, "customers:closed_report", "chart", _("Won and lost"), permission="customers.view_margin")
quick_action(20, "customers:customer_list", "search", _("Find a customer"), permission="customers.log_interaction")
quick_action(30, "customers:opportunity_new", "plus", _("New opportunity"), permission="customers.add_opportunity")
quick_action(32, "customers:customer_create", "user", _("New customer"), permission="customers.add_customer")
quick_action(33, "customers:insight_create", "globe", _("New insight"), permission="customers.add_marketinsight")


@dataclass
class StageFigures:
    """The open opportunities in one stage: how many, and what they come to in each currency."""

    state: str
    label: Any
    count: int = 0
    values: list[tuple[str, Decimal]] = field(default_factory=list)


@home_section(100, "customers/_team.html")
def team(user: Any) -> dict[str, Any] | None:
    """For the manager: the department's open opportunities and overdue promises. Clause 2.2.1b. Two queries."""
    if not user.has_perm(MANAGES):
        return None
    stages = stage_figures()
    return {"stages": stages, "open_total": sum(s.count for s in stages), "late": late_promises()}


def stage_figures() -> list[StageFigures]:
    """Number and value of the open opportunities by stage; currencies are never added up."""
    labels = dict(Opportunity.State.choices)
    found = {state: StageFigures(state, labels[state]) for state in STAGES}
    for state, currency, number, value in prepared("open opportunities by stage", _by_stage).ask():
        figures = found[state]
        figures.count += number
        if value:
            figures.values.append((currency, value))
    return list(found.values())


def _by_stage() -> QuerySet:
    groups = Opportunity.objects.open().order_by().values("state", "currency")
    counted = groups.annotate(n=Count("pk"), value=Sum("expected_value")).order_by("currency")
    return counted.values_list("state", "currency", "n", "value")


def late_promises() -> list[dict[str, Any]]:
    """How many promises of each salesperson are overdue, the most first."""
    rows = prepared("late promises", _late).ask(now=clock.now())
    return [{"owed_by": key, "owed_by__name": name, "n": number} for key, name, number in rows]


def _late() -> QuerySet:
    sellers = holding("customers.change_opportunity").values("pk")
    rows = Promise.objects.open().filter(due_at__lt=Slot("now", DateTimeField()), owed_by__in=sellers)
    groups = rows.order_by().values("owed_by", "owed_by__name").annotate(n=Count("pk"))
    return groups.order_by("-n", "owed_by__name").values_list("owed_by", "owed_by__name", "n")[:PEOPLE]
