"""Erasing the persons of a retired customer: values and salts go, digests stay, so that the audit chain still proves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from customers.models import Contact, Customer, Erasure
from customers.models.access import MANAGE

BLANK = {"name": "—", "phone": "", "email": "", "wechat": ""}


def may_be_erased(customer: Customer, user: Any) -> bool:
    """Whether this person may erase it now: the manager, once it is retired."""
    return customer.state == Customer.State.RETIRED and user.has_perm(MANAGE)


def persons_of(customer: Customer) -> Any:
    """Its contacts that still are persons."""
    return Contact.objects.filter(customer=customer).exclude(**BLANK, title="")


def erase(customer: Customer, *, reason: str, by: Any) -> Erasure:
    """Put blanks in place of every name, number and address of its contacts; only that it was done is kept.

    Raises PermissionDenied for who is not the manager, and while the customer is not retired. Clause 4.2.1c.
    """
    with transaction.atomic():
        row = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
        if not may_be_erased(row, by):
            raise PermissionDenied
        contacts = list(persons_of(row).select_for_update(of=("self",)).order_by("pk"))
        for contact in contacts:
            contact.title = ""
            contact.version += 1
            contact.erase_personal(BLANK, by=by)
        return Erasure.objects.create(customer=row, contacts=len(contacts), reason=reason.strip(), by=by)
