"""Where one is signed in, and ending it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from kernel.once import once
from kernel.policy import allow
from organization import signins
from organization.models import SignIn


@allow()
def signin_list(request: HttpRequest) -> HttpResponse:
    """One's own sessions, this one first."""
    rows = signins.of(request.user)
    here = request.session.session_key
    rows.sort(key=lambda row: row.key != here)
    return render(request, "organization/signin_list.html", {"rows": rows, "here": here})


@allow()
@require_POST
@once
def signin_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions; this one is ended by signing out."""
    row = get_object_or_404(SignIn.objects.visible_to(request.user), pk=pk)
    if row.key == request.session.session_key:
        messages.error(request, _("You are working in this one: sign out to end it."))
    else:
        signins.end(row)
        messages.success(request, _("Signed out: %(device)s.") % {"device": row.device})
    return redirect("organization:signin_list")


@allow()
@require_POST
@once
def signin_end_others(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this one."""
    count = signins.end_all(request.user, but=request.session.session_key or "")
    words = ngettext("%(count)s other sign-in ended.", "%(count)s other sign-ins ended.", count)
    messages.success(request, words % {"count": count})
    return redirect("organization:signin_list")
