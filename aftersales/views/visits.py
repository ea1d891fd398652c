"""Return visits: their list, each one, a try, a visit that nobody asked for, and a customer's own cadence (2.2.3c)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from aftersales import lists_visits, reports, visiting
from aftersales.forms_visits import AttemptForm, CadenceForm, VisitForm
from aftersales.models import ReturnVisit, VisitCadence
from aftersales.models.access import RECORD
from aftersales.models.visits import VIEW_VISITS
from customers.models import Customer
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle

FORM = "aftersales/visit_form.html"


def visible_visit(request: HttpRequest, pk: int) -> ReturnVisit:
    """The visit if this person may see it, with the people its page names; 404 otherwise."""
    rows = ReturnVisit.objects.visible_to(request.user).select_related("customer__owner", "handler", "feedback")
    found: ReturnVisit = get_object_or_404(rows, pk=pk)
    return found


@allow(VIEW_VISITS)
def visit_list(request: HttpRequest) -> HttpResponse:
    """Return visits, the next due first, by state, customer service and days; the rate above. Clause 2.2.3c."""
    page = keyset_page(request, lists_visits.visits(request.user, request.GET), order=lists_visits.order(request.GET))
    chosen = {name: request.GET.get(name, "")[:60] for name in ("q", "state", "handler")}
    context = {
        "page": page, **chosen, "states": ReturnVisit.State, "is_filtered": any(chosen.values()),
        "handlers": lists_visits.handlers(), "rates": reports.visit_rates(request.user),
        "may_record": request.user.has_perm(RECORD),
    }  # fmt: skip
    return render(request, "aftersales/visit_list.html", context)


@allow(VIEW_VISITS)
def visit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: until when, who makes it, the tries, what came of it."""
    record, user = visible_visit(request, pk), request.user
    context = {
        **lifecycle(record, request),
        "attempts": list(record.attempts.select_related("by")[:20]),
        "may_try": record.state == ReturnVisit.State.DUE and user.has_perm(RECORD),
        "contacts": list(record.customer.contacts.present()[:5]) if record.customer.is_served_by(user) else [],
    }
    return render(request, "aftersales/returnvisit_detail.html", context)


@allow(RECORD)
@once
def visit_create(request: HttpRequest) -> HttpResponse:
    """Record a visit that was made before anybody had to be reminded of it; the one that is open is it. Clause 2.2.3c."""
    whose = request.GET.get("whose", "")[:160]
    form = VisitForm(request.POST or None, initial={"whose": whose})
    if request.method == "POST" and form.is_valid():
        visit = visiting.record_now(form.cleaned_data.pop("whose"), data=form.cleaned_data, by=request.user)
        messages.success(request, _("The visit is recorded."))
        return redirect(visit)
    return _form(request, form, _("Record a visit"))


@allow(RECORD)
@once
def visit_attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the customer was not reached; the visit stays due. Clause 2.2.3c."""
    record = visible_visit(request, pk)
    if record.state != ReturnVisit.State.DUE:
        raise PermissionDenied
    form = AttemptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        visiting.note_attempt(record, how=data["how"], note=data["note"], by=request.user)
        messages.success(request, _("It is noted: the visit stays due."))
        return redirect(record)
    return _form(request, form, _("Not reached"), record)


@allow(VIEW_VISITS)
@once
def visit_cadence(request: HttpRequest, pk: int) -> HttpResponse:
    """How often one customer is visited, with the reason: his owner, customer service, the manager. Clause 2.2.3c."""
    customer = get_object_or_404(Customer.objects.open_to(request.user), pk=pk)
    if not visiting.may_set_cadence(customer, request.user):
        raise PermissionDenied
    row = VisitCadence.objects.filter(customer=customer).first()
    form = CadenceForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        visiting.set_cadence(customer, days=data["days"], reason=data["reason"], by=request.user)
        messages.success(request, _("Saved: the next visit is counted by it."))
        return redirect(customer)
    return _form(request, form, _("How often he is visited"), customer)


def _form(request: HttpRequest, form: Any, heading: str, record: Any = None) -> HttpResponse:
    status = getattr(form, "status", 200) if not form.is_bound or getattr(form, "conflict", ()) else 422
    return render(request, FORM, {"form": form, "record": record, "heading": heading}, status=status)
