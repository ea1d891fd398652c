"""The customer file: list, page, create, edit, profile, reassigning, contacts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from customers import duplicates, services
from customers.filters import CustomerFilter
from customers.forms.customers import ContactForm, CustomerForm, LeaveForm, ReassignForm
from customers.models import Contact, Customer
from customers.models.access import MANAGE
from customers.models.contacts import tail
from customers.models.duplicates import REASONS
from customers.views.rows import changeable_customer, customer_of, form_page, saved
from kernel.advance import begin
from kernel.models import Promise
from kernel.once import once
from kernel.panels import drawn_sections
from kernel.policy import allow
from kernel.views import keyset_page, lifecycle


@allow("customers.view_customer")
def customer_list(request: HttpRequest) -> HttpResponse:
    """Customers filed by name. Clause 2.2.2a."""
    filters = CustomerFilter(request.GET, Customer.objects.visible_to(request.user), request=request)
    page = keyset_page(request, filters.qs.select_related("owner", "segment"), order=("pinyin", "pk"))
    return render(request, "customers/customer_list.html", {"page": page, "filters": filters})


@allow("customers.view_customer")
def customer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer file: what he waits for from us first, then facts, contacts, opportunities, one timeline. Clause 1.3.3."""
    customer = get_object_or_404(
        Customer.objects.visible_to(request.user).select_related("owner", "segment", "profile"), pk=pk
    )
    is_open = customer.is_open_to(request.user)
    context = lifecycle(customer, request, with_timeline=is_open)
    if is_open:
        context |= _file_of(customer, request.user) | {"sections": drawn_sections(customer, request.user)}
    return render(request, "customers/customer_detail.html", {**context, "is_open": is_open})


def _file_of(customer: Customer, user: Any) -> dict[str, Any]:
    """What stands in the file, as this person may read it."""
    serves = customer.is_served_by(user)
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
        "risks": customer.risks.select_related("owner").exclude(state="closed").order_by("-pk")[:10],
        "collaborators": customer.collaborators.all(),
        "profile": getattr(customer, "profile", None),
        "may_change": customer.state != Customer.State.RETIRED and customer.may_be_changed_by(user),
        "may_log": serves and customer.may_be_logged_by(user, serves=serves),
        "may_reassign": user.has_perm(MANAGE),
    }


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
            begin(customer, by=request.user)
            form.save_m2m()
            duplicates.file_as_another(customer, reason=form.cleaned_data["another"], by=request.user)
            return saved(request, customer, _("The customer is saved."))
        return _duplicate_page(request, form, same)
    return form_page(
        request,
        form,
        heading=_("New customer"),
        back=_list_url(),
        clause="2.2.2a",
        template="customers/customer_form.html",
    )


@allow("customers.view_customer")
@once
def customer_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A customer's facts; a stale edit shows both versions."""
    customer = changeable_customer(request, pk)
    form = CustomerForm(request.POST or None, instance=customer, user=request.user)
    if request.method == "POST" and form.is_valid():
        same = _duplicates(form, request)
        if not same:
            form.save()
            if _is_renamed(form):
                duplicates.file_as_another(customer, reason=form.cleaned_data["another"], by=request.user)
            return saved(request, customer, _("The customer is saved."))
        return _duplicate_page(request, form, same)
    return form_page(
        request,
        form,
        heading=_("Edit the customer"),
        back=customer,
        clause="2.2.2a",
        template="customers/customer_form.html",
    )


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


@allow("customers.view_customer")
@once
def customer_reassign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a customer and what is open on it to another salesperson, with reason. Clause 2.2.1b."""
    customer = changeable_customer(request, pk)
    if not request.user.has_perm(MANAGE):
        raise PermissionDenied
    form = ReassignForm(request.POST or None, customer=customer)
    if request.method == "POST" and form.is_valid():
        services.reassign(customer, to=form.cleaned_data["to"], reason=form.cleaned_data["reason"], by=request.user)
        return saved(request, customer, _("The customer has a new owner."))
    return form_page(request, form, heading=_("Reassign the customer"), back=customer, clause="2.2.2a")


# --- contacts ----------------------------------------------------------------------------------------
@allow("customers.view_customer")
@once
def contact_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A new contact of the customer."""
    customer = changeable_customer(request, pk)
    is_first = not customer.contacts.exists()
    form = ContactForm(request.POST or None, instance=Contact(customer=customer), initial={"is_primary": is_first})
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, customer, _("The contact is saved."))
    return form_page(request, form, heading=_("New contact"), back=customer, clause="3.1.3a")


def _contact(request: HttpRequest, pk: int) -> Contact:
    """A contact whose numbers this person reads in full and whose customer's file he keeps."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("customer"), pk=pk)
    changeable_customer(request, contact.customer_id)
    if not contact.customer.is_served_by(request.user):
        raise PermissionDenied
    return contact


@allow("customers.view_customer")
@once
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact's name, title and numbers."""
    contact = _contact(request, pk)
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, contact.customer, _("The contact is saved."))
    return form_page(request, form, heading=_("Edit the contact"), back=contact.customer, clause="3.1.3a")


@allow("customers.view_customer")
@once
def contact_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact who left the customer, with reason."""
    contact = _contact(request, pk)
    if contact.left_on:
        raise Http404
    form = LeaveForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        contact.is_primary = False
        form.save()
        return saved(request, contact.customer, _("The contact is marked as departed."))
    heading = _("%(name)s has left") % {"name": contact.name}
    return form_page(request, form, heading=heading, back=contact.customer, clause="3.1.3a")


@allow("customers.view_customer")
def contact_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact stands on the customer's page."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    return redirect(customer_of(request, contact.customer_id))
