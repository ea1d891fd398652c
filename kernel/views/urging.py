"""Urging a decision from the record's page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kernel.back import came_from
from kernel.once import once
from kernel.policy import allow
from kernel.steps import machines
from kernel.urging import may_urge, urge


@allow()
@once
@require_POST
def urge_deciders(request: HttpRequest, pk: int, label: str) -> HttpResponse:
    """Remind those who decide, once a day; says so when they were urged today already."""
    model = next((m for m in machines() if m.label_of() == label), None)
    if model is None:
        raise Http404
    record = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
    if not may_urge(record, request.user):
        raise PermissionDenied
    told = urge(record, request.user)
    if told is None:
        messages.warning(request, _("You have urged a decision on this today already; tomorrow you may again."))
    elif told:
        sentence = ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", told)
        messages.success(request, sentence % {"n": told})
    else:
        messages.warning(request, _("Nobody may decide on it at the moment: tell the director or HR."))
    return redirect(came_from(request) or record.get_absolute_url())
