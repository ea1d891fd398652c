"""The approval sheet 審批單: every step of a record with who, for whom, when and why, as a PDF."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kernel.policy import allow
from kernel.printing import CannotPrint, pdf_response, printed, render_pdf
from kernel.steps import machines
from kernel.timeline import changes_of, decisions_of, referrals_of


@allow()
def approval_sheet(request: HttpRequest, pk: int, label: str) -> HttpResponse:
    """The sheet of a record on which something was decided, in the reader's language. Clause 1.3.1."""
    model = next((m for m in machines() if m.label_of() == label), None)
    if model is None:
        raise Http404
    record = get_object_or_404(model.objects.visible_to(request.user), pk=pk)
    decisions = decisions_of(record)
    if not decisions:
        raise Http404
    title = _("Approval sheet: %(title)s") % {"title": record}
    context = {
        "company": apps.get_model(settings.COMPANY_MODEL).own(),
        "record": record,
        "kind": model._meta.verbose_name,
        "number": getattr(record, "number", ""),
        "text_hash": getattr(record, "text_hash", ""),
        "record_url": request.build_absolute_uri(record.get_absolute_url()),
        "changes": changes_of(record),
        "referrals": referrals_of(record),
        "decided": {change.pk for change in decisions},
    }
    try:
        language = get_language() or settings.LANGUAGE_CODE
        pdf = render_pdf("kernel/print/sheet.html", context, title=title, language=language, printed_by=request.user)
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect(record)
    printed.send(sender=model, record=record, title=title, by=request.user)
    return pdf_response(pdf, f"{title}.pdf", inline=True)
