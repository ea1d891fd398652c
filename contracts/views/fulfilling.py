"""The fulfilment checklist of a contract: a term is listed, and given to another person or another day."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from contracts import fulfilling
from contracts.collecting_forms import ObligationForm
from contracts.models import Obligation
from contracts.models.access import CHANGE, REVIEW
from contracts.models.collecting import RUNNING
from contracts.models.stages import DRAFTERS
from contracts.views.collecting import FORM
from contracts.views.contracts import VIEW, visible_contract
from kernel.once import once
from kernel.permissions import holds, may
from kernel.policy import allow


@allow(VIEW)
@once
def obligation_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a term on the checklist of a contract that runs."""
    contract = visible_contract(request, pk)
    is_his = may(CHANGE, only=DRAFTERS)(contract, request.user) or holds(request.user, REVIEW)
    if contract.state not in RUNNING or not is_his:
        raise PermissionDenied
    row = Obligation(contract=contract)
    form = ObligationForm(request.POST or None, instance=row, initial={"responsible": contract.owner_id})
    if request.method == "POST" and form.is_valid():
        fulfilling.add(form.save(commit=False), by=request.user)
        messages.success(request, _("%(title)s is saved.") % {"title": row})
        return redirect(row)
    context = {"form": form, "record": contract, "heading": _("A term to be kept")}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@allow(VIEW)
@once
def obligation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Who answers for a term, and until when; a day that was promised moves only with a reason."""
    rows = Obligation.objects.visible_to(request.user).select_related("contract__customer", "responsible")
    row = get_object_or_404(rows, pk=pk)
    if not row.may_be_changed_by(request.user):
        raise PermissionDenied
    before = row.due_on
    form = ObligationForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        changed = form.save(commit=False)
        fulfilling.change(changed, before=before, reason=form.cleaned_data.get("reason", ""), by=request.user)
        messages.success(request, _("%(title)s is saved.") % {"title": row})
        return redirect(row)
    context = {"form": form, "record": row.contract, "heading": _("A term to be kept")}
    return render(request, FORM, context, status=form.status if not form.is_bound or form.conflict else 422)
