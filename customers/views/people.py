"""The contacts of a customer: entered, changed, departed."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from customers.forms.customers import ContactForm, LeaveForm
from customers.models import Contact
from customers.views.rows import changeable_customer, customer_of, form_page, saved
from kernel.once import once
from kernel.policy import allow


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


def contact_kept_by(request: HttpRequest, pk: int) -> Contact:
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
    contact = contact_kept_by(request, pk)
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        form.save()
        return saved(request, contact.customer, _("The contact is saved."))
    return form_page(request, form, heading=_("Edit the contact"), back=contact.customer, clause="3.1.3a")


@allow("customers.view_customer")
@once
def contact_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A contact who left the customer, with reason."""
    contact = contact_kept_by(request, pk)
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
