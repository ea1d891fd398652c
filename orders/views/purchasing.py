"""Purchasing: its bench, the shortage list, purchases, their progress and receipts, the print (3.3.3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.models import Reading
from documents.services import note_reading
from kernel import clock
from kernel.once import once
from kernel.policy import allow
from kernel.printing import CannotPrint, pdf_response
from kernel.views import keyset_page, lifecycle
from orders import lists_supply, prints_supply, purchasing, shortage
from orders.forms_supply import GoodsReceiptForm, PurchaseForm, PurchaseNoteForm, RequestForm, purchase_lines
from orders.models import GoodsReceipt, PurchaseLine, PurchaseNote, PurchaseOrder
from orders.models.access import BUY, Department
from orders.models.suppliers import VIEW_PURCHASE
from orders.views.orders import FORM
from orders.views.planning import SHOWN, to_acknowledge

LONGEST = 100  # rows of the shortage list that are shown at once


@allow(BUY)
def purchasing_bench(request: HttpRequest) -> HttpResponse:
    """Purchasing's work: what is short, deliveries due and late, orders to acknowledge, qualifications about to end."""
    today = clock.today()
    open_ = PurchaseOrder.objects.visible_to(request.user).select_related("supplier")
    context = {
        "materials": shortage.short_materials()[:SHOWN],
        "lines": shortage.short_lines()[:SHOWN],
        "deliveries": open_.filter(state="ordered", expected_on__lte=today).order_by("expected_on", "pk")[:SHOWN],
        "requested": open_.filter(state="requested").order_by("pk")[:SHOWN],
        "waiting": to_acknowledge(Department.PURCHASING)[:SHOWN],
        "expiring": purchasing.expiring(today)[:SHOWN],
    }
    return render(request, "orders/purchasing_bench.html", context)


@allow(BUY)
@once
def shortage_list(request: HttpRequest) -> HttpResponse:
    """The shortage list 缺料清單; what is ticked becomes a purchase from the chosen supplier. Clause 3.3.3a."""
    materials, lines = list(shortage.short_materials()[:LONGEST]), list(shortage.short_lines()[:LONGEST])
    form = RequestForm(request.POST or None)
    picked = set(request.POST.getlist("row"))
    if request.method == "POST" and form.is_valid():
        chosen = [m for m in materials if f"m{m.pk}" in picked], [line for line in lines if f"l{line.pk}" in picked]
        if any(chosen):
            purchase = purchasing.request(form.cleaned_data["supplier"], *chosen, by=request.user)
            messages.success(request, _("The purchase %(number)s is drafted.") % {"number": purchase.number})
            return redirect("orders:purchaseorder_edit", purchase.pk)
        form.add_error(None, _("Tick what is to be bought."))
    waiting = shortage.orders_of(materials)
    context = {
        "form": form,
        "materials": [
            {"row": m, "orders": waiting.get(m.pk, [])[:5], "picked": f"m{m.pk}" in picked} for m in materials
        ],
        "lines": [{"row": line, "picked": f"l{line.pk}" in picked} for line in lines],
    }
    return render(request, "orders/shortage.html", context, status=422 if form.is_bound else 200)


@allow(VIEW_PURCHASE)
def purchaseorder_list(request: HttpRequest) -> HttpResponse:
    """Purchases by state, the newest first."""
    page = keyset_page(request, lists_supply.purchases(request.user, request.GET), order=("-pk",))
    context = {
        "page": page, "q": lists_supply.words(request.GET), "state": request.GET.get("state", ""),
        "states": PurchaseOrder.State,
    }  # fmt: skip
    return render(request, "orders/purchaseorder_list.html", context)


def visible_purchase(request: HttpRequest, pk: int) -> PurchaseOrder:
    """The purchase if this person may see purchases; 404 otherwise."""
    rows = PurchaseOrder.objects.visible_to(request.user).select_related("supplier", "requested_by")
    found: PurchaseOrder = get_object_or_404(rows, pk=pk)
    return found


@allow(VIEW_PURCHASE)
def purchaseorder_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The purchase: lines with what came, for which orders, progress, receipts, its way."""
    purchase = visible_purchase(request, pk)
    receipts = GoodsReceipt.objects.filter(line__purchase=purchase)
    context = {
        **lifecycle(purchase, request),
        "may_edit": purchase.may_be_edited_by(request.user),
        "may_follow": purchase.may_be_followed_by(request.user),
        "concerned": purchase.concerned,
        "notes": purchase.notes.select_related("by")[:SHOWN],
        "receipts": receipts.select_related("line__material", "line__order_line", "by")[:SHOWN],
    }
    return render(request, "orders/purchaseorder_detail.html", context)


@allow(BUY)
@once
def purchaseorder_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Supplier, day, lines and prices until it is ordered."""
    purchase = visible_purchase(request, pk)
    if not purchase.may_be_edited_by(request.user):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form, lines = PurchaseForm(data, instance=purchase), purchase_lines(data, purchase)
    if data is not None and all([form.is_valid(), lines.is_valid()]):
        saved = form.save()
        lines.save()
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect("orders:purchaseorder_edit" if "more" in data else "orders:purchaseorder_detail", pk)
    status = form.status if data is None or form.conflict else 422
    context = {"record": purchase, "form": form, "lines": lines}
    return render(request, "orders/purchaseorder_edit.html", context, status=status)


@allow(BUY)
@once
def purchasenote_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what the supplier said, and a new day where it moved. Clause 3.3.3c."""
    purchase = visible_purchase(request, pk)
    if not purchase.may_be_followed_by(request.user):
        raise PermissionDenied
    form = PurchaseNoteForm(request.POST or None, instance=PurchaseNote(purchase=purchase))
    if request.method == "POST" and form.is_valid():
        try:
            purchasing.note_progress(form.save(commit=False), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The progress is noted."))
            return redirect(purchase)
    return _form(request, form, purchase, _("Note the progress"))


@allow(BUY)
@once
def purchaseline_receive(request: HttpRequest, pk: int) -> HttpResponse:
    """Take goods in: accepted and rejected quantity, and the day. Clause 3.3.3c."""
    purchases = PurchaseOrder.objects.visible_to(request.user)
    rows = PurchaseLine.objects.filter(purchase__in=purchases.order_by().values("pk"))
    rows = rows.select_related("purchase__supplier", "material", "order_line__order")
    line = get_object_or_404(rows, pk=pk)
    if not line.purchase.may_be_followed_by(request.user):
        raise PermissionDenied
    instance = GoodsReceipt(line=line, on=clock.today(), accepted=line.rest)
    form = GoodsReceiptForm(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        try:
            purchasing.receive(form.save(commit=False), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The goods are taken in."))
            return redirect(line.purchase)
    return _form(request, form, line.purchase, _("Goods came in: %(line)s") % {"line": line})


@allow(VIEW_PURCHASE)
@require_safe
def purchaseorder_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The purchase order as a PDF; one that is not ordered yet bears the draft mark."""
    purchase = visible_purchase(request, pk)
    try:
        url = request.build_absolute_uri(purchase.get_absolute_url())
        pdf = prints_supply.purchase_pdf(purchase, record_url=url, printed_by=request.user)
    except CannotPrint as error:
        messages.error(request, str(error))
        return redirect(purchase)
    note_reading(purchase, title=str(purchase), how=Reading.How.PRINT, by=request.user)
    return pdf_response(pdf, f"{purchase}.pdf", inline=True)


def _form(request: HttpRequest, form: Any, record: Any, heading: str) -> HttpResponse:
    context = {"form": form, "record": record, "heading": heading, "clause": "3.3.3c"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)
