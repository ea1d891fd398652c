"""The one way by which the pages reach a row: visible or 404, changeable or 403; and how a form's page is answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from customers.models import Customer, Opportunity
from customers.models.evidence import RELATED, gather
from customers.models.filing import LIVING
from kernel.back import came_from

PEOPLE = ("customer__owner", "owner", "follower", "segment", "product")


def opportunity_of(request: HttpRequest, pk: int) -> Opportunity:
    """An opportunity that this person may see; 404 otherwise."""
    return get_object_or_404(Opportunity.objects.visible_to(request.user).select_related(*PEOPLE), pk=pk)


def opportunity_with_evidence(request: HttpRequest, pk: int) -> Opportunity:
    """The same, with what its guards ask for read along."""
    rows = Opportunity.objects.visible_to(request.user).select_related(*PEOPLE, *RELATED)
    opportunity = get_object_or_404(rows.prefetch_related("term_sheet__lines"), pk=pk)
    gather([opportunity], joined=True)
    return opportunity


def changeable_opportunity(request: HttpRequest, pk: int) -> Opportunity:
    """An open opportunity whose evidence this person enters; 403 when he only sees it or it is closed."""
    opportunity = opportunity_of(request, pk)
    if not (opportunity.is_open and opportunity.may_be_changed_by(request.user)):
        raise PermissionDenied
    return opportunity


def loggable_opportunity(request: HttpRequest, pk: int) -> Opportunity:
    """An open opportunity on which this person notes contacts. Clause 2.2.3d."""
    opportunity = opportunity_of(request, pk)
    if not (opportunity.is_open and opportunity.may_be_logged_by(request.user)):
        raise PermissionDenied
    return opportunity


def customer_of(request: HttpRequest, pk: int) -> Customer:
    """A customer whose whole file this person may read; 404 otherwise."""
    return get_object_or_404(Customer.objects.open_to(request.user).select_related("owner", "segment"), pk=pk)


def changeable_customer(request: HttpRequest, pk: int) -> Customer:
    """A customer whose file this person keeps; 403 when he only reads it or it is retired or merged."""
    customer = customer_of(request, pk)
    if customer.state not in LIVING or not customer.may_be_changed_by(request.user):
        raise PermissionDenied
    return customer


def saved(request: HttpRequest, to: Any, message: Any) -> HttpResponse:
    """Say that it is done and go on: to where the person came from, else to the record."""
    messages.success(request, str(message))
    return redirect(came_from(request) or to)


def form_page(request: HttpRequest, form: Any, *, heading: Any, back: Any, **context: Any) -> HttpResponse:
    """A page that is one form: 200 when it is asked for, 422 with errors, 409 when another person saved first."""
    is_sent = request.method == "POST"
    status = (409 if getattr(form, "conflict", ()) else 422) if is_sent else 200
    page = {
        "form": form,
        "heading": heading,
        "back": back if isinstance(back, str) else back.get_absolute_url(),
        "record": back,
        "next": came_from(request),
        **context,
    }
    return render(request, context.pop("template", "customers/form.html"), page, status=status)
