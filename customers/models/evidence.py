"""What is known of an opportunity's evidence, gathered for one or for many in a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from customers.models.insights import MarketInsight, oldest_fresh_day
from kernel.models import Agreement

NOTES = ("introduced", "willingness", "needs_concerns", "next_step")


@dataclass
class Evidence:
    """The facts that the guards of one opportunity read; the guards themselves are on the model."""

    insight_kinds: set[str] = field(default_factory=set)
    is_analysed: bool = False
    is_contacted: bool = False
    notes: set[str] = field(default_factory=set)
    has_need: bool = False
    has_sent_proposal: bool = False
    has_proposal: bool = False
    has_demonstration: bool = False
    questions: int = 0
    questions_open: int = 0
    problems_loose: int = 0
    follow_ups: int = 0
    last_follow_up_at: Any = None
    scorecard: Any = None
    profile: Any = None
    term_sheet: Any = None
    agreed: set[tuple[str, str]] = field(default_factory=set)


def gather(opportunities: Iterable[Any]) -> dict[int, Evidence]:
    """The evidence of each opportunity by its key: at most four queries, however many there are.

    Each opportunity also gets it as its `evidence`, so that its guards ask nothing more.
    """
    rows = {o.pk: o for o in opportunities}
    if not rows:
        return {}
    found = {row.pk: _read(row) for row in _flagged(rows)}
    _add_agreements(found)
    for pk, evidence in found.items():
        rows[pk].__dict__["evidence"] = evidence
    return found


def _flagged(keys: Iterable[int]) -> Any:
    model = apps.get_model("customers.Opportunity")
    rows = model._base_manager.filter(pk__in=list(keys)).select_related("scorecard", "customer__profile", "term_sheet")
    return rows.annotate(**_flags(oldest_fresh_day())).prefetch_related("term_sheet__lines")


@lru_cache(maxsize=2)
def _flags(oldest: date) -> dict[str, Any]:
    """The expressions of all facts; building them costs as much as asking, and they change only with the day."""
    return {f"e_{name}": expression for name, expression in {**_yes_or_no(oldest), **_numbers()}.items()}


@cache
def _models() -> tuple[type, ...]:
    names = ("Interaction", "Need", "Proposal", "Demonstration", "Question", "FollowUp")
    return tuple(apps.get_model(f"customers.{name}") for name in names)


def _yes_or_no(oldest: date) -> dict[str, Any]:
    """One EXISTS for each fact."""
    contacts, needs, proposals, demonstrations, _questions, _follow_ups = (_of(m) for m in _models())
    insights = MarketInsight.objects.filter(segment=OuterRef("segment_id"), observed_on__gte=oldest)
    yes: dict[str, QuerySet] = {
        **{f"insight_{kind}": insights.filter(kind=kind) for kind in MarketInsight.Kind.values},
        "is_analysed": insights.analysed(),
        "is_contacted": contacts.filter(channel__in=("phone", "email", "visit"), contact__isnull=False),
        "has_need": needs.exclude(needs="").exclude(pain_points="").exclude(expected_solution=""),
        "has_proposal": proposals,
        "has_sent_proposal": proposals.filter(document__isnull=False, sent_on__isnull=False),
        "has_demonstration": demonstrations,
        "note_introduced": contacts.filter(introduced=True),
        **{f"note_{name}": contacts.exclude(**{name: ""}) for name in NOTES[1:]},
    }
    return {name: Exists(rows) for name, rows in yes.items()}


def _of(model: type) -> QuerySet:
    return model._base_manager.filter(opportunity=OuterRef("pk"))


def _numbers() -> dict[str, Any]:
    """Counts, each as a subquery of its own so that they do not multiply one another."""
    *_rest, questions, follow_ups = (_of(m) for m in _models())
    raised = questions.exclude(kind="problem")
    loose = questions.filter(kind="problem", closed_at=None, assigned_to=None)
    numbers = {
        "questions": raised,
        "questions_open": raised.filter(accepted_at=None),
        "problems_loose": loose,
        "follow_ups": follow_ups,
    }
    counted = {name: Coalesce(Subquery(_counted(rows)), 0) for name, rows in numbers.items()}
    last = follow_ups.order_by().values("opportunity").annotate(last=Max("at")).values("last")
    return {**counted, "last_follow_up_at": Subquery(last)}


def _counted(rows: QuerySet) -> QuerySet:
    return rows.order_by().values("opportunity").annotate(n=Count("pk")).values("n")


def _read(row: Any) -> Evidence:
    kinds = {kind for kind in MarketInsight.Kind.values if getattr(row, f"e_insight_{kind}")}
    notes = {name for name in NOTES if getattr(row, f"e_note_{name}")}
    plain = {name: getattr(row, f"e_{name}") for name in Evidence.__dataclass_fields__ if hasattr(row, f"e_{name}")}
    related = {
        "scorecard": getattr(row, "scorecard", None),
        "profile": getattr(row.customer, "profile", None),
        "term_sheet": getattr(row, "term_sheet", None),
    }
    return Evidence(insight_kinds=kinds, notes=notes, **plain, **related)


def _add_agreements(found: dict[int, Evidence]) -> None:
    """Add what the manager agreed to, asked only where something is below its mark."""
    asked = {
        pk
        for pk, e in found.items()
        if (e.scorecard and not e.scorecard.passes) or (e.term_sheet and e.term_sheet.needs_agreement)
    }
    if not asked:
        return
    rows = Agreement.objects.filter(model="customers.opportunity", row__in=asked, state=Agreement.State.AGREED)
    rows = rows.filter(Q(clause="3.1.2b") | Q(clause="3.1.5c"))
    for pk, clause, subject in rows.values_list("row", "clause", "subject"):
        found[pk].agreed.add((clause, subject))
