"""What is known of an opportunity's evidence, gathered for one or for many in a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import CharField, Count, DateField, DateTimeField, Max, Q, QuerySet, Value
from django.db.models.functions import Cast

from customers.models.insights import MarketInsight, oldest_fresh_day
from kernel.models import Agreement
from kernel.prepared import Slot, among, prepared

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


RELATED = ("scorecard", "customer__profile", "term_sheet")


def gather(opportunities: Iterable[Any], *, joined: bool = False) -> dict[int, Evidence]:
    """The evidence of each opportunity by its key: at most four queries, however many there are.

    Each opportunity also gets it as its `evidence`, so that its guards ask nothing more.
    joined: the rows were just read with `RELATED` joined and the sheets' lines, which are then not read again.
    """
    rows = {o.pk: o for o in opportunities}
    if not rows:
        return {}
    found = {pk: Evidence() for pk in rows}
    _add_related(found, rows.values() if joined else _with_related(rows))
    _add_facts(found, rows)
    _add_agreements(found)
    for pk, evidence in found.items():
        rows[pk].__dict__["evidence"] = evidence
    return found


def _with_related(rows: dict[int, Any]) -> list[Any]:
    """The same opportunities read with what their guards ask for; the customer that comes with them is handed over."""
    fresh = apps.get_model("customers.Opportunity")._base_manager.filter(pk__in=list(rows))
    read = list(fresh.select_related(*RELATED).prefetch_related("term_sheet__lines"))
    for row in read:
        rows[row.pk]._state.fields_cache.setdefault("customer", row.customer)
    return read


def _add_related(found: dict[int, Evidence], rows: Iterable[Any]) -> None:
    for row in rows:
        evidence = found[row.pk]
        evidence.scorecard = getattr(row, "scorecard", None)
        evidence.profile = getattr(row.customer, "profile", None)
        evidence.term_sheet = getattr(row, "term_sheet", None)


def _add_facts(found: dict[int, Evidence], rows: dict[int, Any]) -> None:
    """Add what is counted, from one statement over all tables of evidence."""
    segments = {row.segment_id for row in rows.values() if row.segment_id}
    insights: dict[int, tuple[int, ...]] = {}
    asked = prepared("customers.evidence", _facts).ask(keys=rows, segments=segments, oldest=oldest_fresh_day())
    for part, key, numbers, last in map(_split, asked):
        if part == "insights":
            insights[key] = numbers
        else:
            READERS[part](found[key], numbers, last)
    for pk, row in rows.items():
        if row.segment_id in insights:
            _read_insights(found[pk], insights[row.segment_id])


def _split(row: tuple[Any, ...]) -> tuple[str, int, tuple[int, ...], Any]:
    part, key, *numbers, last = row
    return part, key, tuple(numbers), last


def _facts() -> QuerySet:
    """Each kind of evidence counted once per opportunity (insights per segment), in columns of the same meaning-free shape."""
    contacts, needs, proposals, demonstrations, questions, follow_ups = (_of(m) for m in _models())
    insights = MarketInsight.objects.filter(
        among("segment_id", "segments"), observed_on__gte=Slot("oldest", DateField())
    )
    raised = ~Q(kind="problem")
    parts = [
        _part("contacts", contacts, Q(channel__in=("phone", "email", "visit"), contact__isnull=False), *NOTED_WHEN),
        _part("needs", needs, ~Q(needs="") & ~Q(pain_points="") & ~Q(expected_solution="")),
        _part("proposals", proposals, Q(document__isnull=False, sent_on__isnull=False)),
        _part("demonstrations", demonstrations),
        _part(
            "questions",
            questions,
            raised,
            raised & Q(accepted_at=None),
            Q(kind="problem", closed_at=None, assigned_to=None),
        ),
        _part("follow_ups", follow_ups, last="at"),
        _part("insights", insights, Q(analysed_at__isnull=False), *KIND_WHEN, by="segment_id"),
    ]
    return parts[0].union(*parts[1:], all=True)


NOTED_WHEN = (Q(introduced=True), *(~Q(**{name: ""}) for name in NOTES[1:]))
KIND_WHEN = tuple(Q(kind=kind) for kind in MarketInsight.Kind.values)
WIDTH = 1 + len(NOTED_WHEN)  # the most conditions that one part counts, beside its rows


def _part(part: str, rows: QuerySet, *conditions: Q, by: str = "opportunity_id", last: str = "") -> QuerySet:
    """How many rows each record has, and how many of them meet each condition; `last` is a moment to take the latest of."""
    counted = {f"n{n}": Count("pk", filter=condition) for n, condition in enumerate(conditions)}
    unused = {f"n{n}": Value(0) for n in range(len(conditions), WIDTH)}
    latest = Max(last) if last else Cast(Value(None), DateTimeField())
    grouped = rows.order_by().annotate(part=Value(part, CharField())).values("part", by)
    columns = ("part", by, "n", *(f"n{n}" for n in range(WIDTH)), "last")
    return grouped.annotate(n=Count("pk"), **counted, **unused, last=latest).values_list(*columns)


@cache
def _models() -> tuple[type, ...]:
    names = ("Interaction", "Need", "Proposal", "Demonstration", "Question", "FollowUp")
    return tuple(apps.get_model(f"customers.{name}") for name in names)


def _of(model: type) -> QuerySet:
    return model._base_manager.filter(among("opportunity_id", "keys"))  # type: ignore[attr-defined]


def _read_contacts(e: Evidence, numbers: tuple[int, ...], last: Any) -> None:
    _n, contacted, *noted = numbers
    e.is_contacted = contacted > 0
    e.notes = {name for name, n in zip(NOTES, noted, strict=True) if n}


def _read_needs(e: Evidence, numbers: tuple[int, ...], last: Any) -> None:
    e.has_need = numbers[1] > 0


def _read_proposals(e: Evidence, numbers: tuple[int, ...], last: Any) -> None:
    e.has_proposal, e.has_sent_proposal = True, numbers[1] > 0


def _read_demonstrations(e: Evidence, numbers: tuple[int, ...], last: Any) -> None:
    e.has_demonstration = True


def _read_questions(e: Evidence, numbers: tuple[int, ...], last: Any) -> None:
    _n, e.questions, e.questions_open, e.problems_loose, *_unused = numbers


def _read_follow_ups(e: Evidence, numbers: tuple[int, ...], last: Any) -> None:
    e.follow_ups, e.last_follow_up_at = numbers[0], last


def _read_insights(e: Evidence, numbers: tuple[int, ...]) -> None:
    _n, analysed, *kinds = numbers
    e.is_analysed = analysed > 0
    e.insight_kinds = {kind for kind, n in zip(MarketInsight.Kind.values, kinds, strict=False) if n}


READERS = {
    "contacts": _read_contacts,
    "needs": _read_needs,
    "proposals": _read_proposals,
    "demonstrations": _read_demonstrations,
    "questions": _read_questions,
    "follow_ups": _read_follow_ups,
}


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
