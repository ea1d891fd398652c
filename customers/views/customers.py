"""The customer file: list, page, create, edit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from customers import duplicates, pool
from customers.erasing import may_be_erased
from customers.filebook import may_be_taken_out
from customers.filters import CustomerFilter
from customers.forms.customers import CustomerForm
from customers.models import Customer, Merge
from customers.models.access import MANAGE
from customers.models.contacts import tail
from customers.models.duplicates import REASONS
from customers.models.filing import LIVING
from customers.views.rows import changeable_customer, form_page, saved
from customers.views.saving import saved_views
from kernel.advance import begin
from kernel.models import Promise
from kernel.once import once
from kernel.panels import drawn_sections
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle


@allow("customers.view_customer")
def customer_list(request: HttpRequest) -> HttpResponse:
    """Customers filed by name. Clause 2.2.2a."""
    filters = CustomerFilter(request.GET, Customer.objects.visible_to(request.user).unmerged(), request=request)
    page = keyset_page(request, filters.qs.select_related("owner", "segment"), order=("pinyin", "pk"))
    context = {"page": page, "filters": filters, **saved_views(request, "customer_list")}
    return render(request, "customers/customer_list.html", context)


@allow("customers.view_customer")
def customer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer file: what he waits for from us first, then facts, contacts, opportunities, one timeline. Clause 1.3.3."""
    customer = get_object_or_404(
        Customer.objects.visible_to(request.user).select_related("owner", "segment", "profile"), pk=pk
    )
    if (
        customer.merged_into_id
        and Customer.objects.visible_to(request.user).filter(pk=customer.merged_into_id).exists()
    ):
        return redirect("customers:customer_detail", customer.merged_into_id)
    is_open = customer.is_open_to(request.user)
    context = lifecycle(customer, request, with_timeline=is_open)
    if is_open:
        context |= _file_of(customer, request.user) | {"sections": drawn_sections(customer, request.user)}
    return render(request, "customers/customer_detail.html", {**context, "is_open": is_open})


def _file_of(customer: Customer, user: Any) -> dict[str, Any]:
    """What stands in the file, as this person may read it."""
    serves = customer.is_served_by(user)
    is_told = customer.is_told_to(user, serves=serves)
    opportunities = customer.opportunities.visible_to(user).select_related("owner").order_by("-pk")[:20]
    return {
        "owed": Promise.objects.open()
        .filter(file=customer.pk)
        .exclude(owed_to="")
        .select_related("owed_by")
        .order_by("due_at")[:20],
        "phone": customer.phone if serves else tail(customer.phone),
        "contacts": shown_contacts(customer.contacts.all(), serves=serves),
        "opportunities": opportunities,
        "is_told": is_told,
        "risks": customer.risks.select_related("owner").exclude(state="closed").order_by("-pk")[:10] if is_told else [],
        "collaborators": customer.collaborators.all(),
        "profile": getattr(customer, "profile", None),
        "may_change": customer.state in LIVING and customer.may_be_changed_by(user),
        "may_log": serves and customer.may_be_logged_by(user, serves=serves),
        "may_reassign": user.has_perm(MANAGE) and customer.state == Customer.State.ACTIVE,
        "may_take_out": may_be_taken_out(customer, user),
        "may_erase": may_be_erased(customer, user),
        "merged": _merged_into(customer, user),
    }


def _merged_into(customer: Customer, user: Any) -> list[tuple[Customer, bool]]:
    """The customers that went into this one, and whether this person may still undo it."""
    merged = customer.merged_ones
    merges = {m.gone_id: m for m in Merge.objects.filter(gone__in=merged, undone_at=None)} if merged else {}
    found = []
    for row in merged:
        step, merge = row.step("part"), merges.get(row.pk)
        found.append((row, bool(step and step.permission(row, user) and merge and merge.is_in_time)))
    return found


def shown_contacts(contacts: Any, *, serves: bool) -> list[dict[str, Any]]:
    """Contacts with what this person may read of them: numbers in full, or their last characters (absent else)."""
    rows = []
    for contact in contacts:
        reach = {"phone": contact.phone, "email": contact.email, "wechat": contact.wechat}
        if not serves:
            reach = {"phone": tail(contact.phone), "email": tail(contact.email), "wechat": ""}
        rows.append({"contact": contact, "is_full": serves, **reach})
    return rows


@allow("customers.add_customer")
@once
def customer_create(request: HttpRequest) -> HttpResponse:
    """A new customer; one that looks the same is shown first."""
    form = CustomerForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        same = _duplicates(form, request)
        if not same:
            customer = form.save(commit=False)
            customer.owner = form.cleaned_data.get("owner") or request.user
            if not _is_kept(form, partial(begin, customer, by=request.user)):
                return form_page(request, form, **_new_page())
            if problem := pool.above_cap(customer):
                form.add_error(None, problem)
                return form_page(request, form, **_new_page())
            form.save_m2m()
            duplicates.file_as_another(customer, reason=form.cleaned_data["another"], by=request.user)
            return saved(request, customer, _("The customer is saved."))
        return _duplicate_page(request, form, same)
    return form_page(request, form, **_new_page())


def _new_page() -> dict[str, Any]:
    return {
        "heading": _("New customer"),
        "back": _list_url(),
        "clause": "2.2.2a",
        "template": "customers/customer_form.html",
    }


@allow("customers.view_customer")
@once
def customer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer's facts; a stale edit shows both versions."""
    customer = changeable_customer(request, pk)
    form = CustomerForm(request.POST or None, instance=customer, user=request.user)
    if request.method == "POST" and form.is_valid():
        same = _duplicates(form, request)
        if not same and _is_kept(form, form.save):
            if _is_renamed(form):
                duplicates.file_as_another(customer, reason=form.cleaned_data["another"], by=request.user)
            return saved(request, customer, _("The customer is saved."))
        if same:
            return _duplicate_page(request, form, same)
    return form_page(
        request,
        form,
        heading=_("Edit the customer"),
        back=customer,
        clause="2.2.2a",
        template="customers/customer_form.html",
    )


def _is_kept(form: CustomerForm, save: Callable[[], Any]) -> bool:
    """Save; false when somebody else took the registration number at this very moment, which the form then says."""
    try:
        with transaction.atomic():
            save()
    except IntegrityError:
        form.add_error("registration_number", _("Somebody has just saved a customer with this number."))
        return False
    return True


def _is_renamed(form: CustomerForm) -> bool:
    """Whether something changed by which customers are compared."""
    return not form.instance.pk or bool(set(form.changed_data) & {"name", "registration_number", "phone"})


def _duplicates(form: CustomerForm, request: HttpRequest) -> list[dict[str, Any]]:
    """Rows that look the same, unless the person said why it is another; of a hidden one only name and owner are told."""
    data = form.cleaned_data
    if (data["confirmed"] and data["another"].strip()) or not _is_renamed(form):
        return []
    same = duplicates.alike_to(data["name"], data["registration_number"], data["phone"], but=form.instance.pk)
    keys = [alike.customer.pk for alike in same]
    seen = (
        set(Customer.objects.visible_to(request.user).filter(pk__in=keys).values_list("pk", flat=True))
        if keys
        else set()
    )
    return [
        {"customer": a.customer, "is_visible": a.customer.pk in seen, "why": [REASONS[w] for w in a.why]} for a in same
    ]


def _duplicate_page(request: HttpRequest, form: CustomerForm, same: list[dict[str, Any]]) -> HttpResponse:
    form.ask_for_reason(is_missing=form.cleaned_data["confirmed"])
    heading, back = _("Is it one of these?"), form.instance if form.instance.pk else _list_url()
    return form_page(
        request, form, heading=heading, back=back, duplicates=same, template="customers/customer_form.html"
    )


def _list_url() -> str:
    from django.urls import reverse

    return reverse("customers:customer_list")
