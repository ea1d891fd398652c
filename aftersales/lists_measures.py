"""Improvement measures as rows of their screen and file. Clause 3.4.4c."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.models import Measure, MeasureEffect
from kernel.exports import Column
from kernel.lists import listed

MEASURES = [
    Column("number", _("Number"), width=16),
    Column("title", pgettext_lazy("measure", "Measure"), width=40),
    Column("cause_category.name", _("Cause"), width=18),
    Column("get_exception_kind_display", _("Problem with orders"), width=18),
    Column("owner.name", _("Who carries it out"), width=18),
    Column("due_on", _("Due on"), "date"),
    Column("done_on", _("Carried out on"), "date"),
    Column("effect.before_cases", _("Cases before"), "integer"),
    Column("effect.after_cases", _("Cases after"), "integer"),
    Column("effect.get_result_display", _("Effect"), width=28),
    Column("get_state_display", _("State"), width=20),
]


@listed("measures", _("Improvement measures"), "", MEASURES)
def measures(user: Any, query: QueryDict) -> QuerySet:
    """Measures by state, effect, cause and whose they are, the newest first, with a search over number and title."""
    rows = Measure.objects.visible_to(user).select_related("cause_category", "owner", "effect")
    state, cause, q = query.get("state", ""), query.get("cause", ""), query.get("q", "").strip()[:60]
    if state in Measure.State.values:
        rows = rows.filter(state=state)
    elif state == "late":
        rows = rows.late()
    elif state in MeasureEffect.Result.values:
        rows = rows.filter(effect__result=state)
    if cause.isascii() and cause.isdigit() and len(cause) < 10:
        rows = rows.filter(cause_category=int(cause))
    if query.get("whose") == "mine":
        rows = rows.filter(owner=user)
    if q:
        rows = rows.filter(Q(number__icontains=q) | Q(title__icontains=q))
    return rows.order_by("-pk")
