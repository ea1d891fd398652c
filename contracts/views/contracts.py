"""Contracts: the list, drafting, editing, the clause desk, comparing versions, the print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contracts import services
from contracts.desk import desk
from contracts.differences import compare_contents
from contracts.editing import ContractEdit
from contracts.forms import ContractStartForm, SupplementForm
from contracts.lists import contracts as listed_contracts
from contracts.models import Contract, Quotation
from contracts.models.templates import SCRIPT_OF_REGION
from contracts.models.versions import Script
from contracts.plain_print import plain_pdf
from contracts.prints import contract_pdf
from customers.models import Opportunity
from documents.models import Reading
from documents.services import note_reading
from kernel.once import once
from kernel.policy import allow
from kernel.printing import CannotPrint, pdf_response
from kernel.views import keyset_page, lifecycle

VIEW = "contracts.view_contract"
LONGEST_NUMBER = 20  # digits that a key can have
STATES = [s for s in Contract.State if s not in (Contract.State.FULFILLED, Contract.State.TERMINATED)]


def visible_contract(request: HttpRequest, pk: int) -> Contract:
    """The contract if this person may see it, with the people and records its pages name; 404 otherwise."""
    rows = Contract.objects.visible_to(request.user).select_related(
        "customer__owner",
        "opportunity",
        "template",
        "main_contract",
        "drafted_by",
        "owner",
        "manager_approved_by",
        "legal_approved_by",
        "custodian",
        "signing__our_signatory",
    )
    return get_object_or_404(rows, pk=pk)


@allow(VIEW)
def contract_list(request: HttpRequest) -> HttpResponse:
    """Contracts by state, newest first, with a search over number, title and customer."""
    state, q = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    rows = listed_contracts(request.user, request.GET)
    page = keyset_page(request, rows, order=("-pk",))
    context = {
        "page": page,
        "state": state,
        "q": q,
        "states": STATES,
        "may_draft": request.user.has_perm("contracts.add_contract"),
    }
    return render(request, "contracts/contract_list.html", context)


@allow("contracts.add_contract")
@once
def contract_create(request: HttpRequest) -> HttpResponse:
    """Draft a contract from an opportunity; without one named, choose among those whose customers are willing."""
    pk = request.GET.get("opportunity", "")
    opportunities = Opportunity.objects.visible_to(request.user).select_related("customer")
    if not (pk.isdecimal() and len(pk) < LONGEST_NUMBER):
        ready = opportunities.filter(state__in=("negotiation", "follow_up")).order_by("-state_at")[:50]
        return render(
            request, "contracts/contract_start.html", {"opportunities": [o for o in ready if services.may_start(o)]}
        )
    opportunity = get_object_or_404(opportunities, pk=pk)
    if not services.may_start_for(opportunity, request.user):
        raise PermissionDenied
    quotation = _quotation(request, opportunity)
    script = SCRIPT_OF_REGION.get(opportunity.customer.region, Script.EN)
    form = ContractStartForm(
        request.POST or None, user=request.user, script=script, initial={"title": opportunity.name}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        contract = services.draft_from_opportunity(
            opportunity=opportunity,
            by=request.user,
            template=data["template"],
            title=data["title"],
            own_paper_reason=data["own_paper_reason"],
            quotation=quotation,
        )
        messages.success(request, _("Contract %(number)s is drafted.") % {"number": contract.number})
        return redirect("contracts:contract_edit", contract.pk)
    willing = services.may_start(opportunity)
    context = {"form": form, "opportunity": opportunity, "willing": willing, "quotation": quotation}
    return render(request, "contracts/contract_create.html", context, status=422 if form.is_bound else 200)


@allow(VIEW)
@once
def contract_supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a renewal or supplementary agreement of a signed contract."""
    main = visible_contract(request, pk)
    if not request.user.has_perm("contracts.add_contract"):
        raise PermissionDenied
    if not main.may_be_supplemented:
        raise Http404
    form = SupplementForm(request.POST or None, initial={"title": main.title})
    if request.method == "POST" and form.is_valid():
        contract = services.draft_from_main(main=main, by=request.user, **form.cleaned_data)
        messages.success(request, _("Contract %(number)s is drafted.") % {"number": contract.number})
        return redirect("contracts:contract_edit", contract.pk)
    return render(
        request,
        "contracts/contract_supplement.html",
        {"form": form, "main": main},
        status=422 if form.is_bound else 200,
    )


@allow(VIEW)
@once
def contract_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Parties, terms, clauses, lines and instalments; a change to an approved text takes it back to be revised."""
    contract = visible_contract(request, pk)
    if not contract.may_be_edited_by(request.user):
        raise PermissionDenied
    edit = ContractEdit(contract, request)
    if request.method == "POST" and edit.is_valid():
        saved = edit.save()
        if "more" in request.POST:
            return redirect("contracts:contract_edit", pk)
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect(saved)
    return render(
        request,
        "contracts/contract_edit.html",
        {"contract": contract, "record": contract, "edit": edit},
        status=edit.status,
    )


@allow(VIEW)
def contract_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The clause desk: the paper with margin notes, what is missing, review trail, versions, terms."""
    contract = visible_contract(request, pk)
    context = {
        **lifecycle(contract, request),
        **desk(contract, request.user),
        "history_url": "contracts:contract_history",
    }
    return render(request, "contracts/contract_detail.html", context)


@allow(VIEW)
def contract_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions side by side in one text: what went, what came; the present text counts as the newest."""
    contract = visible_contract(request, pk)
    versions = list(contract.versions.select_related("by"))
    old = _chosen(versions, request.GET.get("old", ""), versions[0] if versions else None)
    new = _chosen(versions, request.GET.get("new", ""), None)
    comparison = compare_contents(old.content, new.content if new else contract.content) if old else None
    context = {"record": contract, "versions": versions, "old": old, "new": new, "comparison": comparison}
    return render(request, "contracts/contract_compare.html", context)


@allow(VIEW)
@require_safe
def contract_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The contract as a PDF, in its own script, with a draft mark until it is ready to sign."""
    contract = visible_contract(request, pk)
    try:
        url = request.build_absolute_uri(contract.get_absolute_url())
        pdf = contract_pdf(contract, record_url=url, printed_by=request.user)
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect(contract)
    note_reading(contract, title=f"{contract.number} {contract.title}", how=Reading.How.PRINT, by=request.user)
    return pdf_response(pdf, f"{contract.number} {contract.title}.pdf", inline=True)


@allow(VIEW)
@require_safe
def contract_print_plain(request: HttpRequest, pk: int) -> HttpResponse:
    """The contract for the warehouse: what is delivered, without an amount in any byte."""
    contract = visible_contract(request, pk)
    try:
        pdf = plain_pdf(contract, printed_by=request.user)
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect(contract)
    note_reading(contract, title=f"{contract.number} {contract.title}", how=Reading.How.PRINT, by=request.user)
    return pdf_response(pdf, f"{contract.number} {_('for the warehouse')}.pdf", inline=True)


def _quotation(request: HttpRequest, opportunity: Opportunity) -> Quotation | None:
    """The accepted quotation of the opportunity that the address names, locked while the contract is drafted from it."""
    pk = request.GET.get("quotation", "")
    if not (pk.isdecimal() and len(pk) < LONGEST_NUMBER):
        return None
    rows = Quotation.objects.visible_to(request.user).filter(opportunity=opportunity)
    rows = rows.select_for_update(of=("self",)) if request.method == "POST" else rows
    quotation = get_object_or_404(rows, pk=pk)
    if not quotation.may_become_a_contract_by(request.user):
        raise PermissionDenied
    return quotation


def _chosen(versions: list[Any], number: str, default: Any) -> Any:
    return next((v for v in versions if str(v.number) == number), default)
