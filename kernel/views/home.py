"""Home (today's work), notices, agreements and health."""

from __future__ import annotations

import unicodedata

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel import clock, duties, inbox, own_lists, panels
from kernel.models import Agreement, Notice
from kernel.policy import allow, public
from kernel.searching import Finder
from kernel.views.paging import keyset_page
from kernel.views.steps import lifecycle

SHOWN = 8  # rows of a group on the home page
FOUND = 20  # hits of each kind in a search
FOUND_AT_ONCE = 5  # and while it is being typed


@allow()
def today(request: HttpRequest) -> HttpResponse:
    """What this person must find at nine in the morning, in the order of his role (ROUTINES)."""
    waiting = inbox.queue(request.user, limit=SHOWN)
    groups = panels.work_of(request.user)
    shown = {item.url for group in groups for item in group.items}
    due, later = duties.on_home(request.user, shown, {(row.label, row.pk) for row in waiting})
    groups = [due, *groups] if due else groups
    # what is owed by role is in the queue or a group of work already, with its time: only one's own promises count here
    owed = duties.tally(request.user)
    context = {
        "waiting": waiting,
        "waiting_total": inbox.count(request.user),
        "groups": groups,
        "banners": panels.banners_of(request.user),
        "later": later,
        "promises_total": owed.total,
        "overdue_total": owed.overdue,
        "due_today": owed.today,
        "now": clock.now(),
        "quick": panels.quick_actions(request.user),
        "figures": panels.drawn_home(request.user),
        "nothing": not (waiting or groups),
    }
    return render(request, "kernel/today.html", context)


@allow()
def promise_list(request: HttpRequest) -> HttpResponse:
    """All that this person owes, by name or by his role, the most overdue first. Clauses 1.3.2, 1.3.3."""
    page = keyset_page(request, own_lists.promises(request.user, request.GET), order=("due_at", "pk"))
    return render(request, "kernel/promises.html", {"page": page, "items": duties.as_work(page.rows, _("View"))})


@allow()
def notice_list(request: HttpRequest) -> HttpResponse:
    """What this person was told, newest first."""
    page = keyset_page(request, own_lists.notices(request.user, request.GET))
    return render(request, "kernel/notices.html", {"page": page})


@allow()
@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice (0 = all of them) as read and go where it leads."""
    rows = Notice.objects.filter(to=request.user, read_at=None)
    if pk:
        notice = get_object_or_404(Notice, to=request.user, pk=pk)
        rows.filter(pk=pk).update(read_at=clock.now())
        if notice.url and url_has_allowed_host_and_scheme(notice.url, {request.get_host()}):
            return redirect(notice.url)
    else:
        rows.update(read_at=clock.now())
    return redirect("notices")


@allow()
def search(request: HttpRequest) -> HttpResponse:
    """Find customers, opportunities, contracts … by name, pinyin, initials or number, among what this person may see."""
    text = unicodedata.normalize("NFKC", request.GET.get("q", "")).replace("\x00", "").strip()[:100]
    at_once = request.htmx  # type: ignore[attr-defined]  # while somebody types in the search box of any page
    results = panels.search(request.user, Finder(text), FOUND_AT_ONCE if at_once else FOUND) if text else []
    template = "kernel/_found.html" if at_once else "kernel/search.html"
    return render(request, template, {"text": text, "results": results})


@allow()
def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An exception that was asked for, and what was decided on it."""
    agreement = get_object_or_404(
        Agreement.objects.visible_to(request.user).select_related("asked_by", "decided_by"), pk=pk
    )
    context = lifecycle(agreement, request) | {"sections": panels.drawn_sections(agreement, request.user)}
    return render(request, "kernel/agreement.html", context)


@public
def health(request: HttpRequest) -> HttpResponse:
    """Whether the web server reaches its database: for load balancers and containers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
