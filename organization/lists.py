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
from organization.models import User

PEOPLE = [
    Column("name", _("Name"), width=20),
    Column("title", _("Job title"), width=20),
    Column("department.name", _("Department"), width=20),
    Column("roles_in_words", _("Role"), width=24),
    Column("boss.name", _("Superior"), width=20),
]


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
