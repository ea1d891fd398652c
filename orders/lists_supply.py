"""The lists of production and purchasing as files, and the rows of their screens."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel import clock
from kernel.exports import Column
from kernel.lists import listed
from orders import shortage
from orders.models import (
    Acknowledgement,
    Material,
    Order,
    OrderLine,
    PlanTask,
    ProductionPlan,
    PurchaseOrder,
    Supplier,
)
from orders.models.access import BUY, RUNNING, VIEW, Department
from orders.models.materials import VIEW_MATERIAL
from orders.models.suppliers import VIEW_PURCHASE

PLANS = [
    Column("number", _("Plan number"), width=16),
    Column("order.number", _("Order number"), width=16),
    Column("order.customer_name", _("Customer"), width=34),
    Column("last_on", _("Planned end"), "date"),
    Column("order.promised_on", _("Promised delivery date"), "date"),
    Column("planned_by.name", _("Planned by"), width=16),
    Column("get_state_display", _("State"), width=16),
]
PURCHASES = [
    Column("number", _("Purchase number"), width=16),
    Column("supplier.name", _("Supplier"), width=34),
    Column("ordered_on", _("Ordered on"), "date"),
    Column("promised_on", _("Expected at first"), "date"),
    Column("expected_on", _("Expected on"), "date"),
    Column("delay_cause", _("Cause of the delay"), width=30),
    Column("received_on", pgettext_lazy("goods", "Received on"), "date"),
    Column("requested_by.name", _("Buyer"), width=16),
    Column("get_state_display", _("State"), width=16),
]
SUPPLIERS = [
    Column("number", _("Supplier number"), width=16),
    Column("name", pgettext_lazy("goods", "Name"), width=34),
    Column("contact", _("Contact"), width=20),
    Column("phone", _("Phone"), width=20),
    Column("email", _("E-mail"), width=30),
]
MATERIALS = [
    Column("code", pgettext_lazy("goods", "Code"), width=16),
    Column("name", pgettext_lazy("goods", "Name"), width=34),
    Column("unit", _("Unit"), width=10),
    Column("on_hand", _("On hand"), "number"),
    Column("needed", _("Needed"), "number"),
    Column("on_order", _("On order"), "number"),
    Column("short", _("Short"), "number"),
]


def words(query: QueryDict) -> str:
    """What is searched for."""
    return query.get("q", "").strip()[:60]


@listed("production-plans", _("Production plans"), VIEW, PLANS)
def plans(user: Any, query: QueryDict) -> QuerySet:
    """Plans by state, the newest first; "late" are those that end, as planned, after the delivery date. Clause 3.3.2b."""
    rows = ProductionPlan.objects.visible_to(user).select_related("order", "planned_by")
    rows = rows.annotate(last_on=Max("tasks__ends_on"))
    state = query.get("state", "")
    if state in ProductionPlan.State.values:
        rows = rows.filter(state=state)
    elif state == "late":
        rows = rows.filter(state__in=("confirmed", "running"), pk__in=too_late().values("plan"))
    if q := words(query):
        rows = rows.filter(
            Q(number__icontains=q) | Q(order__number__icontains=q) | Q(order__customer_name__icontains=q)
        )
    return rows.order_by("-pk")


def running_plans() -> QuerySet:
    """The plans that are carried out, with the last planned day of each, the one that ends first on top. Clause 3.3.2c."""
    rows = ProductionPlan.objects.filter(state__in=("confirmed", "running"), order__state__in=RUNNING)
    return rows.select_related("order").annotate(last_on=Max("tasks__ends_on")).order_by("last_on", "pk")


def too_late() -> QuerySet:
    """Tasks that end, as planned, after the delivery date of their line."""
    return PlanTask.objects.filter(ends_on__gt=F("line__deliver_on"), ended_on=None).order_by()


def open_tasks() -> QuerySet:
    """The tasks of confirmed plans of running orders that are not done."""
    rows = PlanTask.objects.filter(
        ended_on=None, plan__state__in=("confirmed", "running"), plan__order__state__in=RUNNING
    )
    return rows.select_related("plan__order", "line")


@listed("purchases", _("Purchase orders"), VIEW_PURCHASE, PURCHASES)
def purchases(user: Any, query: QueryDict) -> QuerySet:
    """Purchases by state, the newest first; "late" are those whose expected day has passed. Clause 3.3.3c."""
    rows = PurchaseOrder.objects.visible_to(user).select_related("supplier", "requested_by")
    state = query.get("state", "")
    if state in PurchaseOrder.State.values:
        rows = rows.filter(state=state)
    elif state == "late":
        rows = rows.late()
    if q := words(query):
        rows = rows.filter(Q(number__icontains=q) | Q(supplier__name__icontains=q))
    return rows.order_by("-pk")


@listed("suppliers", _("Suppliers"), VIEW_PURCHASE, SUPPLIERS)
def suppliers(user: Any, query: QueryDict) -> QuerySet:
    """Suppliers by number; with or without a qualification that is valid today. Clause 3.3.3b."""
    rows = Supplier.objects.visible_to(user).with_standing()
    standing = query.get("standing", "")
    if standing in ("qualified", "unqualified"):
        rows = rows.filter(is_qualified=standing == "qualified")
    if q := words(query):
        rows = rows.filter(Q(number__icontains=q) | Q(name__icontains=q))
    return rows.order_by("number")


@listed("materials", _("Materials and stock"), VIEW_MATERIAL, MATERIALS)
def materials(user: Any, query: QueryDict) -> QuerySet:
    """Materials with what is on hand, needed, on order and short. Clause 3.3.3a."""
    rows = Material.objects.visible_to(user).with_needs()
    if q := words(query):
        rows = rows.filter(Q(code__icontains=q) | Q(name__icontains=q))
    return rows.order_by("code")


@listed("shortage", _("Shortage list"), BUY, [*MATERIALS, Column("first_on", _("Needed first"), "date")])
def short(user: Any, query: QueryDict) -> QuerySet:
    """The materials of which something is missing. Clause 3.3.3a."""
    return shortage.short_materials()


def unplanned() -> QuerySet:
    """Running orders with something to make that production acknowledged and that have no plan, the most urgent first."""
    clear = Acknowledgement.objects.filter(
        order=OuterRef("pk"), department=Department.PRODUCTION, state="acknowledged"
    )  # fmt: skip
    made = OrderLine.objects.filter(order=OuterRef("pk"), route=OrderLine.Route.MAKE, produced__lt=F("quantity"))
    rows = Order.objects.running().filter(Exists(clear), Exists(made), plan=None)
    return rows.order_by("promised_on", "pk")


def due_tasks() -> QuerySet:
    """Open tasks that start or end by today, or are late, the latest first. Clause 3.3.2c."""
    today = clock.today()
    begins = Q(started_on=None, starts_on__lte=today)
    return open_tasks().filter(begins | Q(ends_on__lte=today)).order_by("ends_on", "pk")
