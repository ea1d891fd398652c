"""Taking a list out: a short one at once, a long one by a job whose file only its owner gets, until it expires."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel import clock, export_jobs, tasks
from kernel.back import came_from
from kernel.exports import MOST_ROWS, XLSX, csv_response, xlsx_response
from kernel.lists import Listed, list_of
from kernel.models import Export
from kernel.once import once
from kernel.policy import allow

log = logging.getLogger(__name__)
LISTS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
MIME = {**LISTS, "zip": "application/zip"}


def _list_and_format(request: HttpRequest, what: str) -> tuple[Listed, str]:
    """The list and format that `customers.csv` names; 404 for another, and for whoever may not open its page."""
    slug, _dot, file_format = what.rpartition(".")
    found = list_of(slug)
    if found is None or file_format not in LISTS or not found.admits(request.user):
        raise Http404
    return found, file_format


@allow()
@once
def export_start(request: HttpRequest, what: str) -> HttpResponse:
    """A short list as a file; a long one is asked for here (POST) and written by a job."""
    found, file_format = _list_and_format(request, what)
    rows = found.rows(request.user, request.GET)
    total = rows.order_by()[: MOST_ROWS + 1].count()
    if total > MOST_ROWS:
        text = _("An export holds at most %(limit)s rows: filter the list first.") % {"limit": f"{MOST_ROWS:,}"}
        messages.error(request, text)
        return redirect(came_from(request) or "today")
    if total <= export_jobs.AT_ONCE:
        log.info("list %s taken out by user %s: %d rows", found.slug, request.user.pk, total)
        return _at_once(found, file_format, rows)
    if request.method == "POST":
        query = request.GET.urlencode()
        export = export_jobs.ask(by=request.user, found=found, query=query, file_format=file_format, total=total)
        tasks.soon(tasks.run_exports)
        return redirect("kernel:export_detail", export.pk)
    return render(request, "kernel/export_start.html", {"list": found, "total": total, "format": file_format.upper()})


def _at_once(found: Listed, file_format: str, rows: Any) -> HttpResponse:
    name = export_jobs.file_name(found, file_format)
    if file_format == "csv":
        return csv_response(name, found.columns, rows)
    return xlsx_response(name, str(found.title), found.columns, rows, found.totals(rows))


@allow()
def export_list(request: HttpRequest) -> HttpResponse:
    """The long lists that this person asked for, with how far they are."""
    return render(
        request, "kernel/exports.html", {"exports": Export.objects.visible_to(request.user).order_by("-pk")[:50]}
    )


@allow()
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one is; the file when it is ready."""
    export = get_object_or_404(Export.objects.visible_to(request.user), pk=pk)
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    template = "kernel/_export_progress.html" if is_part else "kernel/export.html"
    return render(request, template, {"export": export})


@allow()
@require_safe
def export_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file, to its owner, until it expires."""
    ready = Export.objects.visible_to(request.user).filter(status=Export.State.DONE, expires_at__gt=clock.now())
    export = get_object_or_404(ready, pk=pk)
    if not export_jobs.may_still_have(export):
        raise Http404
    try:
        content = export_jobs.file_of(export).open("rb")
    except FileNotFoundError as error:
        log.error("the file of export %s is missing", export.pk)
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=export.name, content_type=MIME[export.format])
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
