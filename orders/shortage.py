"""The shortage list 缺料清單: what plans need less what is on hand and on order, and what is to be bought for orders (3.3.3a)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, QuerySet

from orders.models import Acknowledgement, Material, OrderLine, PlanMaterial, PurchaseLine
from orders.models.access import RUNNING, Department
from orders.models.materials import total_of


def short_materials() -> QuerySet:
    """Materials of which something is missing: `needed`, `on_order`, `short`, and `first_on`, when it is needed first."""
    rows = Material.objects.with_needs().filter(short__gt=0)
    needs = PlanMaterial.objects.open().filter(material=OuterRef("pk")).order_by()
    first = needs.values("material").annotate(day=Min("needed_on")).values("day")
    return rows.annotate(first_on=first).order_by("code")


def short_lines() -> QuerySet:
    """Lines to be bought of running orders that purchasing acknowledged, with how much is neither here nor on order."""
    clear = Acknowledgement.objects.filter(
        order=OuterRef("order"), department=Department.PURCHASING, state="acknowledged"
    )
    coming = PurchaseLine.objects.coming().filter(order_line=OuterRef("pk"))
    rows = OrderLine.objects.filter(Exists(clear), route=OrderLine.Route.BUY, order__state__in=RUNNING)
    rows = rows.annotate(on_order=total_of(coming, "order_line", F("quantity") - F("accepted")))
    rows = rows.annotate(short=F("quantity") - F("produced") - F("on_order")).filter(short__gt=0)
    return rows.select_related("order").order_by("deliver_on", "pk")


def orders_of(materials: Iterable[Material]) -> dict[int, list[tuple[Any, date]]]:
    """For each material the orders whose plans wait for it and when, the first on top. One query."""
    found: dict[int, list[tuple[Any, date]]] = {}
    needs = PlanMaterial.objects.open().filter(material__in=[m.pk for m in materials])
    for need in needs.select_related("plan__order").order_by("needed_on", "pk")[:500]:
        found.setdefault(need.material_id, []).append((need.plan.order, need.needed_on))
    return found
