"""Fields that choose persons: colleagues by what they may do, contacts of the customer at hand."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from customers.models import Contact, Customer
from kernel.permissions import holding


def colleagues(*permissions: str) -> QuerySet:
    """Active people who hold one of the permissions; everybody active when none is named."""
    rows = holding(*permissions) if permissions else get_user_model().objects.filter(is_active=True)
    return rows.order_by("name", "pk")


def sellers() -> QuerySet:
    """Those who can own a customer or an opportunity."""
    return colleagues("customers.change_opportunity")


def helpers() -> QuerySet:
    """Those who can help with one: salespeople, the manager, customer service. Clause 2.2.3d."""
    return colleagues("customers.change_opportunity", "customers.log_interaction")


def contacts_of(customer: Customer, *, but_keep: Any = None) -> QuerySet:
    """The present contacts of a customer, with the one already chosen."""
    rows = Contact.objects.filter(customer=customer, left_on=None)
    return rows | Contact.objects.filter(pk=but_keep, customer=customer) if but_keep else rows
