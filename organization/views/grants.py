"""The page of one grant of roles."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from kernel.policy import allow
from kernel.views import lifecycle
from organization.models import RoleGrant


@allow()
def rolegrant_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Which roles were asked for whom, and what a second person decided."""
    rows = RoleGrant.objects.visible_to(request.user).select_related("person", "asked_by")
    return render(request, "organization/rolegrant_detail.html", lifecycle(get_object_or_404(rows, pk=pk), request))
