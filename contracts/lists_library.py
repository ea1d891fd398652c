"""The clause library as a file, and the rows of its screen."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contracts.models import LibraryClause
from kernel.exports import Column
from kernel.lists import listed

LIBRARY = [
    Column("code", _("Code"), width=16),
    Column("number", _("Version"), "integer"),
    Column("get_state_display", _("State"), width=16),
    Column("heading", _("Heading"), width=24),
    Column("get_subject_display", _("Settles"), width=18),
    Column("get_script_display", _("Writing"), width=16),
    Column("text", _("Text"), width=60),
    Column("risk_note", _("Note on risk"), width=40),
    Column("author.name", _("Author"), width=16),
]


@listed("clause-library", _("Clause library"), "contracts.view_contracttemplate", LIBRARY)
def library(user: Any, query: QueryDict) -> QuerySet:
    """The versions in force and those under way, by code; with a search over heading, text and risk."""
    rows = LibraryClause.objects.visible_to(user).exclude(state="retired").select_related("author")
    if q := query.get("q", "").strip()[:60]:
        rows = rows.filter(
            Q(code__icontains=q) | Q(heading__icontains=q) | Q(text__icontains=q) | Q(risk_note__icontains=q)
        )
    return rows.order_by("code", "-number")
