"""The staff list as a file, and the rows of its screen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kernel.exports import Column
from kernel.lists import listed
from organization.forms import PeopleFilter
from organization.models import Deputyship, User

PEOPLE = [
    Column("name", _("Name"), width=20),
    Column("title", _("Job title"), width=20),
    Column("department.name", _("Department"), width=20),
    Column("roles_in_words", _("Role"), width=24),
    Column("boss.name", _("Superior"), width=20),
]
DEPUTYSHIPS = [
    Column("absent.name", _("absent person"), width=20),
    Column("deputy.name", _("deputy"), width=20),
    Column("starts_at", _("from"), "datetime"),
    Column("ends_at", _("until"), "datetime"),
    Column("reason", _("Reason"), width=40),
    Column("get_state_display", _("State"), width=14),
]


@listed("deputyships", _("Deputies"), "", DEPUTYSHIPS)
def deputyships(user: Any, query: QueryDict) -> QuerySet:
    """One's own on either side, everybody's for who watches over them, the newest first. Clause 2.1."""
    return Deputyship.objects.visible_to(user).select_related("absent", "deputy").order_by("-pk")


@listed("people", _("People"), "", PEOPLE)
def people(user: Any, query: QueryDict) -> QuerySet:
    """Active staff by name."""
    form = PeopleFilter(query)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "role": ""}
    rows = User.objects.visible_to(user).filter(is_active=True)
    if text := wanted["q"]:
        rows = rows.filter(Q(name__icontains=text) | Q(title__icontains=text) | Q(department__name__icontains=text))
    if wanted["role"] in settings.ROLE_LABELS:
        rows = rows.filter(groups__name=wanted["role"])
    return rows.select_related("department", "boss").prefetch_related("groups").order_by("name", "pk")
