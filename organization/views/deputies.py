"""Deputies: who decides for whom, asking for one, and what was decided meanwhile (clause 2.1)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kernel import clock
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle
from organization import deputising, lists
from organization.forms import DeputyshipForm
from organization.models import Deputyship
from organization.models.deputies import may_name_a_deputy


@allow()
def deputyship_list(request: HttpRequest) -> HttpResponse:
    """One's own deputyships on either side, newest first; everybody's for who watches over them."""
    rows = lists.deputyships(request.user, request.GET)
    context = {"page": keyset_page(request, rows), "may_ask": may_name_a_deputy(request.user), "now": clock.now()}
    return render(request, "organization/deputyship_list.html", context)


@allow()
@once
def deputyship_create(request: HttpRequest) -> HttpResponse:
    """Ask a colleague to decide in one's place for a stated time."""
    if not may_name_a_deputy(request.user):
        raise PermissionDenied
    form = DeputyshipForm(request.POST or None, instance=Deputyship(absent=request.user))
    if request.method == "POST" and form.is_valid():
        found = deputising.ask(form.instance, by=request.user)
        messages.success(
            request, _("%(who)s is asked; the deputyship counts once it is accepted.") % {"who": found.deputy}
        )
        return redirect(found)
    status = 422 if request.method == "POST" else 200
    return render(request, "organization/deputyship_new.html", {"form": form}, status=status)


@allow()
def deputyship_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One deputyship with its steps and what the deputy decided."""
    rows = Deputyship.objects.visible_to(request.user).select_related("absent", "deputy")
    record = get_object_or_404(rows, pk=pk)
    context = {**lifecycle(record, request), "decisions": record.decisions()[:100]}
    return render(request, "organization/deputyship_detail.html", context)
