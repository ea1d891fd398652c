"""Quotations: the list, made from an opportunity, brought up to its term sheet, the page, the print."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contracts import quoting
from contracts.lists import quotations as listed_quotations
from contracts.models import ContractTemplate, Quotation
from contracts.models.quoting import SEE
from contracts.quoting_forms import QuotationForm, QuotationStartForm
from customers.models import Opportunity
from documents.models import Reading
from documents.services import note_reading
from kernel import clock
from kernel.once import once
from kernel.policy import allow
from kernel.printing import CannotPrint, pdf_response
from kernel.settings import setting
from kernel.views import keyset_page, lifecycle

SCRIPTS = {"zh-hans": "hans", "en": "en"}


def visible_quotation(request: HttpRequest, pk: int) -> Quotation:
    """The quotation if this person may see it; 404 otherwise."""
    rows = Quotation.objects.visible_to(request.user)
    rows = rows.select_related("opportunity__customer", "opportunity__term_sheet", "drafted_by", "contract")
    found: Quotation = get_object_or_404(rows, pk=pk)
    return found


@allow(SEE)
def quotation_list(request: HttpRequest) -> HttpResponse:
    """Quotations, the newest first, by state."""
    page = keyset_page(request, listed_quotations(request.user, request.GET), order=("-pk",))
    context = {"page": page, "state": request.GET.get("state", ""), "states": Quotation.State}
    return render(request, "contracts/quotation_list.html", context)


@allow("customers.change_opportunity")
@once
def quotation_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a quotation from the term sheet of an opportunity."""
    opportunities = Opportunity.objects.visible_to(request.user).select_related("customer", "term_sheet")
    opportunity = get_object_or_404(opportunities, pk=pk)
    if not opportunity.may_be_changed_by(request.user):
        raise PermissionDenied
    if not hasattr(opportunity, "term_sheet"):
        messages.info(request, _("A quotation is made from the term sheet: enter it first."))
        return redirect("customers:termsheet_edit", pk)
    initial = {
        "title": opportunity.name[:120],
        "script": SCRIPTS.get(request.user.language, "hant"),
        "valid_until": clock.today() + timedelta(days=int(setting("contracts.quotation_days"))),
    }
    templates = ContractTemplate.objects.visible_to(request.user).in_force().for_quotations()
    form = QuotationStartForm(request.POST or None, initial=initial, templates=templates)
    if request.method == "POST" and form.is_valid():
        quotation = quoting.quote(opportunity, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(title)s is saved.") % {"title": quotation})
        return redirect(quotation)
    context = {"form": form, "heading": _("Make a quotation"), "back": opportunity, "sub": opportunity}
    return render(request, "contracts/quotation_form.html", context, status=422 if form.is_bound else 200)


@allow(SEE)
def quotation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The offer: lines, terms, until when it holds, what is missing, its way, and the contract that followed."""
    record = visible_quotation(request, pk)
    context = {
        **lifecycle(record, request),
        "may_edit": record.may_be_edited_by(request.user),
        "conditions": quoting.conditions_of(record),
        "may_draft": record.may_become_a_contract_by(request.user),
    }
    return render(request, "contracts/quotation_detail.html", context)


@allow(SEE)
@once
def quotation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, validity and note of a draft; the term sheet is taken over anew when asked for."""
    record = visible_quotation(request, pk)
    if not record.may_be_edited_by(request.user):
        raise PermissionDenied
    form = QuotationForm(request.POST or None, instance=record)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        if form.cleaned_data["take_over"]:
            quoting.take_over(saved, by=request.user)
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect(saved)
    context = {"form": form, "heading": _("Edit the quotation"), "back": record, "sub": record}
    status = form.status if not form.is_bound or form.conflict else 422
    return render(request, "contracts/quotation_form.html", context, status=status)


@allow(SEE)
@require_safe
def quotation_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The quotation as a PDF in its own writing; a draft bears the draft mark."""
    record = visible_quotation(request, pk)
    try:
        url = request.build_absolute_uri(record.get_absolute_url())
        pdf = quoting.quotation_pdf(record, record_url=url, printed_by=request.user)
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect(record)
    note_reading(record, title=str(record), how=Reading.How.PRINT, by=request.user)
    return pdf_response(pdf, f"{record}.pdf", inline=True)
