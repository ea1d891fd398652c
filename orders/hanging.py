"""What of orders hangs on a customer, and what a running order forbids to do with one. Clause 4.2.1c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from kernel.hanging import Hanging, binds, forbids, hangs_on
from orders.models import Order

OVER = ("completed", "cancelled")


@hangs_on("customers.customer")
def orders_of(customer: Any) -> Iterator[Hanging]:
    """Its orders; the name as it stands in them stays."""
    yield Hanging(_("Orders"), Order.objects.filter(customer=customer), "customer_id")


@forbids("customers.customer", "pool", "retire")
def running_orders(customer: Any) -> QuerySet:
    """The orders that keep a customer from the pool and from retirement."""
    return Order.objects.filter(customer=customer).exclude(state__in=OVER).annotate(why=F("number"))


@binds("customers.customer")
def customers_with_orders() -> QuerySet:
    """The customers with such an order."""
    return Order.objects.exclude(state__in=OVER).order_by().values("customer")
