"""The private calendar: the page of its link, and the calendar itself, which asks for no sign-in but for the link."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kernel import feeds, links, throttle
from kernel.once import once
from kernel.policy import allow, public

SPAN = timedelta(minutes=15)
MOST_READS, MOST_MISSES = 60, 30  # of one link, and from one place, in a quarter of an hour


@allow()
@never_cache
def calendar_link(request: HttpRequest) -> HttpResponse:
    """The link to one's own calendar: whether there is one, since when, until when."""
    return _page(request)


@allow()
@never_cache
@require_POST
def calendar_link_make(request: HttpRequest) -> HttpResponse:
    """Make a link, or replace the one there is; it is shown in this answer only.

    Not wrapped in `once`: what is shown once cannot be given again; a second click makes a second link and ends the first.
    """
    with transaction.atomic():
        address = feeds.new_link(request.user)
    return _page(request, address)


@allow()
@require_POST
@once
def calendar_link_end(request: HttpRequest) -> HttpResponse:
    """Revoke the link to one's own calendar."""
    links.end(feeds.PURPOSE, request.user, by=request.user)
    messages.success(request, _("The link is revoked: it opens nothing any more."))
    return redirect("kernel:calendar_link")


def _page(request: HttpRequest, address: str = "") -> HttpResponse:
    link = links.of(feeds.PURPOSE, request.user, by=request.user)
    return render(request, "kernel/calendar_link.html", {"link": link, "address": address})


@public
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a link; everything else is the same 404, and both are refused when asked for too often."""
    link = links.find(feeds.PURPOSE, token)
    if link is None:
        if not throttle.allowed(f"calendar from {throttle.client_address(request)}", most=MOST_MISSES, within=SPAN):
            return _too_many()
        raise Http404
    if not throttle.allowed(f"calendar {link.pk}", most=MOST_READS, within=SPAN):
        return _too_many()
    links.used(link)
    response = HttpResponse(feeds.calendar_of(link.made_by), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="bylaw.ics"'
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _too_many() -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": str(int(SPAN.total_seconds()))})
