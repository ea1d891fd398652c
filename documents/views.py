"""The register of documents, and the only door through which a stored file leaves."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents import lists
from documents.forms import LevelForm, ReadingFilter, RegisterFilter
from documents.models import Attachment, Document, Reading
from documents.services import classify, note_reading
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page

log = logging.getLogger(__name__)
# Whatever a file holds, a browser that shows it after all runs nothing of it and sends nothing anywhere.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


@allow()
def document_list(request: HttpRequest) -> HttpResponse:
    """Registered documents of the records that this person may see, newest first. Clause 4.2.2a."""
    form = RegisterFilter(request.GET)
    form.is_valid()
    words, kind = form.cleaned_data.get("q", ""), form.cleaned_data.get("kind", "")
    rows = lists.documents(request.user, request.GET)
    page = keyset_page(request, rows, order=("-pk",))
    for row in page.rows:
        row.href, row.tone = _record_page(row), Document.TONES[row.level]
        row.may_be_classified = row.may_be_classified_by(request.user)
    context = {"page": page, "form": form, "q": words, "kind": kind, "kinds": Document.Kind.choices}
    return render(request, "documents/list.html", context)


@allow()
@once
def document_level(request: HttpRequest, pk: int) -> HttpResponse:
    """Set who may open a registered document: who registered it and the manager. Clause 4.2.2c."""
    document = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    if not document.may_be_classified_by(request.user):
        raise PermissionDenied
    form = LevelForm(
        request.POST or None, document=document, initial={"level": document.level, "readers": document.readers.all()}
    )
    if request.method == "POST" and form.is_valid():
        classify(document, level=form.cleaned_data["level"], readers=form.cleaned_data["readers"], by=request.user)
        messages.success(request, _("The level of %(title)s is saved.") % {"title": document})
        return redirect("documents:document_list")
    status = 422 if form.is_bound else 200
    return render(request, "documents/level.html", {"form": form, "record": document}, status=status)


@allow()
def reading_list(request: HttpRequest) -> HttpResponse:
    """Who opened or printed documents of one's own records; of all records for the manager. Clause 4.2.2c."""
    form = ReadingFilter(request.GET)
    form.is_valid()
    words = form.cleaned_data.get("q", "")
    rows = lists.readings(request.user, request.GET)
    page = keyset_page(request, rows, order=("-pk",))
    for row in page.rows:
        row.href = _record_page(row)
    return render(request, "documents/readings.html", {"page": page, "form": form, "q": words})


@allow()
@require_safe
def attachment_download(request: HttpRequest, pk: int) -> FileResponse:
    """The stored file, to whoever may see the record it hangs on; saved, never shown. Clause 4.2.2c."""
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        log.error("the file of attachment %s is missing", attachment.pk)
        raise Http404 from error
    note_reading(None, title=attachment.name, how=Reading.How.DOWNLOAD, by=request.user, attachment=attachment)
    log.info("attachment %s downloaded by user %s", attachment.pk, request.user.pk)
    response = FileResponse(content, as_attachment=True, filename=attachment.name, content_type=attachment.mime)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _record_page(document: Any) -> str:
    """The page of the record it was made for; "" where the record has none of its own."""
    app, model = document.model.split(".")
    try:
        return reverse(f"{app}:{model}_detail", args=[document.row])
    except NoReverseMatch:
        return ""
