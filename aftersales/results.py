"""What surveys say: by question, product, department, month and quarter, counted in SQL; no data is None, never nought (3.4.4c)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Avg, Case, CharField, Count, F, Q, QuerySet, When
from django.db.models.functions import TruncMonth, TruncQuarter
from django.utils.translation import gettext as _

from aftersales.models import Answer, Question, Questionnaire, Survey
from aftersales.models.access import Department
from aftersales.models.questionnaires import NPS, SCALE
from aftersales.surveying import end_of
from kernel import clock

Kind = Question.Kind
PROMOTER, DETRACTOR = 9, 6  # of a recommendation from 0 to 10: from here on up, and up to here
MOST, WEAKEST = 20, 3
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Response:
    """How many were asked, passed over, answered."""

    asked: int
    answered: int
    passed_over: int
    calls: int
    opened: int

    @property
    def rate(self) -> int | None:
        """Percent of those asked who answered."""
        return round(100 * self.answered / self.asked) if self.asked else None


@dataclass
class Asked:
    """One question with what was answered: how often each answer was given."""

    question: Question
    counts: dict[int, int] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """How many answered it."""
        return sum(self.counts.values())

    @property
    def average(self) -> Decimal | None:
        """The mean of a satisfaction; None where there is none."""
        if self.question.kind != Kind.SCALE or not self.number:
            return None
        return rounded(Decimal(sum(value * n for value, n in self.counts.items())) / self.number)

    @property
    def nps(self) -> int | None:
        """Net promoter score, −100 to 100: the share of promoters less that of detractors."""
        if self.question.kind != Kind.NPS or not self.number:
            return None
        up = sum(n for value, n in self.counts.items() if value >= PROMOTER)
        down = sum(n for value, n in self.counts.items() if value <= DETRACTOR)
        return round(100 * (up - down) / self.number)

    @property
    def points(self) -> list[tuple[str, int]]:
        """Each possible answer with how often it was given, for chart and table."""
        kind = self.question.kind
        if kind in (Kind.SCALE, Kind.NPS):
            return [(str(n), self.counts.get(n, 0)) for n in (SCALE if kind == Kind.SCALE else NPS)]
        values = (1, 0) if kind == Kind.YES_NO else range(len(self.question.options))
        return [(self.question.said(n), self.counts.get(n, 0)) for n in values]

    @property
    def rows(self) -> list[tuple[str, int, int]]:
        """The same with the share of each in percent."""
        return [(label, n, round(100 * n / self.number) if self.number else 0) for label, n in self.points]


@dataclass(frozen=True)
class Mean:
    """A mean satisfaction of something, and over how many answers."""

    label: str
    average: Decimal
    number: int


@dataclass(frozen=True)
class Weak:
    """What satisfies least: a question or a product, with its mean."""

    what: str
    average: Decimal
    number: int


def rounded(value: Any) -> Decimal:
    """To one place."""
    return Decimal(value).quantize(TENTH, rounding=ROUND_HALF_UP)


def chosen(user: Any, query: Any) -> QuerySet:
    """The surveys that this person sees, by questionnaire, occasion, and the days on which they were asked."""
    rows = Survey.objects.visible_to(user)
    if (key := query.get("questionnaire", "")).isascii() and key.isdigit() and len(key) < len("1234567890"):
        rows = rows.filter(questionnaire=int(key))
    if query.get("occasion") in Survey.Occasion.values:
        rows = rows.filter(occasion=query["occasion"])
    start, end = day(query.get("since", "")), day(query.get("until", ""))
    if start:
        rows = rows.filter(asked_at__gte=end_of(start - timedelta(days=1)))
    if end:
        rows = rows.filter(asked_at__lt=end_of(end))
    return rows


def day(text: str) -> date | None:
    """The day that a filter names; None for every other text."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in range(2000, 2200) else None


def response(surveys: QuerySet) -> Response:
    """How many were asked, answered, passed over; one query."""
    asked = Q(passed_over="")
    return Response(
        **surveys.order_by().aggregate(
            asked=Count("pk", filter=asked), answered=Count("answered_at"), passed_over=Count("pk", filter=~asked),
            calls=Count("pk", filter=Q(wants_call=True)), opened=Count("made"),
        )
    )  # fmt: skip


def passed_over(surveys: QuerySet) -> list[tuple[str, int]]:
    """Who was not asked, by reason; one query."""
    rows = surveys.exclude(passed_over="").order_by().values("passed_over").annotate(n=Count("pk")).order_by("-n")
    return [(str(Survey.PassedOver(row["passed_over"]).label), row["n"]) for row in rows]


def by_question(surveys: QuerySet, questionnaire: Questionnaire | None = None) -> list[Asked]:
    """Each question that was answered, in its order; of one questionnaire, those too that nobody answered; two queries."""
    found: dict[int, Asked] = {}
    counted = _answers(surveys).filter(number__isnull=False).values("question", "number").annotate(n=Count("pk"))
    counts: dict[int, dict[int, int]] = {}
    for row in counted.order_by():
        counts.setdefault(row["question"], {})[row["number"]] = row["n"]
    rows = Question.objects.exclude(kind=Kind.TEXT).order_by("questionnaire", "position", "pk")
    rows = rows.filter(questionnaire=questionnaire) if questionnaire else rows.filter(pk__in=counts)
    for question in rows:
        _merged(found, question, counts.get(question.pk, {}))
    return list(found.values())[:MOST]


def _merged(found: dict[int, Asked], question: Question, counts: dict[int, int]) -> None:
    """The same question of another version counts with it."""
    same = next(
        (a for a in found.values() if a.question.text_en == question.text_en and a.question.kind == question.kind
         and a.question.options_en == question.options_en), None,
    )  # fmt: skip
    asked = same or found.setdefault(question.pk, Asked(question))
    for value, n in counts.items():
        asked.counts[value] = asked.counts.get(value, 0) + n


def by_product(surveys: QuerySet) -> list[Mean]:
    """Mean satisfaction by product, the lowest first; one query."""
    rows = _means(_scaled(surveys).exclude(survey__product=""), "survey__product")
    return [Mean(row["survey__product"], rounded(row["mean"]), row["n"]) for row in rows[:MOST]]


def by_department(surveys: QuerySet) -> list[Mean]:
    """Mean satisfaction by the department asked about, else that which solved the feedback; one query."""
    of = Case(When(question__department="", then=F("survey__department")), default=F("question__department"),
              output_field=CharField())  # fmt: skip
    rows = _means(_scaled(surveys).annotate(of=of).exclude(of=""), "of")
    return [Mean(str(Department(row["of"]).label), rounded(row["mean"]), row["n"]) for row in rows]


def by_month(surveys: QuerySet) -> list[Mean]:
    """Mean satisfaction by the month of the answer, the last twelve that have any; one query."""
    rows = _scaled(surveys).annotate(at=TruncMonth("survey__answered_at")).values("at")
    found = list(rows.annotate(mean=Avg("number"), n=Count("pk")).order_by("-at")[:12])
    return [Mean(f"{clock.local(r['at']):%Y-%m}", rounded(r["mean"]), r["n"]) for r in reversed(found)]


def by_quarter(surveys: QuerySet) -> list[Mean]:
    """Mean satisfaction by the quarter of the answer, the last eight that have any; one query."""
    rows = _scaled(surveys).annotate(at=TruncQuarter("survey__answered_at")).values("at")
    found = list(rows.annotate(mean=Avg("number"), n=Count("pk")).order_by("-at")[:8])
    return [Mean(_quarter(clock.local(r["at"])), rounded(r["mean"]), r["n"]) for r in reversed(found)]


def satisfaction(surveys: QuerySet) -> Mean | None:
    """The mean of all answers from 1 to 5, and their number; None without one. Clauses 5.1.1b, 5.1.2a."""
    row = _scaled(surveys).order_by().aggregate(mean=Avg("number"), n=Count("pk"))
    return Mean(str(_("Satisfaction")), rounded(row["mean"]), row["n"]) if row["n"] else None


def words(surveys: QuerySet) -> QuerySet:
    """What was said in words, the newest first; listed by page."""
    return _answers(surveys).filter(question__kind=Kind.TEXT).exclude(text="").order_by("-pk")


def weak_points(questions: list[Asked], products: list[Mean]) -> list[Weak]:
    """The questions and products that satisfy least, below the middle of good; where an improvement begins."""
    asked = [Weak(a.question.text, a.average, a.number) for a in questions if a.average is not None]
    found = asked + [Weak(p.label, p.average, p.number) for p in products]
    return sorted((w for w in found if w.average < SCALE[-2]), key=lambda w: (w.average, -w.number))[:WEAKEST]


def _answers(surveys: QuerySet) -> QuerySet:
    return Answer.objects.filter(survey__in=surveys.order_by().values("pk"))


def _scaled(surveys: QuerySet) -> QuerySet:
    return _answers(surveys).filter(question__kind=Kind.SCALE, number__isnull=False).order_by()


def _means(rows: QuerySet, by: str) -> QuerySet:
    return rows.values(by).annotate(mean=Avg("number"), n=Count("pk")).order_by("mean", by)


def _quarter(moment: Any) -> str:
    return f"{moment.year} Q{(moment.month + 2) // 3}"
