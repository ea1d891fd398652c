"""Surveys, campaigns and answers as files, and the rows of their screens."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales import results
from aftersales.models import Answer, Campaign, Survey
from aftersales.models.questionnaires import VIEW_SURVEYS
from kernel.exports import Column
from kernel.lists import listed

STANDINGS = (
    ("open", _("May be answered")), ("call", _("To be called")), ("answered", _("Answered")),
    ("passed", _("Not asked")), ("low", _("Opened a feedback")),
)  # fmt: skip
SURVEYS = [
    Column("customer_name", _("Customer"), width=34),
    Column("get_occasion_display", _("Occasion"), width=16),
    Column("campaign.number", _("Campaign"), width=16),
    Column("product", _("Product"), width=30),
    Column("get_department_display", _("Department"), width=16),
    Column("asked_at", _("Asked at"), "datetime"),
    Column("get_how_display", _("How"), width=14),
    Column("standing_words", _("State"), width=30),
    Column("answered_at", _("Answered at"), "datetime"),
    Column("made.number", _("Customer feedback"), width=16),
]
CAMPAIGNS = [
    Column("number", _("Number"), width=16),
    Column("title", _("Title"), width=40),
    Column("get_state_display", _("State"), width=16),
    Column("ends_on", _("Answers until"), "date"),
    Column("asked", pgettext_lazy("survey", "Asked"), "integer"),
    Column("answered", _("Answered"), "integer"),
    Column("passed", _("Not asked"), "integer"),
]
ANSWERS = [
    Column("survey.customer_name", _("Customer"), width=34),
    Column("survey.get_occasion_display", _("Occasion"), width=16),
    Column("survey.campaign.number", _("Campaign"), width=16),
    Column("survey.product", _("Product"), width=30),
    Column("survey.answered_at", _("Answered at"), "datetime"),
    Column("question.text", pgettext_lazy("questionnaire", "Question"), width=50),
    Column("number", pgettext_lazy("of an answer", "Number"), "integer"),
    Column("said", _("Answer"), width=50),
]


def _key(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1234567890") else None


@listed("surveys", _("Satisfaction surveys"), VIEW_SURVEYS, SURVEYS)
def surveys(user: Any, query: QueryDict) -> QuerySet:
    """Surveys by occasion, campaign, how they stand, and customer's name, the newest first."""
    rows = Survey.objects.visible_to(user).select_related("campaign", "made")
    if query.get("occasion") in Survey.Occasion.values:
        rows = rows.filter(occasion=query["occasion"])
    if key := _key(query, "campaign"):
        rows = rows.filter(campaign=key)
    if q := query.get("q", "").strip()[:60]:
        rows = rows.none() if "\x00" in q else rows.filter(customer_name__icontains=q)
    return _standing(rows, query.get("standing", "")).order_by("-pk")


def _standing(rows: Any, standing: str) -> QuerySet:
    chosen = {
        "open": rows.open, "call": lambda: rows.open().filter(how=Survey.How.PHONE),
        "answered": lambda: rows.exclude(answered_at=None), "passed": lambda: rows.exclude(passed_over=""),
        "low": lambda: rows.exclude(made=None),
    }  # fmt: skip
    return chosen.get(standing, rows.all)()  # type: ignore[no-any-return]


@listed("campaigns", _("Survey campaigns"), VIEW_SURVEYS, CAMPAIGNS)
def campaigns(user: Any, query: QueryDict) -> QuerySet:
    """Campaigns by state and words, the newest first, with how many were asked, answered, passed over."""
    rows = Campaign.objects.visible_to(user)
    if query.get("state") in Campaign.State.values:
        rows = rows.filter(state=query["state"])
    if q := query.get("q", "").strip()[:60]:
        rows = rows.none() if "\x00" in q else rows.filter(Q(number__icontains=q) | Q(title__icontains=q))
    counted = rows.annotate(
        asked=Count("surveys", filter=Q(surveys__passed_over="")), answered=Count("surveys__answered_at"),
        passed=Count("surveys", filter=~Q(surveys__passed_over="")),
    )  # fmt: skip
    return counted.order_by("-pk")


@listed("survey-answers", _("Answers to surveys"), VIEW_SURVEYS, ANSWERS)
def answers(user: Any, query: QueryDict) -> QuerySet:
    """Each answer as a row, with the filters of the results."""
    found = results.chosen(user, query)
    if key := _key(query, "campaign"):
        found = found.filter(campaign=key)
    rows = Answer.objects.filter(survey__in=found.order_by().values("pk"))
    return rows.select_related("survey__campaign", "question").order_by("-survey", "question__position", "pk")


def said_in_words(user: Any, query: QueryDict) -> QuerySet:
    """What was said in words, with who said it, with the filters of the results."""
    found = results.chosen(user, query)
    if key := _key(query, "campaign"):
        found = found.filter(campaign=key)
    return results.words(found).select_related("survey", "question")


def to_call(user: Any) -> QuerySet:
    """Who is asked by phone, the oldest first."""
    rows = Survey.objects.visible_to(user).open().filter(how=Survey.How.PHONE)
    return rows.order_by("expires_at", "pk")
