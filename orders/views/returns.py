"""Goods that come back or are lost, and credit notes: asked for by customer service, their pages. Clause 3.3.6b."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kernel.once import once
from kernel.policy import allow
from kernel.views import lifecycle
from orders import returning
from orders.forms_shipping import CreditNoteForm, GoodsReturnForm
from orders.models import CreditNote, GoodsReturn, Shipment
from orders.models.access import ENTER, VALUE, VIEW
from orders.views.orders import FORM, attempted, visible_order
from orders.views.shipments import visible_shipment


@allow(ENTER)
@once
def goodsreturn_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for goods of a shipment back, or write down that they are lost."""
    shipment = visible_shipment(request, pk)
    if shipment.state == Shipment.State.PACKING or not shipment.order.is_running:
        raise PermissionDenied
    form = GoodsReturnForm(request.POST or None, instance=GoodsReturn(order=shipment.order), shipment=shipment)
    if request.method == "POST" and form.is_valid():
        row = attempted(form, lambda: returning.ask_return(form.save(commit=False), by=request.user))
        if row:
            messages.success(request, _("It is written down; logistics and quality see it."))
            return redirect(row)
    context = {"form": form, "record": shipment, "heading": _("Goods come back or are lost"), "clause": "3.3.6b"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@allow(VIEW)
def goodsreturn_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One return: what, how much, why, what was found, its way."""
    rows = GoodsReturn.objects.visible_to(request.user)
    record = get_object_or_404(
        rows.select_related(
            "order__customer",
            "order__entered_by",
            "shipment_line__shipment",
            "shipment_line__line",
            "cause",
            "asked_by",
        ),
        pk=pk,
    )
    return render(request, "orders/goodsreturn_detail.html", {**lifecycle(record, request), "order": record.order})


@allow(ENTER)
@once
def creditnote_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the manager for money back for a problem of an order."""
    order = visible_order(request, pk)
    if order.placed_at is None:
        raise PermissionDenied
    form = CreditNoteForm(request.POST or None, instance=CreditNote(order=order))
    if request.method == "POST" and form.is_valid():
        row = returning.ask_credit(form.save(commit=False), by=request.user)
        messages.success(request, _("The manager is asked to decide."))
        return redirect(row)
    context = {"form": form, "record": order, "heading": _("Ask for a credit note"), "clause": "3.3.6b"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@allow(VALUE)
def creditnote_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One credit note: how much, why, the decision, what finance did."""
    rows = CreditNote.objects.visible_to(request.user).select_related(
        "order__customer", "order__entered_by", "asked_by"
    )
    record = get_object_or_404(rows, pk=pk)
    return render(request, "orders/creditnote_detail.html", {**lifecycle(record, request), "order": record.order})
