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


class HelpersBesideOwner:
    """A form that names an owner and who helps him: the owner is not offered as his own helper, nor kept as one."""

    def offer_helpers(self, user: Any) -> None:
        """Those who can help whoever owns the record, or will own a new one."""
        fields, record = self.fields, self.instance  # type: ignore[attr-defined]
        fields["collaborators"].queryset = helpers().exclude(pk=record.owner_id or user.pk)

    def clean(self) -> dict[str, Any]:
        """Whoever is made the owner helps no longer."""
        data: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc]
        owner = data.get("owner")
        if owner and "collaborators" in data:
            data["collaborators"] = data["collaborators"].exclude(pk=owner.pk)
        return data


def contacts_of(customer: Customer, *, but_keep: Any = None) -> QuerySet:
    """The present contacts of a customer, with the one already chosen."""
    rows = Contact.objects.filter(customer=customer, left_on=None)
    return rows | Contact.objects.filter(pk=but_keep, customer=customer) if but_keep else rows
