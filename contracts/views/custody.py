"""Custody of originals: lending one, the loan, and what is out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from contracts import custody
from contracts.forms_custody import LoanForm
from contracts.lists_custody import loans as listed_loans
from contracts.models import Loan
from contracts.models.access import ARCHIVE
from contracts.views.contracts import VIEW, visible_contract
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle

LEDGER = "contracts.view_ledger"


@allow(VIEW)
@once
def loan_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Lend the original of an archived contract. Clause 3.2.3c."""
    contract = visible_contract(request, pk)
    if not request.user.has_perm(ARCHIVE):
        raise PermissionDenied
    if not custody.may_be_lent(contract):
        raise Http404
    form = LoanForm(request.POST or None, instance=Loan(contract=contract), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            loan = custody.lend(contract=contract, loan=form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The original is with %(who)s.") % {"who": loan.borrower})
            return redirect(loan)
    context = {"record": contract, "form": form}
    return render(request, "contracts/loan_create.html", context, status=422 if form.is_bound else 200)


@allow(LEDGER)
def loan_list(request: HttpRequest) -> HttpResponse:
    """The originals that are or were lent, by state, the newest loan first."""
    state = request.GET.get("state", "")
    context = {
        "page": keyset_page(request, listed_loans(request.user, request.GET)),
        "state": state,
        "states": list(Loan.State),
    }
    return render(request, "contracts/loan_list.html", context)


@allow()
def loan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One loan: who holds the original, since when, until when; its steps."""
    rows = Loan.objects.visible_to(request.user).select_related("contract__custodian", "borrower", "lent_by")
    loan = get_object_or_404(rows, pk=pk)
    context = {
        **lifecycle(loan, request),
        "history_url": "contracts:loan_history",
        "sees_contract": type(loan.contract).objects.visible_to(request.user).filter(pk=loan.contract_id).exists(),
    }
    return render(request, "contracts/loan_detail.html", context)
