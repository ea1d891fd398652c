"""The term sheet: terms and lines, its assessment, and the manager's agreement below the floor margin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from customers import services
from customers.forms.opportunities import ReasonForm
from customers.forms.terms import AssessmentForm, TermSheetForm, line_formset
from customers.margins import MarginFigures
from customers.models import Opportunity, TermSheet
from customers.models.access import MARGIN
from customers.views.rows import changeable_opportunity, form_page, saved
from kernel import clock
from kernel.models import Agreement
from kernel.once import once
from kernel.policy import allow
from kernel.settings import setting


@allow("customers.view_opportunity")
@once
def termsheet_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Form of cooperation, price, payment, delivery, after-sales, lines, intention. Clauses 3.1.5a, 3.1.5b."""
    opportunity = changeable_opportunity(request, pk)
    sheet = _sheet(opportunity) or TermSheet(opportunity=opportunity, currency=opportunity.currency)
    data = request.POST if request.method == "POST" else None
    form, lines = TermSheetForm(data, instance=sheet), line_formset(data, sheet, request.user)
    if data is not None and form.is_valid() and lines.is_valid():
        _save(form, lines)
        to = "termsheet_edit" if "more" in data else "opportunity_detail"
        return saved(request, reverse(f"customers:{to}", args=[pk]), _("The term sheet is saved."))
    return form_page(
        request,
        form,
        heading=_("Term sheet"),
        back=opportunity,
        clause="3.1.5a",
        template="customers/termsheet.html",
        lines=lines,
        sheet=_sheet(opportunity),
    )


def _sheet(opportunity: Opportunity) -> TermSheet | None:
    return TermSheet.objects.prefetch_related("lines").filter(opportunity=opportunity).first()


def _save(form: TermSheetForm, lines: Any) -> None:
    """Save terms and lines together; each line keeps the cost of today in the sheet's currency, in the order given."""
    is_other_currency = "currency" in form.changed_data
    sheet = form.save()
    lines.instance = sheet
    for position, line in enumerate(lines.forms):
        line.instance.position = position
        if line.has_changed() or (is_other_currency and line.instance.pk):
            line.freeze_cost(sheet.currency, is_other_currency=is_other_currency)
    lines.save()
    if is_other_currency:  # a formset saves only what was typed into
        for line in lines.initial_forms:
            if line not in lines.deleted_forms and not line.has_changed():
                line.instance.save()


@allow("customers.view_opportunity")
@once
def termsheet_assess(request: HttpRequest, pk: int) -> HttpResponse:
    """Our interest, risks, fairness; below the floor margin the manager is asked here. Clause 3.1.5c."""
    opportunity = changeable_opportunity(request, pk)
    sheet = _sheet(opportunity)
    if sheet is None:
        return redirect("customers:termsheet_edit", pk=pk)
    form = AssessmentForm(request.POST or None, instance=sheet)
    if request.method == "POST" and form.is_valid():
        sheet.assessed_by, sheet.assessed_at, sheet.assessed_digest = request.user, clock.now(), sheet.digest
        form.save()
        page = "margin_agreement" if "ask" in request.POST else "termsheet_assess"
        to = reverse(f"customers:{page}", args=[pk]) if sheet.needs_agreement else opportunity
        return saved(request, to, _("The assessment is saved."))
    return form_page(
        request,
        form,
        heading=_("Assessment of the terms"),
        back=opportunity,
        clause="3.1.5c",
        template="customers/termsheet_assess.html",
        **_figures(opportunity, request.user),
    )


def _figures(opportunity: Opportunity, user: Any) -> dict[str, Any]:
    """Total for all, cost and margin for those who may see them; the others are told whether the manager is needed."""
    sheet = _sheet(opportunity)
    if sheet is None:
        raise Http404
    figures = {
        "sheet": sheet,
        "total": sheet.total,
        "needs_manager": sheet.needs_agreement,
        "is_agreed": ("3.1.5c", sheet.subject) in opportunity.evidence.agreed,
        "agreements": Agreement.objects.for_record(opportunity, "3.1.5c").select_related("decided_by")[:5],
        "risks": opportunity.risks.select_related("owner").exclude(state="closed"),
    }
    if user.has_perm(MARGIN):
        figures |= {"cost": sheet.cost, "margin": sheet.margin_percent, "sees_margin": True}
    return figures


@allow("customers.view_opportunity")
@once
def margin_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the manager to agree to terms below the floor margin. Clause 3.1.5c."""
    opportunity = changeable_opportunity(request, pk)
    sheet = _sheet(opportunity)
    if sheet is None or not sheet.needs_agreement:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opportunity.term_sheet = sheet
        services.ask_for_margin(opportunity, reason=form.cleaned_data["reason"], by=request.user)
        return saved(request, opportunity, _("The manager is asked."))
    return form_page(
        request,
        form,
        heading=_("Ask for the manager's agreement"),
        back=opportunity,
        clause="3.1.5c",
        template="customers/agreement_request.html",
        figures=MarginFigures(sheet, Decimal(setting("customers.floor_margin")), sheet.subject),
        sees_margin=request.user.has_perm(MARGIN),
    )
