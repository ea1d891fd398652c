"""The staff list: who works here, in which department, under whom."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kernel.policy import allow
from kernel.views import keyset_page
from organization import lists
from organization.forms import PeopleFilter


@allow()
def people(request: HttpRequest) -> HttpResponse:
    """Active staff with department, roles and superior; by name, a page at a time."""
    form = PeopleFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "role": ""}
    rows = lists.people(request.user, request.GET)
    page = keyset_page(request, rows, order=("name", "pk"))
    for row in page.rows:
        row.labels = [settings.ROLE_LABELS[g.name] for g in row.groups.all() if g.name in settings.ROLE_LABELS]
    context = {
        "page": page,
        "labels": settings.ROLE_LABELS,
        "q": wanted["q"],
        "role": wanted["role"],
    }
    return render(request, "organization/people.html", context)
