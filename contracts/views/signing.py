"""Signing and custody: each page saves what was entered and, if nothing is missing, takes the step as well."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from contracts import services
from contracts.forms import CustodyForm, SigningForm
from contracts.models import Contract
from contracts.views.contracts import VIEW, visible_contract
from kernel.advance import StepRefused, advance, count_refusal
from kernel.once import after_rollback, once
from kernel.policy import allow

READY, SIGNED = Contract.State.READY_TO_SIGN, Contract.State.SIGNED


def _step_or_refuse(request: HttpRequest, contract: Contract, name: str) -> Any:
    """The record's step of that name if this person may take it now; PermissionDenied otherwise.

    What is sent holds the row from here on: nothing is entered beside a step that another takes at the same moment.
    """
    row = contract
    if request.method == "POST":
        row = Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    step = row.step(name)
    if step is None or not step.permission(row, request.user):
        raise PermissionDenied
    return step


@allow(VIEW)
@once
def contract_signing(request: HttpRequest, pk: int) -> HttpResponse:
    """Signatories, method, dates, the signed copy; then the signing is recorded. Clause 3.2.3b."""
    contract = visible_contract(request, pk)
    _step_or_refuse(request, contract, "sign")
    form = SigningForm(
        request.POST or None, request.FILES or None, instance=services.signing_of(contract), user=request.user
    )
    if request.method == "POST" and form.is_valid() and _take_copy(form, contract, request):
        form.save()
        return _then(request, contract, "sign")
    return _page(request, contract, form, "contracts/contract_signing.html", "sign")


@allow(VIEW)
@once
def contract_custody(request: HttpRequest, pk: int) -> HttpResponse:
    """Custodian and place; then the contract is archived. Clause 3.2.3c."""
    contract = visible_contract(request, pk)
    _step_or_refuse(request, contract, "archive")
    form = CustodyForm(
        request.POST or None,
        instance=contract,
        user=request.user,
        initial={"custodian": contract.custodian_id or request.user.pk},
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        return _then(request, contract, "archive")
    return _page(request, contract, form, "contracts/contract_custody.html", "archive")


def _take_copy(form: SigningForm, contract: Contract, request: HttpRequest) -> bool:
    file = form.cleaned_data.get("signed_copy")
    if file is None:
        return True
    try:
        services.upload_signed_copy(contract=contract, file=file, by=request.user)
    except ValidationError as error:
        form.add_error("signed_copy", error)
        return False
    return True


def _then(request: HttpRequest, contract: Contract, step: str) -> HttpResponse:
    """Keep what was entered; take the step if it was asked for. A refusal names what is missing and loses nothing."""
    if "save" in request.POST:
        messages.success(request, _("%(title)s is saved.") % {"title": contract})
        return redirect(contract)
    try:
        change = advance(contract, step, by=request.user)
    except StepRefused as error:
        refused = error
        after_rollback(request, lambda: count_refusal(refused, request.user))
        messages.warning(request, _("What you entered is kept. %(missing)s") % {"missing": refused.message})
        return redirect(request.path)
    messages.success(request, _("%(title)s is now: %(state)s.") % {"title": contract, "state": change.to_label})
    return redirect(contract)


def _page(request: HttpRequest, contract: Contract, form: Any, template: str, step: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    items = contract.checklist(contract.step(step))
    context = {"record": contract, "form": form, "items": items, "copy": contract.signed_copy}
    return render(
        request, template, context, status=max(status, getattr(form, "status", 200)) if form.is_bound else 200
    )
