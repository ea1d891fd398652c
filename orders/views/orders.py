"""Orders: the list, entered from a contract, edited until placed, the page, and changes of what was placed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts.models import Contract
from kernel.once import once
from kernel.panels import drawn_sections
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle
from orders import placing, public
from orders.forms import CancellationForm, OrderChangeForm, OrderForm, OrderLineFormSet
from orders.lanes import tracker_of
from orders.lists import awaiting_order
from orders.lists import orders as listed_orders
from orders.models import Order, OrderChange, OrderLine
from orders.models.access import ENTER, VALUE, VIEW
from orders.reports import progress_of, value_of

FORM = "orders/form.html"


def visible_order(request: HttpRequest, pk: int) -> Order:
    """The order if this person may see it, with the people its page names; 404 otherwise."""
    rows = Order.objects.visible_to(request.user)
    found: Order = get_object_or_404(rows.select_related("customer__owner", "contract", "entered_by", "contact"), pk=pk)
    return found


def attempted(form: Any, act: Callable[[], Any]) -> Any:
    """Do what a form asks for; where somebody else was quicker, that stands over the form and None is returned."""
    try:
        return act()
    except ValidationError as error:
        form.add_error(None, error)
        return None


@allow(VIEW)
def order_list(request: HttpRequest) -> HttpResponse:
    """Orders by state, what is promised first on top; customer service also sees which contracts wait for one."""
    page = keyset_page(request, listed_orders(request.user, request.GET), order=("-pk",))
    waiting = list(awaiting_order(request.user)[:6]) if request.user.has_perm(ENTER) else []
    context = {
        "page": page, "q": request.GET.get("q", "").strip()[:60], "state": request.GET.get("state", ""),
        "states": Order.State, "waiting": waiting, "may_enter": request.user.has_perm(ENTER),
    }  # fmt: skip
    return render(request, "orders/order_list.html", context)


@allow(ENTER)
def order_create(request: HttpRequest) -> HttpResponse:
    """The signed contracts that leave something open, the one that waits longest first. Clause 3.3.1a."""
    page = keyset_page(request, awaiting_order(request.user, called_off=True), order=("signed_on", "pk"))
    return render(request, "orders/order_create.html", {"page": page})


@allow(ENTER)
@once
@require_POST
def order_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft an order with all that a contract leaves open. Clause 3.3.1a."""
    contracts = Contract.objects.visible_to(request.user).filter(state__in=("signed", "archived"))
    contract = get_object_or_404(contracts.select_for_update(of=("self",)), pk=pk)
    if not placing.open_lines(contract):
        messages.info(request, _("Everything of this contract is ordered already."))
        return redirect("orders:order_create")
    order = placing.enter(contract, by=request.user)
    messages.success(request, _("Order %(number)s is entered.") % {"number": order.number})
    return redirect("orders:order_edit", order.pk)


@allow(VIEW)
def order_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The tracker: how far each line is, the departments, problems, talks, what the departments contribute, its way."""
    order = visible_order(request, pk)
    user = request.user
    context = {
        **lifecycle(order, request),
        "departments": [{"row": row, "offers": row.offers(user)} for row in order.acknowledgement_rows],
        "exceptions": order.exception_rows[:20],
        "contacts": list(order.contacts.select_related("by")[:10]),
        "changes": list(order.changes.select_related("line")[:10]),
        "may_edit": order.may_be_edited_by(user),
        "may_serve": order.may_be_served_by(user),
        "customers_page": public.page_of(order) if user.has_perm(ENTER) else "",
        "value": value_of(order) if user.has_perm(VALUE) else None,
        "sees_contract": user.has_perm("contracts.view_contract"),
        "sections": drawn_sections(order, user),
        "tracker": tracker_of(order) if order.state != Order.State.DRAFT else None,
        "progress": progress_of(order),
    }
    return render(request, "orders/order_detail.html", context)


@allow(ENTER)
@once
def order_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Destination and lines of an order that is not placed; a line that is taken out stays open in the contract."""
    order = visible_order(request, pk)
    if not order.may_be_edited_by(request.user):
        raise PermissionDenied
    form = OrderForm(request.POST or None, instance=order)
    lines = OrderLine.objects.filter(order=order).select_related("contract_line", "order__contract")
    formset = OrderLineFormSet(request.POST or None, queryset=lines, prefix="lines")
    if request.method == "POST" and all([form.is_valid(), formset.is_valid()]):
        saved = form.save()
        formset.save()
        messages.success(request, _("%(title)s is saved.") % {"title": saved})
        return redirect(saved)
    status = form.status if not form.is_bound or form.conflict else 422
    return render(request, "orders/order_edit.html", {"record": order, "form": form, "formset": formset}, status=status)


@allow(VIEW)
@once
def orderchange_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a change of one line of a placed order."""
    line = get_object_or_404(OrderLine.objects.visible_to(request.user).select_related("order__customer"), pk=pk)
    order = visible_order(request, line.order_id)
    _refuse_unless_serving(request, order)
    change = OrderChange(order=order, line=line)
    form = OrderChangeForm(request.POST or None, instance=change)
    if request.method == "POST" and form.is_valid():
        placing.ask_change(form.save(commit=False), by=request.user)
        messages.success(request, _("The manager is asked to decide."))
        return redirect(order)
    return _form(request, form, order, _("Change the line: %(line)s") % {"line": line.description})


@allow(VIEW)
@once
def order_cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the cancellation of a placed order."""
    order = visible_order(request, pk)
    _refuse_unless_serving(request, order)
    form = CancellationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        placing.ask_change(OrderChange(order=order, cancels=True, reason=form.cleaned_data["reason"]), by=request.user)
        messages.success(request, _("The manager is asked to decide."))
        return redirect(order)
    return _form(request, form, order, _("Ask for the cancellation"))


@allow(VIEW)
def orderchange_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: what is to be different, why, and the decision."""
    rows = OrderChange.objects.visible_to(request.user).select_related("order__customer", "line", "asked_by")
    record = get_object_or_404(rows, pk=pk)
    return render(request, "orders/orderchange_detail.html", {**lifecycle(record, request), "order": record.order})


def _refuse_unless_serving(request: HttpRequest, order: Order) -> None:
    if not request.user.has_perm(ENTER):
        raise PermissionDenied
    if not (order.is_running or order.state == Order.State.ON_HOLD):
        raise Http404


def _form(request: HttpRequest, form: Any, order: Order, heading: str) -> HttpResponse:
    context = {"form": form, "record": order, "heading": heading}
    return render(request, FORM, context, status=422 if form.is_bound else 200)
