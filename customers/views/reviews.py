"""Reviewing customer files: those that are due, confirming one, taking dead numbers out."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from customers import reviews
from customers.forms.keeping import DeadForm, ReviewForm
from customers.models import Customer
from customers.views.customers import shown_contacts
from customers.views.people import contact_kept_by
from customers.views.rows import changeable_customer, form_page, saved
from kernel.once import once
from kernel.policy import allow
from kernel.views import keyset_page


@allow("customers.change_customer")
def review_list(request: HttpRequest) -> HttpResponse:
    """The files whose review is due, the oldest first. Clause 4.2.1c."""
    page = keyset_page(request, reviews.due_for(request.user), order=("due_at", "pk"))
    customers = Customer.objects.filter(pk__in=[p.row for p in page.rows]).select_related("owner").in_bulk()
    rows = [{"promise": p, "customer": customers[p.row]} for p in page.rows if p.row in customers]
    return render(request, "customers/review_list.html", {"page": page, "rows": rows})


@allow("customers.view_customer")
@once
def customer_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the facts and contacts of one file, mend what is wrong, and confirm it. Clause 4.2.1c."""
    customer = changeable_customer(request, pk)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reviews.confirm(customer, note=form.cleaned_data["note"], by=request.user)
        return saved(request, customer, _("The file is reviewed."))
    return form_page(request, form, template="customers/customer_review.html", **_file(customer, request.user))


def _file(customer: Customer, user: Any) -> dict[str, Any]:
    serves = customer.is_served_by(user)
    return {
        "heading": _("Review the customer's file"),
        "back": customer,
        "submit": _("The file is right"),
        "clause": "4.2.1c",
        "contacts": shown_contacts(customer.contacts.present(), serves=serves),
        "phone": customer.phone if serves else "",
        "last": customer.interactions.order_by("-at").first(),
    }


@allow("customers.view_customer")
@once
def contact_dead(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dead number or address of a contact out, with reason. Clause 4.2.1c."""
    contact = contact_kept_by(request, pk)
    form = DeadForm(request.POST or None, contact=contact)
    if not form.fields["names"].choices:
        raise Http404
    if request.method == "POST" and form.is_valid():
        reviews.take_out(contact, **form.cleaned_data, by=request.user)
        return saved(request, contact.customer, _("It is taken out of the file."))
    heading = _("Dead number of %(name)s") % {"name": contact.name}
    return form_page(request, form, heading=heading, back=contact.customer, clause="4.2.1c")
