"""What production and purchasing contribute: the menu, their work on the home page, their part of the order's page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from customers.services import end_of
from kernel import clock
from kernel.panels import Entry, WorkGroup, WorkItem, navigation_item, quick_action, section, timeline_source, work
from orders import lists_supply, purchasing, shortage
from orders.lanes_supply import bought_for, tasks_of
from orders.models import Order, PlanMaterial, ProductionPlan, PurchaseOrder, TaskReport
from orders.models.access import BUY, PLAN, VIEW
from orders.models.materials import VIEW_MATERIAL
from orders.models.suppliers import VIEW_PURCHASE
from orders.planning import make_lines

SHOWN = 6
FULFILMENT = gettext_lazy("Fulfilment")

navigation_item(404, FULFILMENT, "orders:production_bench", "flag", gettext_lazy("Production's bench"), permission=PLAN)
navigation_item(405, FULFILMENT, "orders:purchasing_bench", "flag", gettext_lazy("Purchasing's bench"), permission=BUY)
navigation_item(410, FULFILMENT, "orders:productionplan_list", "cal", gettext_lazy("Production plans"), permission=PLAN)
navigation_item(420, FULFILMENT, "orders:shortage_list", "alert", gettext_lazy("Shortage list"), permission=BUY)
navigation_item(
    422, FULFILMENT, "orders:purchaseorder_list", "receipt", gettext_lazy("Purchase orders"), permission=VIEW_PURCHASE
)
navigation_item(424, FULFILMENT, "orders:supplier_list", "users", gettext_lazy("Suppliers"), permission=VIEW_PURCHASE)
navigation_item(
    426, FULFILMENT, "orders:material_list", "ledger", gettext_lazy("Materials and stock"), permission=VIEW_MATERIAL
)
quick_action(40, "orders:production_bench", "flag", gettext_lazy("Production's bench"), permission=PLAN)
quick_action(40, "orders:shortage_list", "alert", gettext_lazy("Shortage list"), permission=BUY)


def _group(title: Any, rows: QuerySet, item: Callable[[Any], WorkItem], url: str) -> WorkGroup | None:
    """The first rows as items, with how many there are in all; nothing where there is none. Two queries at most."""
    found = list(rows[: SHOWN + 1])
    if not found:
        return None
    total = rows.count() if len(found) > SHOWN else len(found)
    return WorkGroup(title, [item(row) for row in found[:SHOWN]], total, reverse(url))


# --- production ------------------------------------------------------------------------------------------
@work(28)
def tasks_of_today(user: Any) -> WorkGroup | None:
    """For production: tasks that start or end today, or are late. Clause 3.3.2c."""
    if not user.has_perm(PLAN):
        return None

    def item(task: Any) -> WorkItem:
        tone = "bad" if task.is_late else "wait"
        return WorkItem(
            task.what, f"{task.plan.number} · {task.plan.order.number}", task.plan.get_absolute_url(), tone,
            end_of(task.ends_on), None, "", _("Report output"), task.plan.order.customer_name, "3.3.2c",
        )  # fmt: skip

    return _group(_("Production tasks due or late"), lists_supply.due_tasks(), item, "orders:production_bench")


@work(29)
def orders_to_plan(user: Any) -> WorkGroup | None:
    """For production: acknowledged orders without a plan. Clause 3.3.2a."""
    if not user.has_perm(PLAN):
        return None

    def item(order: Order) -> WorkItem:
        due = end_of(order.promised_on) if order.promised_on else None
        return WorkItem(
            order.number, _("promised for"), order.get_absolute_url(), "wait", due, None, "", _("Plan"),
            order.customer_name, "3.3.2a",
        )  # fmt: skip

    return _group(_("Orders to plan"), lists_supply.unplanned(), item, "orders:production_bench")


# --- purchasing ------------------------------------------------------------------------------------------
@work(28)
def materials_short(user: Any) -> WorkGroup | None:
    """For purchasing: the shortage list. Clause 3.3.3a."""
    if not user.has_perm(BUY):
        return None

    def item(row: Any) -> WorkItem:
        what = _("%(quantity)s %(unit)s missing") % {"quantity": f"{row.short.normalize():f}", "unit": row.unit}
        due = end_of(row.first_on) if row.first_on else None
        return WorkItem(
            str(row), what, reverse("orders:shortage_list"), "wait", due, None, "", pgettext("verb", "Buy"), "", "3.3.3a"
        )  # fmt: skip

    return _group(_("Shortage list"), shortage.short_materials(), item, "orders:shortage_list")


@work(29)
def deliveries_due(user: Any) -> WorkGroup | None:
    """For purchasing: deliveries expected today and those past their day. Clause 3.3.3c."""
    if not user.has_perm(BUY):
        return None
    rows = PurchaseOrder.objects.filter(state="ordered", expected_on__lte=clock.today()).select_related("supplier")

    def item(row: PurchaseOrder) -> WorkItem:
        tone = "bad" if row.is_delayed else "wait"
        return WorkItem(
            row.supplier.name, row.number, row.get_absolute_url(), tone, end_of(row.expected_on), None, "",
            _("Follow up"), "", "3.3.3c",
        )  # fmt: skip

    ordered = rows.order_by("expected_on", "pk")
    return _group(_("Deliveries expected today or late"), ordered, item, "orders:purchasing_bench")


@work(44)
def qualifications_ending(user: Any) -> WorkGroup | None:
    """For purchasing: suppliers whose last qualification ends soon. Clause 3.3.3b."""
    if not user.has_perm(BUY):
        return None

    def item(row: Any) -> WorkItem:
        return WorkItem(
            row.supplier.name, row.scope, row.get_absolute_url(), "wait", end_of(row.valid_until), None, "",
            _("Renew"), "", "3.3.3b",
        )  # fmt: skip

    rows = purchasing.expiring(clock.today())
    return _group(_("Qualifications of suppliers that end soon"), rows, item, "orders:purchasing_bench")


# --- the order's page ------------------------------------------------------------------------------------
@section("orders.order", 100, "orders/_plan_of_order.html")
def plan_of_order(order: Order, user: Any) -> dict[str, Any] | None:
    """The order's plan with its tasks, or the button that makes one. Clause 3.3.2a."""
    if not user.has_perm(VIEW) or not make_lines(order):
        return None
    newest = max((task.plan for task in tasks_of(order)), key=lambda plan: plan.pk, default=None)
    lives = newest is not None and newest.state != "cancelled"
    plan = newest if lives else ProductionPlan.objects.filter(order=order).first()
    if plan:
        plan.order = order
        return {"plan": plan, "tasks": [task for task in tasks_of(order) if task.plan_id == plan.pk]}
    taken = any(row.department == "production" and row.state == "acknowledged" for row in order.acknowledgement_rows)
    clear = user.has_perm(PLAN) and order.is_running and taken
    return {"plan": None, "may_plan": clear} if order.is_running else None


@section("orders.order", 110, "orders/_supply_of_order.html")
def supply_of_order(order: Order, user: Any) -> dict[str, Any] | None:
    """The order's materials and what is bought for it, without any price; two queries. Clause 3.3.3a."""
    if not user.has_perm(VIEW):
        return None
    needs = list(PlanMaterial.objects.filter(plan__order=order).select_related("material"))
    purchases = bought_for(order)
    if not needs and not purchases:
        return None
    return {"needs": needs, "purchases": purchases, "sees_purchases": user.has_perm(VIEW_PURCHASE)}


@timeline_source("orders.productionplan")
def reports_on_tasks(plan: ProductionPlan, user: Any, limit: int) -> Iterable[Entry]:
    """What was reported on its tasks."""
    rows = TaskReport.objects.filter(task__plan=plan).select_related("task__line", "by").order_by("-at", "-pk")
    return [
        Entry(r.at, "check", f"{r.task}: {r.quantity.normalize():f} {r.task.line.unit}", r.note, r.by)
        for r in rows[:limit]
    ]


@timeline_source("orders.purchaseorder")
def notes_on_purchase(purchase: PurchaseOrder, user: Any, limit: int) -> Iterable[Entry]:
    """What the supplier said."""
    return [Entry(n.at, "chat", n.text, n.cause, n.by) for n in purchase.notes.select_related("by")[:limit]]
