"""Erasing the persons of a retired customer, in two steps."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from customers import erasing
from customers.forms.keeping import EraseForm
from customers.views.rows import customer_of, form_page, saved
from kernel.once import once
from kernel.policy import allow

SHOWN = 50  # passages shown before they change


@allow("customers.view_customer")
@once
def customer_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Why, then once more by typing the customer's number. Clause 4.2.1c."""
    customer = customer_of(request, pk)
    if not erasing.may_be_erased(customer, request.user):
        raise PermissionDenied
    form = EraseForm(request.POST or None, customer=customer)
    is_asked_twice = False
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["number"]:
            data = {name: form.cleaned_data[name] for name in ("reason", "with_texts", "also")}
            erasing.erase(customer, by=request.user, **data)
            return saved(request, customer, _("The persons of this customer are erased."))
        is_asked_twice = True
    if request.method == "POST":
        form.ask_for_number()
    persons = erasing.persons_of(customer).order_by("pk")[:50]
    also = form.cleaned_data.get("also", "") if form.is_bound else ""
    passages = erasing.passages_of(customer, erasing.words_to_go(customer, also))
    context = {
        "persons": persons,
        "passages": passages[:SHOWN],
        "passage_count": len(passages),
        "is_asked_twice": is_asked_twice,
        "erasures": customer.erasures.select_related("by"),
    }
    heading, template = _("Erase personal data"), "customers/customer_erase.html"
    return form_page(request, form, heading=heading, back=customer, clause="4.2.1c", template=template, **context)
