"""What order execution lets be found: orders, production plans, purchases, suppliers, shipments."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kernel.panels import Hit, search_source
from kernel.searching import Finder
from orders.models import Order, ProductionPlan, PurchaseOrder, Shipment, Supplier


@search_source(30, _("Orders"))
def orders(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Orders by number or customer. Clause 4.2.2a."""
    if not finder.finds(Order):
        return []
    rows = Order.objects.visible_to(user).order_by("-pk")
    return [
        Hit(o.number, f"{o.customer_name} {o.get_state_display()}", o.get_absolute_url())
        for o in finder.first(rows, Order, limit)
    ]


@search_source(31, _("Production plans"))
def plans(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Plans by number. Clause 3.3.2a."""
    if not finder.finds(ProductionPlan):
        return []
    rows = ProductionPlan.objects.visible_to(user).select_related("order").order_by("-pk")
    return [
        Hit(p.number, f"{p.order.number} {p.get_state_display()}", p.get_absolute_url())
        for p in finder.first(rows, ProductionPlan, limit)
    ]


@search_source(32, _("Purchase orders"))
def purchases(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Purchases by number. Clause 3.3.3a."""
    if not finder.finds(PurchaseOrder):
        return []
    rows = PurchaseOrder.objects.visible_to(user).select_related("supplier").order_by("-pk")
    return [
        Hit(p.number, f"{p.supplier.name} {p.get_state_display()}", p.get_absolute_url())
        for p in finder.first(rows, PurchaseOrder, limit)
    ]


@search_source(33, _("Suppliers"))
def suppliers(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Suppliers by number or name. Clause 3.3.3b."""
    if not finder.finds(Supplier):
        return []
    rows = Supplier.objects.visible_to(user).order_by("-pk")
    return [Hit(s.number, s.name, s.get_absolute_url()) for s in finder.first(rows, Supplier, limit)]


@search_source(34, _("Shipments"))
def shipments(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Shipments by number or tracking number. Clause 3.3.5c."""
    if not finder.finds(Shipment):
        return []
    rows = Shipment.objects.visible_to(user).select_related("order").order_by("-pk")
    return [
        Hit(s.number, f"{s.carrier} {s.tracking_number} · {s.order.number}".strip(), s.get_absolute_url())
        for s in finder.first(rows, Shipment, limit)
    ]
