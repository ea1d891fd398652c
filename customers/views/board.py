"""The board of the six stages and the list of opportunities; filters stay in the URL."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from customers.filters import OpportunityFilter, OpportunityListFilter, overdue_keys
from customers.models import Opportunity
from customers.models.evidence import RELATED, gather
from customers.views.saving import saved_views
from kernel import clock
from kernel.models import Promise
from kernel.policy import allow
from kernel.steps import Offer
from kernel.views import keyset_page

CARDS = 6  # in a column (a full board stays below 60 KB); the rest is in the list
NEXT_DUE = "next_due"


def _with_due(rows: QuerySet) -> QuerySet:
    """Add the nearest open promise on each opportunity."""
    owed = Promise.objects.open().filter(model=Opportunity._meta.label_lower, row=OuterRef("pk"))
    nearest = owed.order_by().values("row").annotate(due=Min("due_at")).values("due")
    return rows.annotate(next_due=Subquery(nearest))


def _with_evidence(rows: QuerySet) -> QuerySet:
    """Join what a row shows and what its guards read."""
    joined = rows.select_related("customer", "owner", "follower", "product", *RELATED)
    return joined.prefetch_related("term_sheet__lines")


@allow("customers.view_opportunity")
def board(request: HttpRequest) -> HttpResponse:
    """The open opportunities by stage, the longest waiting first; moving a card asks for the same guards as the button."""
    filters = OpportunityFilter(request.GET, Opportunity.objects.visible_to(request.user).open(), request=request)
    rows = filters.qs
    columns = _columns(rows, request.user)
    context = {
        "columns": columns,
        "filters": filters,
        "total": sum(c["count"] for c in columns),
        "overdue": sum(c["overdue"] for c in columns),
    }
    return render(request, "customers/board.html", context)


def _columns(rows: QuerySet, user: Any) -> list[dict[str, Any]]:
    """The six columns with their figures and first cards."""
    figures, cards = _figures(rows), _cards(rows, user)
    labels = dict(Opportunity.State.choices)
    return [
        {
            "state": stage,
            "label": labels[stage],
            "cards": cards[stage],
            **figures[stage],
            "more": max(0, figures[stage]["count"] - CARDS),
        }
        for stage in Opportunity.PATH
    ]


def _figures(rows: QuerySet) -> dict[str, dict[str, Any]]:
    """How many in each stage, how many overdue, and the expected value per currency: never summed across them."""
    late = Count("pk", filter=Q(pk__in=overdue_keys()))
    found = rows.order_by().values("state", "currency")
    totals = found.annotate(n=Count("pk"), value=Sum("expected_value"), late_n=late)
    figures: dict[str, dict[str, Any]] = {s: {"count": 0, "overdue": 0, "sums": []} for s in Opportunity.PATH}
    for row in totals:
        column = figures[row["state"]]
        column["count"] += row["n"]
        column["overdue"] += row["late_n"]
        if row["value"]:
            column["sums"].append((Decimal(row["value"]), row["currency"]))
    return figures


def _cards(rows: QuerySet, user: Any) -> dict[str, list[dict[str, Any]]]:
    """The first cards of each column in one query, their evidence in a handful more."""
    rank = Window(RowNumber(), partition_by=F("state"), order_by=[F("state_at").asc(), F("pk").asc()])
    # a list of keys, not a subquery: PostgreSQL would read all customers to join forty-eight
    keys = list(rows.order_by().annotate(rank=rank).filter(rank__lte=CARDS).values_list("pk", flat=True))
    found = _with_evidence(_with_due(Opportunity.objects.filter(pk__in=keys)))
    opportunities = list(found.order_by("state_at", "pk"))
    gather(opportunities, joined=True)
    cards: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for opportunity in opportunities:
        cards[opportunity.state].append(_card(opportunity, user))
    return cards


def _card(opportunity: Opportunity, user: Any) -> dict[str, Any]:
    """A card: its evidence as met of all, its tone, and the steps this person may take by menu or by dragging."""
    forward = opportunity.forward_step()
    items = opportunity.checklist(forward)
    offers = opportunity.offers(user)
    is_late = bool(opportunity.next_due and opportunity.next_due < clock.now())
    return {
        "record": opportunity,
        "met": sum(item.met for item in items),
        "of": len(items),
        "lacking": sum(not item.met for item in items),
        "tone": "bad" if is_late else opportunity.state_tone,
        "offers": offers,
        "drop": json.dumps(_targets(offers)),
    }


def _targets(offers: list[Offer]) -> dict[str, str]:
    """Column → step that leads there."""
    return {
        o.step.target: o.url for o in offers if isinstance(o.step.target, str) and o.step.target in Opportunity.PATH
    }


@allow("customers.view_opportunity")
def opportunity_list(request: HttpRequest) -> HttpResponse:
    """All opportunities, closed ones included, the latest change first."""
    filters = OpportunityListFilter(request.GET, Opportunity.objects.visible_to(request.user), request=request)
    page = keyset_page(request, _with_evidence(_with_due(filters.qs)), order=("-state_at", "-pk"))
    gather([row for row in page.rows if row.is_open], joined=True)
    for row in page.rows:
        items = row.checklist(row.forward_step())
        row.met, row.of = sum(item.met for item in items), len(items)
    context = {"page": page, "filters": filters, **saved_views(request, "opportunity_list")}
    return render(request, "customers/opportunity_list.html", context)
