"""Collection: the list of what is due, the plan of one contract, invoices asked for, money entered and taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from contracts import collecting
from contracts.collecting_forms import DueForm, InvoiceForm, ReasonForm, ReceiptForm, ReverseReceiptForm
from contracts.collecting_reports import ORDER, SHOWN, ages, collection_rows
from contracts.lists import chosen_tab, collection_filter
from contracts.models import Contract, InvoiceRequest, PlannedPayment, Receipt
from contracts.models.access import CHANGE
from contracts.models.collecting import RECORD, RUNNING, VIEW
from contracts.models.stages import DRAFTERS
from contracts.views.contracts import visible_contract
from kernel import clock
from kernel.once import once
from kernel.permissions import holds, may
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle

FORM = "contracts/collection_form.html"


@allow(VIEW)
def collection(request: HttpRequest) -> HttpResponse:
    """What customers owe by due day: overdue by age, due soon, to be invoiced, without a day; filtered and paged."""
    form, chosen = collection_filter(request.user, request.GET)
    shown, bucket = chosen_tab(request.GET)
    rows = collection_rows(request.user, shown, bucket, chosen)
    kept = urlencode({name: request.GET[name] for name in ("currency", "drafter") if request.GET.get(name)})
    context = {
        "form": form,
        "page": keyset_page(request, rows, order=ORDER),
        "ages": ages(request.user, chosen),
        "shown": shown,
        "bucket": bucket,
        "lists": SHOWN,
        "kept": kept,
        "today": clock.now(),
    }
    return render(request, "contracts/collection.html", context)


@allow("contracts.view_contract")
def contract_collection(request: HttpRequest, pk: int) -> HttpResponse:
    """The collection plan, invoices and receipts of one contract, and its fulfilment checklist; prices for who sees them."""
    contract = visible_contract(request, pk)
    if not contract.is_concluded:
        raise Http404
    user = request.user
    context: dict[str, Any] = {
        "record": contract,
        "may_add": contract.state in RUNNING and (may(CHANGE, only=DRAFTERS)(contract, user) or _is_manager(user)),
        "obligations": [_with_steps(row, user) for row in contract.obligation_rows],
        "sees_money": user.has_perm(VIEW),
    }
    if context["sees_money"]:
        context.update(_money(contract, user))
    return render(request, "contracts/contract_collection.html", context)


def _is_manager(user: Any) -> bool:
    return holds(user, "contracts.review_contract")


def _with_steps(row: Any, user: Any) -> dict[str, Any]:
    """An obligation with the buttons of this person."""
    return {"row": row, "may_edit": row.may_be_changed_by(user), "offers": row.offers(user)}


def _money(contract: Contract, user: Any) -> dict[str, Any]:
    """The plan, invoices and receipts, and what this person may do with them."""
    invoices = list(contract.invoice_requests.select_related("planned", "requested_by", "reverses").order_by("pk"))
    reversed_ = {i.reverses_id for i in invoices if i.state in ("requested", "issued")}
    waiting: dict[int, Decimal] = {}
    for invoice in invoices:
        invoice.contract = contract
        if invoice.state == "requested" and not invoice.is_reversal:
            waiting[invoice.planned_id] = waiting.get(invoice.planned_id, Decimal(0)) + invoice.amount
    asks = may("contracts.request_invoice", only=DRAFTERS)(contract, user)
    receipts = list(
        contract.receipts.select_related("by", "reversal", "reverses").prefetch_related("allocations__planned")
    )
    runs = contract.state in RUNNING
    return {
        "plan": [(row, asks and runs and row.to_invoice > waiting.get(row.pk, 0)) for row in contract.planned_rows],
        "totals": {
            name: sum(getattr(p, name) for p in contract.planned_rows) for name in ("amount", "invoiced", "received")
        },
        "invoices": [
            (i, asks and i.state == "issued" and not i.is_reversal and i.pk not in reversed_) for i in invoices
        ],
        "receipts": receipts,
        "credit": sum(r.unallocated for r in receipts if not r.reverses_id and not r.is_reversed),
        "may_record": holds(user, RECORD),
        "may_move": runs and (holds(user, RECORD) or may(CHANGE, only=DRAFTERS)(contract, user)),
        "may_write_off": runs and contract.open_rest > 0 and may(CHANGE, only=DRAFTERS)(contract, user),
    }


def _visible(request: HttpRequest, model: Any, pk: int, *related: str) -> Any:
    return get_object_or_404(model.objects.visible_to(request.user).select_related(*related), pk=pk)


def _page(request: HttpRequest, form: Any, contract: Contract, heading: str, **context: Any) -> HttpResponse:
    context = {"form": form, "record": contract, "heading": heading, **context}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


def _tried(form: Any, act: Any) -> Any:
    """What the act gives, or None with its refusal beside the field."""
    try:
        return act()
    except ValidationError as error:
        form.add_error(None, error)
        return None


@allow(VIEW)
@once
def invoice_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask finance for an invoice on a planned payment."""
    planned = _visible(request, PlannedPayment, pk, "contract__customer")
    if not planned.may_be_invoiced_by(request.user):
        raise PermissionDenied
    contract = planned.contract
    initial = {"amount": max(collecting.left_to_ask(planned), 0)}
    form = InvoiceForm(request.POST or None, initial=initial, currency=contract.currency)
    if request.method == "POST" and form.is_valid():
        made = _tried(form, lambda: collecting.request_invoice(planned, by=request.user, **form.cleaned_data))
        if made:
            messages.success(request, _("%(number)s waits for finance.") % {"number": made.number})
            return redirect("contracts:contract_collection", contract.pk)
    return _page(request, form, contract, _("Ask for an invoice"), planned=planned)


@allow(VIEW)
def invoicerequest_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice request: what is asked for, the number it was issued under, its way."""
    record = _visible(
        request, InvoiceRequest, pk, "contract__customer", "planned", "requested_by", "reverses__planned", "issued_by"
    )
    context = {**lifecycle(record, request), "may_reverse": record.may_be_reversed_by(request.user)}
    return render(request, "contracts/invoicerequest_detail.html", context)


@allow(VIEW)
@once
def invoice_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the red-letter reversal of an issued invoice."""
    invoice = _visible(request, InvoiceRequest, pk, "contract__customer", "planned")
    if not invoice.may_be_reversed_by(request.user):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["reason"]
        made = _tried(form, lambda: collecting.request_reversal(invoice, note=note, by=request.user))
        if made:
            messages.success(request, _("%(number)s waits for finance.") % {"number": made.number})
            return redirect("contracts:contract_collection", invoice.contract_id)
    return _page(
        request, form, invoice.contract, _("Reverse an invoice"), quote=f"{invoice} · {invoice.invoice_number}"
    )


@allow(RECORD)
@once
def receipt_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter money received under a contract; it pays what is due first unless another payment is named."""
    contract = visible_contract(request, pk)
    if not contract.planned_rows:
        raise Http404
    initial = {"payer": contract.customer_name, "received_on": clock.today()}
    form = ReceiptForm(request.POST or None, initial=initial, contract=contract)
    if request.method == "POST" and form.is_valid():
        receipt = _tried(form, lambda: collecting.record_receipt(contract, by=request.user, **form.cleaned_data))
        if receipt:
            messages.success(request, _("%(number)s is entered.") % {"number": receipt.number})
            return redirect("contracts:contract_collection", pk)
    return _page(request, form, contract, _("Enter money received"))


@allow(RECORD)
@once
def receipt_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a receipt back by a row of its own; what it paid is owed again."""
    receipt = _visible(request, Receipt, pk, "contract", "reversal")
    if receipt.reverses_id or receipt.is_reversed:
        raise PermissionDenied
    form = ReverseReceiptForm(request.POST or None, initial={"received_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        back = _tried(form, lambda: collecting.reverse_receipt(receipt, by=request.user, **form.cleaned_data))
        if back:
            messages.success(request, _("%(number)s is entered.") % {"number": back.number})
            return redirect("contracts:contract_collection", receipt.contract_id)
    return _page(request, form, receipt.contract, _("Reverse a receipt"), quote=f"{receipt} · {receipt.bank_reference}")


@allow(VIEW)
@once
def payment_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Say on which day a payment falls due, with the reason; its promise moves with it."""
    planned = _visible(request, PlannedPayment, pk, "contract__customer")
    contract = planned.contract
    is_his = holds(request.user, RECORD) or may(CHANGE, only=DRAFTERS)(contract, request.user)
    if planned.is_settled or contract.state not in RUNNING or not is_his:
        raise PermissionDenied
    form = DueForm(request.POST or None, initial={"due_on": planned.due_on})
    if request.method == "POST" and form.is_valid():
        moved = _tried(form, lambda: collecting.move_due(planned, by=request.user, **form.cleaned_data))
        if moved:
            messages.success(request, _("%(title)s is saved.") % {"title": planned})
            return redirect("contracts:contract_collection", contract.pk)
    return _page(request, form, contract, _("Due day of a payment"), planned=planned)


@allow(VIEW)
@once
def contract_write_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the manager to agree that the open rest is not collected any more."""
    contract = visible_contract(request, pk)
    if contract.state not in RUNNING or not may(CHANGE, only=DRAFTERS)(contract, request.user):
        raise PermissionDenied
    if not contract.open_rest:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        collecting.ask_to_write_off(contract, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The manager is asked to agree."))
        return redirect("contracts:contract_collection", pk)
    return _page(request, form, contract, _("Write off the rest"), rest=contract.open_rest)
