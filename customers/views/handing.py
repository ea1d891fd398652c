"""Giving customers to another salesperson: one from its page, many from the list, each reported by itself."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from customers import handing
from customers.forms.customers import ReassignForm
from customers.models import Customer
from customers.models.access import MANAGE
from customers.views.rows import changeable_customer, form_page, saved
from kernel.advance import StepRefused
from kernel.once import once
from kernel.policy import allow
from kernel.views.batch import KEPT, MOST, Outcome


@allow("customers.view_customer")
@once
def customer_reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a customer and what is open on it to another salesperson, with reason. Clause 2.2.1b."""
    customer = changeable_customer(request, pk)
    if not request.user.has_perm(MANAGE) or customer.state != Customer.State.ACTIVE:
        raise PermissionDenied
    form = ReassignForm(request.POST or None, customer=customer)
    if request.method == "POST" and form.is_valid():
        outcome = _reassign(customer, form, request.user)
        if outcome.tone == "ok":
            return saved(request, customer, _("The customer has a new owner."))
        form.add_error("to", outcome.text)
    return form_page(request, form, heading=_("Reassign the customer"), back=customer, clause="2.2.1b")


@allow(MANAGE)
@once
def customer_reassign_many(request: HttpRequest) -> HttpResponse:
    """Give the picked customers to one person; each is checked and reported by itself. Clause 2.2.1b."""
    picked = _picked(request)
    if not picked:
        messages.error(request, _("Nothing is picked."))
        return redirect("customers:customer_list")
    form = ReassignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = secrets.token_hex(8)
        outcomes = [asdict(_reassign(customer, form, request.user)) for customer in picked]
        request.session["batches"] = [*request.session.get("batches", [])[-(KEPT - 1) :], [key, outcomes]]
        return redirect("customers:reassign_result", key)
    back = reverse("customers:customer_list")
    heading, template = _("Reassign customers"), "customers/reassign_many.html"
    return form_page(request, form, heading=heading, back=back, clause="2.2.1b", picked=picked, template=template)


@allow(MANAGE)
def reassign_result(request: HttpRequest, key: str) -> HttpResponse:
    """What became of each picked customer, as long as the session remembers it."""
    outcomes = dict(request.session.get("batches", [])).get(key)
    if outcomes is None:
        raise Http404
    done = sum(outcome["tone"] == "ok" for outcome in outcomes)
    page = {"outcomes": outcomes, "done": done, "left": len(outcomes) - done}
    return render(request, "customers/reassign_result.html", page)


def _picked(request: HttpRequest) -> list[Customer]:
    """The picked customers that this person sees, at most as many as a list shows."""
    picks = request.POST.getlist("pick") or request.GET.getlist("pick")
    keys = [int(pick) for pick in dict.fromkeys(picks) if pick.isascii() and pick.isdigit() and len(pick) <= 18][:MOST]
    rows = Customer.objects.open_to(request.user).unmerged().filter(pk__in=keys)
    return list(rows.select_related("owner").order_by("pinyin", "pk"))


def _reassign(customer: Customer, form: ReassignForm, by: Any) -> Outcome:
    to, where = form.cleaned_data["to"], customer.get_absolute_url()
    if customer.owner_id == to.pk:
        return Outcome("wait", str(customer), _("%(who)s owns it already.") % {"who": to}, where)
    try:
        with transaction.atomic():
            handing.reassign(customer, to=to, reason=form.cleaned_data["reason"], by=by)
    except StepRefused as refused:
        return Outcome("bad", str(customer), refused.message, where)
    except PermissionDenied:
        text = _("Only an active customer is reassigned; this one is: %(state)s.")
        return Outcome("bad", str(customer), text % {"state": customer.get_state_display()}, where)
    return Outcome("ok", str(customer), _("New owner: %(who)s") % {"who": to}, where)
