"""The lists of order execution as files, and the rows of their screens."""

from __future__ import annotations

from typing import Any

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, ContractLine
from kernel import clock
from kernel.exports import Column
from kernel.lists import listed
from orders import lists_goods, lists_supply  # noqa: F401  (declare their lists)
from orders.models import Order, OrderLine
from orders.models.access import ENTER, VIEW
from orders.models.orders import NONE, QUANTITY

ORDERS = [
    Column("number", _("Order number"), width=16),
    Column("customer_name", _("Customer"), width=34),
    Column("ordered_on", _("Order date"), "date"),
    Column("promised_on", _("Promised delivery date"), "date"),
    Column("shipped_on", _("Shipped on"), "date"),
    Column("delivered_on", _("Delivered on"), "date"),
    Column("get_state_display", _("State"), width=16),
    Column("entered_by.name", _("Customer service"), width=16),
]


@listed("orders", _("Orders"), VIEW, ORDERS)
def orders(user: Any, query: QueryDict) -> QuerySet:
    """Orders by state, the newest first, with a search over number and customer."""
    state, q = query.get("state", ""), query.get("q", "").strip()[:60]
    rows = Order.objects.visible_to(user).select_related("entered_by")
    if state in Order.State.values:
        rows = rows.filter(state=state)
    elif state == "late":
        rows = rows.running().filter(promised_on__lt=clock.today(), shipped_on=None)
    if q:
        rows = rows.filter(Q(number__icontains=q) | Q(customer_name__icontains=q) | Q(legacy_number__icontains=q))
    return rows.order_by("-pk")


def awaiting_order(user: Any, *, called_off: bool = False) -> QuerySet:
    """Signed contracts of which something is not ordered yet, the one signed first on top. Clause 3.3.1a.

    Without `called_off` only those of which nothing is ordered at all: a framework contract that was called off in part
    waits for nobody.
    """
    if not user.has_perm(ENTER):
        return Contract.objects.none()
    taken = OrderLine.objects.filter(contract_line=OuterRef("pk")).exclude(order__state="cancelled").order_by()
    total = taken.values("contract_line").annotate(total=Sum("quantity")).values("total")
    number = DecimalField(**QUANTITY)
    ordered = Coalesce(Subquery(total, output_field=number), Value(NONE, output_field=number))
    open_ = (
        ContractLine.objects.filter(contract=OuterRef("pk")).annotate(ordered=ordered).filter(quantity__gt=F("ordered"))
    )
    rows = Contract.objects.visible_to(user).filter(state__in=("signed", "archived"), signed_on__isnull=False)
    rows = rows.filter(Exists(open_)).select_related(None)
    if not called_off:
        begun = Order.objects.filter(contract=OuterRef("pk")).exclude(state="cancelled")
        rows = rows.filter(~Exists(begun))
    return rows.order_by("signed_on", "pk")
