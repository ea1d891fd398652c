"""Proposals written in the product: a template is chosen, its text adapted, looked at and registered (clause 3.1.4b)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from contracts import proposing
from contracts.models import ContractTemplate
from contracts.models.templates import SCRIPT_OF_REGION
from contracts.models.versions import Script
from contracts.proposing import Draft
from contracts.proposing_forms import ProposalTextForm
from customers.models import Opportunity, Proposal
from customers.views.rows import changeable_opportunity
from kernel import clock
from kernel.once import once
from kernel.policy import allow
from kernel.printing import CannotPrint, pdf_response
from kernel.settings import setting

LONGEST_NUMBER = 20  # digits that a key can have


@allow("customers.change_opportunity")
@once
def proposal_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a proposal for an opportunity: choose a template in force, then adapt its text. Clause 3.1.4b."""
    opportunity = changeable_opportunity(request, pk)
    templates = ContractTemplate.objects.visible_to(request.user).in_force().for_proposals()
    chosen = request.GET.get("template", "")
    if not (chosen.isdecimal() and len(chosen) < LONGEST_NUMBER):
        script = SCRIPT_OF_REGION.get(opportunity.customer.region, Script.EN)
        rows = templates.order_by(Case(When(script=script, then=0), default=1), "name")[:50]
        context = {"record": opportunity, "templates": rows}
        return render(request, "contracts/proposal_start.html", context)
    template = get_object_or_404(templates, pk=chosen)
    sections = proposing.sections_of(template, opportunity, by=request.user)
    initial = {"title": opportunity.name, "valid_until": _in_days()}
    form = ProposalTextForm(request.POST or None, sections=sections, initial=initial)
    made_from = {"made_from": str(template), "script": template.script}
    return _answer(request, form, opportunity, made_from, lambda draft: proposing.write(draft, by=request.user))


@allow("customers.change_opportunity")
@once
def proposal_rewrite(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of a proposal under its number, written from the present one. Clause 3.1.4b."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user).exclude(made_from=""), pk=pk)
    opportunity = changeable_opportunity(request, proposal.opportunity_id)
    until = max(proposal.valid_until or _in_days(), _in_days())
    initial = {"title": proposal.title, "summary": proposal.summary, "valid_until": until}
    form = ProposalTextForm(request.POST or None, sections=proposal.sections, initial=initial)
    made_from = {"made_from": proposal.made_from, "script": proposal.script}
    return _answer(
        request, form, opportunity, made_from, lambda draft: proposing.write_again(proposal, draft, by=request.user)
    )


def _in_days() -> date:
    return clock.today() + timedelta(days=int(setting("contracts.proposal_days")))


def _answer(
    request: HttpRequest,
    form: ProposalTextForm,
    opportunity: Opportunity,
    made_from: dict[str, str],
    save: Callable[[Draft], Any],
) -> HttpResponse:
    """The form again, the paper to look at, or the opportunity's page once it is registered."""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        head = {name: data[name] for name in ("title", "summary", "valid_until")}
        draft = Draft(opportunity=opportunity, sections=form.written(), **made_from, **head)
        try:
            if "preview" in request.POST:
                return pdf_response(
                    proposing.proposal_pdf(draft, printed_by=request.user), f"{draft.title}.pdf", inline=True
                )
            proposal = save(draft)
            messages.success(
                request, _("%(number)s is registered: send it, then enter when.") % {"number": proposal.document.number}
            )
            return redirect("customers:proposal_edit", proposal.pk)
        except CannotPrint as error:
            form.add_error(None, str(error))
    context = {"form": form, "record": opportunity, "template": made_from["made_from"]}
    return render(request, "contracts/proposal_form.html", context, status=422 if form.is_bound else 200)
