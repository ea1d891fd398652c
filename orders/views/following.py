"""Following an order up: talks with the customer, problems and their solution, a service that was taken (3.3.6)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from kernel.once import once
from kernel.policy import allow
from kernel.views import lifecycle
from orders import flow, placing, problems
from orders.forms import OrderContactForm, OrderExceptionForm, ServiceForm
from orders.models import OrderContact, OrderException, OrderLine
from orders.models.access import ENTER, VIEW
from orders.views.orders import FORM, visible_order


@allow(ENTER)
@once
def ordercontact_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a talk with the customer about his order, with a score where he gave one. Clause 3.3.6c."""
    order = visible_order(request, pk)
    if not order.may_be_served_by(request.user):
        raise PermissionDenied
    form = OrderContactForm(request.POST or None, instance=OrderContact(order=order))
    if request.method == "POST" and form.is_valid():
        placing.note_contact(form.save(commit=False), by=request.user)
        messages.success(request, _("The talk is noted."))
        return redirect(order)
    context = {"form": form, "record": order, "heading": _("Note a talk with the customer"), "clause": "3.3.6c"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@allow(VIEW)
@once
def orderexception_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a problem of a running order; whoever works on the order may. Clause 3.3.6b."""
    order = visible_order(request, pk)
    if not order.is_running:
        raise PermissionDenied
    form = OrderExceptionForm(request.POST or None, instance=OrderException(order=order))
    for name in ("cause", "party", "solution", "told_on"):
        form.fields.pop(name)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = problems.raise_exception(
            order, kind=data["kind"], what=data["what"], owner=data["owner"], by=request.user
        )  # fmt: skip
        messages.success(request, _("The problem is reported."))
        return redirect(row)
    context = {"form": form, "record": order, "heading": _("Report a problem"), "clause": "3.3.6b"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


@allow(VIEW)
def orderexception_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem: what happened, who solves it, cause, solution, when the customer was told, its way."""
    record = _visible_exception(request, pk)
    context = {**lifecycle(record, request), "order": record.order, "may_edit": _may_edit(record, request)}
    return render(request, "orders/orderexception_detail.html", context)


@allow(VIEW)
@once
def orderexception_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter cause, responsible party, solution, and when the customer was told. Clause 3.3.6b."""
    record = _visible_exception(request, pk)
    if not _may_edit(record, request):
        raise PermissionDenied
    form = OrderExceptionForm(request.POST or None, instance=record)
    if request.method == "POST" and form.is_valid():
        saved = problems.save_changed(form.save(commit=False), by=request.user)
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect(saved)
    context = {"form": form, "record": record, "heading": _("The problem and its solution"), "clause": "3.3.6b"}
    status = form.status if not form.is_bound or form.conflict else 422
    return render(request, FORM, context, status=status)


@allow(ENTER)
@once
def orderline_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """A service was carried out and taken by the customer: acceptance in place of inspection and shipment."""
    line = get_object_or_404(OrderLine.objects.visible_to(request.user).select_related("order"), pk=pk)
    order = visible_order(request, line.order_id)
    if not order.may_be_served_by(request.user) or line.route != OrderLine.Route.SERVICE:
        raise PermissionDenied
    form = ServiceForm(request.POST or None, initial={"quantity": line.quantity - line.received})
    if request.method == "POST" and form.is_valid():
        try:
            flow.accept_service(line, form.cleaned_data["quantity"], by=request.user)
        except ValidationError as error:
            form.add_error("quantity", error)
        else:
            messages.success(request, _("The service is taken."))
            return redirect(order)
    context = {"form": form, "record": order, "heading": _("A service was taken"), "clause": "3.3"}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


def _visible_exception(request: HttpRequest, pk: int) -> OrderException:
    rows = OrderException.objects.visible_to(request.user)
    found: OrderException = get_object_or_404(
        rows.select_related("order__customer", "order__entered_by", "owner"), pk=pk
    )
    return found


def _may_edit(record: OrderException, request: HttpRequest) -> bool:
    his = record.owner_id == request.user.pk or request.user.has_perm(ENTER)
    return record.state == OrderException.State.OPEN and his
