"""Shipments: packed, sent, followed, received; problems on the way, goods back, credit notes. Clauses 3.3.5, 3.3.6."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.models import Reading
from documents.services import note_reading
from kernel.once import once
from kernel.policy import allow
from kernel.printing import pdf_response
from kernel.views import keyset_page, lifecycle
from orders import shipping
from orders.forms_shipping import PackForm, ShipmentForm, ShipmentProblemForm, ToldForm, TrackingForm
from orders.lists_goods import shipments
from orders.models import OrderContact, PackingCheck, Shipment, TrackingEntry
from orders.models.access import ENTER, SHIP, VIEW
from orders.prints_goods import label_pdf, packing_list_pdf
from orders.views.orders import FORM, attempted, visible_order


def visible_shipment(request: HttpRequest, pk: int) -> Shipment:
    """The shipment if this person sees its order; 404 otherwise."""
    rows = Shipment.objects.visible_to(request.user)
    found: Shipment = get_object_or_404(
        rows.select_related("order__customer", "order__contract", "order__entered_by", "order__contact", "packed_by"),
        pk=pk,
    )
    return found


@allow(VIEW)
def shipment_list(request: HttpRequest) -> HttpResponse:
    """Shipments by state, the newest first."""
    page = keyset_page(request, shipments(request.user, request.GET), order=("-pk",))
    context = {
        "page": page, "q": request.GET.get("q", "").strip()[:60], "state": request.GET.get("state", ""),
        "states": Shipment.State,
    }  # fmt: skip
    return render(request, "orders/shipment_list.html", context)


@allow(SHIP)
@once
def shipment_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Pack what has passed of an order, wholly or in part. Clause 3.3.5a."""
    order = visible_order(request, pk)
    if not order.is_running:
        raise PermissionDenied
    form = PackForm(request.POST or None, lines=order.line_rows)
    if request.method == "POST" and form.is_valid():
        shipment = attempted(form, lambda: shipping.pack(order, form.quantities(), by=request.user))
        if shipment:
            messages.success(request, _("Shipment %(number)s is being packed.") % {"number": shipment.number})
            return redirect("orders:shipment_edit", shipment.pk)
    context = {
        "form": form, "record": order, "heading": _("Pack a shipment"), "clause": "3.3.5a", "button": _("Pack")
    }  # fmt: skip
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@allow(VIEW)
def shipment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One shipment: what is in it, the packing checklist, how it goes, the news of its way, problems, returns."""
    record, user = visible_shipment(request, pk), request.user
    packing, on_way = record.state == Shipment.State.PACKING, record.state == Shipment.State.SHIPPED
    context = {
        **lifecycle(record, request),
        "order": record.order,
        "entries": record.entries.select_related("by")[:50],
        "problems": shipping.problems_of(record)[:20],
        "returns": record.order.returns.filter(shipment_line__shipment=record).select_related(
            "order", "shipment_line__line"
        )[:20],
        "may_pack": packing and user.has_perm(SHIP),
        "may_follow": on_way and (user.has_perm(ENTER) or user.has_perm(SHIP)),
        "may_tell": on_way and record.told_at is None and user.has_perm(ENTER),
        "may_return": not packing and record.order.is_running and user.has_perm(ENTER),
        "has_left": record.state in (Shipment.State.SHIPPED, Shipment.State.DELIVERED),
    }
    return render(request, "orders/shipment_detail.html", context)


@allow(SHIP)
@once
def shipment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """How it goes, by which number, in how many packages. Clause 3.3.5c."""
    record = visible_shipment(request, pk)
    if record.state != Shipment.State.PACKING:
        raise PermissionDenied
    form = ShipmentForm(request.POST or None, instance=record)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect(saved)
    return _form(request, form, record, _("How it is shipped"), "3.3.5c")


@allow(SHIP)
@once
def shipment_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Put more or less into a shipment that is being packed. Clause 3.3.5a."""
    record = visible_shipment(request, pk)
    if record.state != Shipment.State.PACKING:
        raise PermissionDenied
    form = PackForm(request.POST or None, lines=record.order.line_rows, shipment=record)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempted(form, lambda: shipping.fill(record, form.quantities()))
    ):
        messages.success(request, _("%(title)s is saved.") % {"title": record})
        return redirect(record)
    return _form(request, form, record, _("What is in it"), "3.3.5a")


@allow(SHIP)
@once
@require_POST
def packing_tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a point of the packing checklist, or open it again. Clause 3.3.5b."""
    check = get_object_or_404(PackingCheck.objects.select_for_update(of=("self",)), pk=pk)
    record = visible_shipment(request, check.shipment_id)
    if record.state != Shipment.State.PACKING:
        raise PermissionDenied
    shipping.tick(check, by=request.user)
    return redirect(f"{record.get_absolute_url()}#packing")


@allow(VIEW)
@require_safe
def shipment_packing_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The packing list as PDF. Clause 3.3.5b."""
    return _print(request, pk, packing_list_pdf, _("Packing list"))


@allow(VIEW)
@require_safe
def shipment_label(request: HttpRequest, pk: int) -> HttpResponse:
    """The labels of its packages as PDF. Clause 3.3.5b."""
    return _print(request, pk, label_pdf, _("Label"))


@allow(ENTER, SHIP)
@once
def shipment_track(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter news of goods on their way. Clause 3.3.6a."""
    record = visible_shipment(request, pk)
    if record.state != Shipment.State.SHIPPED:
        raise PermissionDenied
    form = TrackingForm(request.POST or None, instance=TrackingEntry(shipment=record))
    if request.method == "POST" and form.is_valid():
        shipping.track(form.save(commit=False), by=request.user)
        messages.success(request, _("The news is kept."))
        return redirect(record)
    return _form(request, form, record, _("News of the shipment"), "3.3.6a")


@allow(ENTER)
@once
def shipment_told(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the customer was told by phone that his goods have left. Clause 3.3.5c."""
    record = visible_shipment(request, pk)
    if record.state != Shipment.State.SHIPPED or record.told_at:
        raise PermissionDenied
    form = ToldForm(request.POST or None, instance=OrderContact(order=record.order))
    if request.method == "POST" and form.is_valid():
        shipping.note_told(record, form.save(commit=False), by=request.user)
        messages.success(request, _("The talk is noted."))
        return redirect(record)
    return _form(request, form, record, _("The customer was told"), "3.3.5c")


@allow(ENTER, SHIP)
@once
def shipment_problem(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a delay, damage, loss or wrong goods. Clause 3.3.6b."""
    record = visible_shipment(request, pk)
    if record.state not in (Shipment.State.SHIPPED, Shipment.State.DELIVERED):
        raise PermissionDenied
    form = ShipmentProblemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = shipping.report(record, kind=data["kind"], what=data["what"], by=request.user)
        messages.success(request, _("The problem is reported."))
        return redirect(row)
    return _form(request, form, record, _("Report a problem"), "3.3.6b")


def _print(request: HttpRequest, pk: int, draw: Any, title: str) -> HttpResponse:
    record = visible_shipment(request, pk)
    pdf = draw(record, printed_by=request.user)
    note_reading(record, title=f"{title} {record.number}", how=Reading.How.PRINT, by=request.user)
    return pdf_response(pdf, f"{record.number}.pdf", inline=True)


def _form(request: HttpRequest, form: Any, record: Shipment, heading: str, clause: str) -> HttpResponse:
    context = {"form": form, "record": record, "heading": heading, "clause": clause}
    status = 422 if form.is_bound and not getattr(form, "conflict", ()) else getattr(form, "status", 200)
    return render(request, FORM, context, status=status)
