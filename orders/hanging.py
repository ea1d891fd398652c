"""What of orders hangs on a customer, and what a running order forbids to do with one. Clause 4.2.1c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from kernel.hanging import Hanging, Writing, binds, forbids, handed_over_with, hangs_on, names_persons_of
from kernel.models import Promise
from orders.models import GoodsReturn, Order, OrderChange, OrderContact, OrderException, Shipment

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


@handed_over_with("customers.customer")
def exceptions_handed_over(customer: Any, *, before: Any, after: Any, reason: str, by: Any) -> None:
    """Open problems of its orders that the old owner was to solve are the new one's, with what is promised on them."""
    keys = []
    for row in OrderException.objects.filter(order__customer=customer, owner=before, state="open"):
        row.owner, row.version = after, row.version + 1
        row._history_user, row._change_reason = by, reason[:100]
        row.save()
        keys.append(row.pk)
    promised = Promise.objects.open().filter(model=OrderException._meta.label_lower, row__in=keys)
    promised.filter(owed_by=before).update(owed_by=after)


@names_persons_of("customers.customer")
def persons_in_orders(customer: Any) -> Iterator[Writing]:
    """Where goods go and who takes them; what the customer said of his orders, and what went wrong."""
    rows = Order.objects.filter(customer=customer)
    yield Writing(rows, ("ship_to", "note"))
    yield Writing(OrderContact.objects.filter(order__in=rows), ("remarks",))
    yield Writing(OrderException.objects.filter(order__in=rows), ("what", "cause", "solution"))
    yield Writing(OrderChange.objects.filter(order__in=rows), ("specification", "requirements", "reason"))
    yield Writing(Shipment.objects.filter(order__in=rows), ("ship_to", "received_by"))
    yield Writing(GoodsReturn.objects.filter(order__in=rows), ("reason", "finding"))
