"""The register and the log of readings as files, and the rows of their screens."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.forms import ReadingFilter, RegisterFilter
from documents.models import Document, Reading
from kernel.exports import Column
from kernel.lists import listed

DOCUMENTS = [
    Column("number", _("Number"), width=16),
    Column("get_kind_display", _("Kind"), width=14),
    Column("title", _("Title"), width=40),
    Column("version", _("Version"), "integer"),
    Column("get_level_display", pgettext_lazy("document", "Level"), width=20),
    Column("by.name", _("Registered by"), width=16),
    Column("registered_at", _("Registered on"), "datetime"),
]
READINGS = [
    Column("at", _("Time"), "datetime"),
    Column("by.name", _("Who"), width=16),
    Column("get_how_display", _("How"), width=14),
    Column("title", _("What"), width=50),
]


@listed("documents", _("Register of documents"), "", DOCUMENTS)
def documents(user: Any, query: QueryDict) -> QuerySet:
    """Registered documents, the newest first. Clause 4.2.2a."""
    form = RegisterFilter(query)
    form.is_valid()
    words, kind = form.cleaned_data.get("q", ""), form.cleaned_data.get("kind", "")
    rows = Document.objects.visible_to(user).select_related("by", "attachment")
    if words:
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words))
    if kind:
        rows = rows.filter(kind=kind)
    return rows.order_by("-pk")


@listed("readings", _("Who opened documents"), "", READINGS)
def readings(user: Any, query: QueryDict) -> QuerySet:
    """Who opened documents, the newest first. Clause 4.2.2c."""
    form = ReadingFilter(query)
    form.is_valid()
    rows, words = Reading.objects.visible_to(user).select_related("by"), form.cleaned_data.get("q", "")
    return (rows.filter(title__icontains=words) if words else rows).order_by("-pk")
