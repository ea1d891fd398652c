"""Inspection and rework: opened on a line, the page with points, result, defects and pictures, the report. Clause 3.3.4."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.models import Attachment, Reading
from documents.services import note_reading
from kernel.once import once
from kernel.policy import allow
from kernel.printing import pdf_response
from kernel.views import keyset_page, lifecycle
from orders import inspecting
from orders.forms_quality import DefectForm, InspectionForm, PhotoForm
from orders.lists_goods import inspections
from orders.models import Defect, Inspection, OrderLine, ReworkTask
from orders.models.access import INSPECT, VIEW
from orders.prints_goods import report_pdf
from orders.views.orders import FORM, attempted

SHOWN_PHOTOS = 20


def _visible(request: HttpRequest, pk: int) -> Inspection:
    rows = Inspection.objects.visible_to(request.user)
    found: Inspection = get_object_or_404(
        rows.select_related("order__customer", "order__entered_by", "line", "inspector", "rework"), pk=pk
    )
    return found


@allow(VIEW)
def inspection_list(request: HttpRequest) -> HttpResponse:
    """Inspections by kind and state, the newest first."""
    page = keyset_page(request, inspections(request.user, request.GET), order=("-pk",))
    context = {
        "page": page, "q": request.GET.get("q", "").strip()[:60], "state": request.GET.get("state", ""),
        "kind": request.GET.get("kind", ""), "states": Inspection.State, "kinds": Inspection.Kind,
    }  # fmt: skip
    return render(request, "orders/inspection_list.html", context)


@allow(INSPECT)
@once
def inspection_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an inspection of part of an order line. Clause 3.3.4a."""
    line = get_object_or_404(OrderLine.objects.visible_to(request.user).select_related("order"), pk=pk)
    if not line.order.is_running or line.route == OrderLine.Route.SERVICE:
        raise PermissionDenied
    rest = inspecting.waiting_for_final(line)
    kind = Inspection.Kind.FINAL if rest else Inspection.Kind.IN_PROCESS
    initial = {"kind": request.GET.get("kind") or kind, "quantity": rest or line.quantity}
    form = InspectionForm(request.POST or None, instance=Inspection(order=line.order, line=line), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        asked = {"kind": data["kind"], "quantity": data["quantity"]}
        row = attempted(form, lambda: inspecting.open_inspection(line, **asked, by=request.user))
        if row:
            return redirect(row)
    context = {
        "form": form, "record": line.order, "clause": "3.3.4a", "button": _("Begin the inspection"),
        "heading": _("Inspect: %(line)s") % {"line": line.description},
    }  # fmt: skip
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@allow(VIEW)
def inspection_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One inspection: what is checked, the result, defects with pictures, what followed."""
    record = _visible(request, pk)
    context = {
        **lifecycle(record, request),
        "order": record.order,
        "photos": Attachment.objects.of(record)[:SHOWN_PHOTOS],
        "task": ReworkTask.objects.filter(inspection=record).first(),
        "may_inspect": request.user.has_perm(INSPECT),
        "may_add_defect": request.user.has_perm(INSPECT) and bool(record.rejected),
    }
    return render(request, "orders/inspection_detail.html", context)


@allow(INSPECT)
@once
def defect_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a further defect of what was rejected. Clause 3.3.4b."""
    record = _visible(request, pk)
    if not record.rejected:
        raise PermissionDenied
    form = DefectForm(request.POST or None, instance=Defect(inspection=record))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The defect is noted."))
        return redirect(record)
    return _form(request, form, record, _("Note a defect"))


@allow(INSPECT)
@once
def inspection_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a picture of what was found."""
    record = _visible(request, pk)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            inspecting.add_photo(record, form.cleaned_data["file"], by=request.user)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            messages.success(request, _("The picture is kept."))
            return redirect(record)
    return _form(request, form, record, _("Add a picture"))


@allow(VIEW)
@require_safe
def inspection_report(request: HttpRequest, pk: int) -> HttpResponse:
    """The inspection report 質量檢驗報告 as PDF, once there is a result. Clause 3.3.4b."""
    record = _visible(request, pk)
    if record.state == Inspection.State.OPEN:
        raise PermissionDenied
    url = request.build_absolute_uri(record.get_absolute_url())
    pdf = report_pdf(record, record_url=url, printed_by=request.user)
    note_reading(record, title=record.report_number, how=Reading.How.PRINT, by=request.user)
    return pdf_response(pdf, f"{record.report_number}.pdf", inline=True)


@allow(VIEW)
def reworktask_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One rework: why, how much, which round, what was done, the inspection that follows."""
    rows = ReworkTask.objects.visible_to(request.user)
    record = get_object_or_404(
        rows.select_related("order__customer", "order__entered_by", "line", "inspection__inspector", "done_by"), pk=pk
    )
    context = {
        **lifecycle(record, request), "order": record.order, "defects": record.inspection.defect_rows,
        "next": Inspection.objects.filter(rework=record).first(),
    }  # fmt: skip
    return render(request, "orders/reworktask_detail.html", context)


def _form(request: HttpRequest, form: Any, record: Inspection, heading: str) -> HttpResponse:
    context = {"form": form, "record": record, "heading": heading, "clause": "3.3.4b"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)
