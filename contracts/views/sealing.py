"""Seals: asking for one, the keeper's comparison, the requests in hand, and the register with its print."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts import sealing
from contracts.forms_sealing import ComparisonForm, RegisterFilter, SealRequestForm
from contracts.lists_sealing import register_rows
from contracts.lists_sealing import seal_requests as listed_requests
from contracts.models import Contract, SealEntry, SealRequest
from contracts.models.access import CHANGE
from contracts.models.stages import DRAFTERS
from contracts.views.contracts import VIEW, visible_contract
from kernel import clock
from kernel.advance import StepRefused
from kernel.once import once
from kernel.permissions import may
from kernel.policy import allow
from kernel.printing import CannotPrint, pdf_response, render_pdf
from kernel.views import keyset_page, lifecycle
from organization.models import Company

REGISTER, EXPORT = "contracts.view_ledger", "contracts.export_ledger"
MOST_PRINTED = 2_000


def _request(request: HttpRequest, pk: int) -> SealRequest:
    rows = SealRequest.objects.visible_to(request.user).select_related(
        "contract__customer__owner", "seal__keeper", "requested_by", "approved_by"
    )
    return get_object_or_404(rows, pk=pk)


@allow(VIEW)
@once
def sealrequest_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a seal on the approved text; number, version, hash and pages are taken from its print. Clause 3.2.3b."""
    contract = visible_contract(request, pk)
    if not may(CHANGE, only=DRAFTERS)(contract, request.user):
        raise PermissionDenied
    if contract.state != Contract.State.READY_TO_SIGN:
        raise Http404
    form = SealRequestForm(request.POST or None, instance=SealRequest(contract=contract))
    if request.method == "POST" and form.is_valid():
        try:
            record = sealing.ask_for_seal(contract=contract, request=form.instance, by=request.user)
        except (ValidationError, CannotPrint) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            messages.success(request, _("The seal is asked for; the manager decides."))
            return redirect(record)
    context = {"record": contract, "form": form, "requests": contract.seal_request_rows}
    return render(request, "contracts/sealrequest_create.html", context, status=422 if form.is_bound else 200)


@allow(VIEW)
def sealrequest_list(request: HttpRequest) -> HttpResponse:
    """Seal requests by state, newest first: the keeper's bench and the drafter's overview."""
    state = request.GET.get("state", "")
    context = {
        "page": keyset_page(request, listed_requests(request.user, request.GET)),
        "state": state,
        "states": list(SealRequest.State),
        "may_read_register": request.user.has_perm(REGISTER),
    }
    return render(request, "contracts/sealrequest_list.html", context)


@allow(VIEW)
def sealrequest_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to be sealed, as it was approved; what the keeper found; the decision."""
    record = _request(request, pk)
    context = {
        **lifecycle(record, request),
        "history_url": "contracts:sealrequest_history",
        "may_compare": record.may_be_compared_by(request.user),
    }
    return render(request, "contracts/sealrequest_detail.html", context)


@allow(VIEW)
@once
def sealrequest_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """The keeper compares the paper with what was approved; only an equal one is entered as sealed. Clause 3.2.3b."""
    record = _request(request, pk)
    if not record.may_be_compared_by(request.user):
        raise PermissionDenied
    form = ComparisonForm(
        request.POST or None, request.FILES or None, asked=record.copies, initial={"copies": record.copies}
    )
    if request.method == "POST" and form.is_valid():
        entry = _compare(request, record, form)
        if entry is not None:
            return _told(request, record, entry)
    context = {"record": record, "form": form, "may_compare": True}
    return render(request, "contracts/sealrequest_keep.html", context, status=422 if form.is_bound else 200)


def _compare(request: HttpRequest, record: SealRequest, form: ComparisonForm) -> SealEntry | None:
    """The entry of the register, or None with the reason in the form."""
    data = form.cleaned_data
    read = sealing.Read(*(data[name] for name in form.READ)) if not data["paper"] else None
    try:
        return sealing.record_comparison(
            request=record, by=request.user, copies=data["copies"], read=read, paper=data["paper"]
        )
    except ValidationError as error:
        form.add_error("paper", error)
    except StepRefused as refused:
        form.add_error(None, refused.message)
    except CannotPrint as error:
        form.add_error(None, str(error))
    return None


def _told(request: HttpRequest, record: SealRequest, entry: SealEntry) -> HttpResponse:
    if entry.outcome == SealEntry.Outcome.SEALED:
        messages.success(request, _("The paper is the approved one: the seal is in the register."))
    else:
        messages.error(request, _("Not sealed: the paper differs from what was approved. It is entered as refused."))
    return redirect(record)


@allow(REGISTER)
def seal_register(request: HttpRequest) -> HttpResponse:
    """The seal register: what was sealed or refused, when, for whom, by whom; filtered, paged. Clause 3.2.3b."""
    form = RegisterFilter(request.GET)
    context = {
        "form": form,
        "page": keyset_page(request, register_rows(request.user, form)),
        "query": request.GET.urlencode(),
        "may_export": request.user.has_perm(EXPORT),
    }
    return render(request, "contracts/seal_register.html", context)


@allow(EXPORT)
def seal_register_pdf(request: HttpRequest) -> HttpResponse:
    """The filtered register as a landscape PDF."""
    rows = register_rows(request.user, RegisterFilter(request.GET)).order_by("-pk")[:MOST_PRINTED]
    title = _("Seal register")
    context: dict[str, Any] = {"company": Company.own(), "rows": list(rows)}
    try:
        pdf = render_pdf(
            "contracts/print/seal_register.html",
            context,
            title=title,
            language=get_language() or "zh-hant",
            printed_by=request.user,
        )
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect("contracts:seal_register")
    return pdf_response(pdf, f"{title} {clock.today():%Y-%m-%d}.pdf", inline=True)
