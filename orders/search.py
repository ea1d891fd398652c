"""What order execution lets be found: orders, plans, purchases, suppliers, materials, inspections, shipments, returns, credits."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kernel.panels import Hit, search_source
from kernel.searching import Finder
from orders.models import (
    CreditNote,
    GoodsReturn,
    Inspection,
    Material,
    Order,
    ProductionPlan,
    PurchaseOrder,
    Shipment,
    Supplier,
)


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


@search_source(34, _("Materials"))
def materials(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Materials by code or name. Clause 3.3.3a."""
    if not finder.finds(Material):
        return []
    rows = Material.objects.visible_to(user).order_by("code")
    return [Hit(m.code, m.name, m.get_absolute_url()) for m in finder.first(rows, Material, limit)]


@search_source(36, _("Inspections"))
def inspections(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Inspections by the number of their report. Clause 3.3.4b."""
    if not finder.finds(Inspection):
        return []
    rows = Inspection.objects.visible_to(user).select_related("order", "line").order_by("-pk")
    return [
        Hit(
            f"{i.report_number} {i.order.number}", f"{i.line.description} {i.get_state_display()}", i.get_absolute_url()
        )
        for i in finder.first(rows, Inspection, limit)
    ]


@search_source(37, _("Returns"))
def returns(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Goods that came back, by their order. Clause 3.3.6b."""
    if not finder.finds(Order):
        return []
    rows = GoodsReturn.objects.visible_to(user).select_related("order").order_by("-pk")
    return [
        Hit(f"{r.order.number} {r.reason[:60]}", str(r.get_state_display()), r.get_absolute_url())
        for r in finder.first(rows, Order, limit, "order", are_few=True)
    ]


@search_source(38, _("Credit notes"))
def credit_notes(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Credits by their order, for those who may know what an order is worth. Clause 3.3.6b."""
    if not finder.finds(Order):
        return []
    rows = CreditNote.objects.visible_to(user).select_related("order").order_by("-pk")
    return [
        Hit(str(c), str(c.get_state_display()), c.get_absolute_url())
        for c in finder.first(rows, Order, limit, "order", are_few=True)
    ]
