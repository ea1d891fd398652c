"""What of after-sales service hangs on a customer, and what open feedback forbids to do with one. Clause 4.2.1c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from aftersales.models import Feedback, Mail
from kernel.hanging import Hanging, binds, forbids, hangs_on


@hangs_on("customers.customer")
def feedback_of(customer: Any) -> Iterator[Hanging]:
    """Its feedback; the name as it stands in it stays."""
    yield Hanging(_("Customer feedback"), Feedback.objects.filter(customer=customer), "customer_id")
    yield Hanging(_("Letters by e-mail"), Mail.objects.filter(customer=customer), "customer_id")


@forbids("customers.customer", "pool", "retire")
def open_feedback(customer: Any) -> QuerySet:
    """The feedback that keeps a customer from the pool and from retirement."""
    return Feedback.objects.filter(customer=customer).running().annotate(why=F("number"))


@binds("customers.customer")
def customers_with_feedback() -> QuerySet:
    """The customers with open feedback."""
    return Feedback.objects.running().exclude(customer=None).order_by().values("customer")
