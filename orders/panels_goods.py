"""What inspection and transport add to the menu, the home pages and the page of an order. Clauses 3.3.4–3.3.6."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import clock
from kernel.models import Promise
from kernel.panels import WorkGroup, WorkItem, navigation_item, section, work
from orders import lists_goods
from orders.models import CreditNote, GoodsReturn, Inspection, ReworkTask, Shipment
from orders.models.access import ENTER, INSPECT, RIGHTS, RUNNING, SHIP, VALUE, VIEW, departments_of
from orders.models.returns import SETTLE
from orders.shipping import TELL_SHIPPED, TRACKING

SHOWN, ON_PAGE = 6, 30
FULFILMENT = gettext_lazy("Fulfilment")

navigation_item(430, FULFILMENT, "orders:quality_bench", "check", gettext_lazy("Quality's bench"), permission=INSPECT)
navigation_item(440, FULFILMENT, "orders:logistics_bench", "truck", gettext_lazy("Logistics' bench"), permission=SHIP)
navigation_item(450, FULFILMENT, "orders:shipment_list", "truck", gettext_lazy("Shipments"), permission=VIEW)
navigation_item(
    460, FULFILMENT, "orders:delivery_calendar", "cal", gettext_lazy("Calendar of deliveries"), permission=VIEW
)


def _group(title: Any, rows: Any, url: str, item: Any) -> WorkGroup | None:
    """The first few rows as work, with how many there are; None when there is none. Two queries."""
    found = list(rows[: SHOWN + 1])
    if not found:
        return None
    total = len(found) if len(found) <= SHOWN else rows.count()
    return WorkGroup(title, [item(row) for row in found[:SHOWN]], total, reverse(url))


# --- quality ---------------------------------------------------------------------------------------------
@work(30)
def inspections_waiting(user: Any) -> WorkGroup | None:
    """For quality: inspections that wait, in-process first, then those after rework. Clause 3.3.4a."""
    if not user.has_perm(INSPECT):
        return None
    rows = Inspection.objects.visible_to(user).waiting().select_related("order", "line")

    def item(row: Inspection) -> WorkItem:
        sub = f"{row.order.number} · {row.get_kind_display()}"
        tone = "bad" if row.round > 1 else "wait"
        url = row.get_absolute_url()
        return WorkItem(row.line.description, sub, url, tone, None, None, "", _("Inspect"), "", "3.3.4a")

    return _group(_("Inspections waiting"), rows, "orders:quality_bench", item)


@work(31)
def goods_to_inspect(user: Any) -> WorkGroup | None:
    """For quality: what is there and in no inspection yet. Clause 3.3.4a."""
    if not user.has_perm(INSPECT):
        return None

    def item(line: Any) -> WorkItem:
        sub = f"{line.order.number} · {line.waiting.normalize():f} {line.unit}"
        url = reverse("orders:inspection_create", args=[line.pk])
        return WorkItem(line.description, sub, url, "wait", None, None, "", _("Inspect"), "", "3.3.4a")

    return _group(_("There, and not inspected yet"), lists_goods.to_open(user), "orders:quality_bench", item)


@work(27)
def rework_waiting(user: Any) -> WorkGroup | None:
    """For who made or bought it: failed quantities to rework. Clause 3.3.4b."""
    departments = [name for name in departments_of(user) if name in ("production", "purchasing")]
    if not departments:
        return None
    rows = ReworkTask.objects.visible_to(user).waiting().filter(department__in=departments)

    def item(row: ReworkTask) -> WorkItem:
        sub = f"{row.order.number} · {row.quantity.normalize():f} {row.line.unit}"
        url = row.step_url("finish")
        return WorkItem(row.line.description, sub, url, "bad", None, None, "", _("Rework"), "", "3.3.4b")

    return _group(_("Failed, to be reworked"), rows.select_related("order", "line"), "orders:inspection_list", item)


# --- logistics -------------------------------------------------------------------------------------------
@work(32)
def goods_to_pack(user: Any) -> WorkGroup | None:
    """For logistics: what has passed and is due to leave. Clause 3.3.5a."""
    if not user.has_perm(SHIP):
        return None

    def item(line: Any) -> WorkItem:
        sub = f"{line.order.number} · {line.waiting.normalize():f} {line.unit}"
        url = reverse("orders:shipment_create", args=[line.order_id])
        return WorkItem(
            line.description, sub, url, "wait", None, None, "", _("Pack"), line.order.customer_name, "3.3.5a"
        )

    return _group(_("Passed, and to leave"), lists_goods.to_pack(user), "orders:logistics_bench", item)


@work(33)
def shipments_packing(user: Any) -> WorkGroup | None:
    """For logistics: shipments being packed, with or without the number by which they are followed. Clause 3.3.5c."""
    if not user.has_perm(SHIP):
        return None
    rows = Shipment.objects.visible_to(user).filter(state="packing", order__state__in=RUNNING)

    def item(row: Shipment) -> WorkItem:
        name = row.order.customer_name
        return WorkItem(
            row.number, row.order.number, row.get_absolute_url(), "wait", None, None, "", _("Ship"), name, "3.3.5c"
        )

    return _group(
        _("Shipments being packed"), rows.select_related("order").order_by("pk"), "orders:logistics_bench", item
    )


@work(34)
def returns_to_handle(user: Any) -> WorkGroup | None:
    """For logistics, quality and customer service: goods that come back, each in the state that is his. Clause 3.3.6b."""
    mine = {SHIP: ("requested", False), INSPECT: ("received", False)}
    states = [state for right, (state, _lost) in mine.items() if user.has_perm(right)]
    if user.has_perm(ENTER):
        states.append("inspected")
    if not states:
        return None
    rows = GoodsReturn.objects.visible_to(user).filter(state__in=states, is_lost=False, order__state__in=RUNNING)

    def item(row: GoodsReturn) -> WorkItem:
        what = str(row.shipment_line)
        return WorkItem(what, row.order.number, row.get_absolute_url(), "wait", None, None, "", _("View"), "", "3.3.6b")

    rows = rows.select_related("order", "shipment_line__line").order_by("pk")
    return _group(_("Goods that come back"), rows, "orders:shipment_list", item)


# --- customer service and finance --------------------------------------------------------------------------
@work(22)
def news_owed(user: Any) -> WorkGroup | None:
    """For customer service: goods in transit without news, and customers to be told by phone. 3.3.6a, 3.3.5c."""
    if not user.has_perm(ENTER):
        return None
    rows = Promise.objects.open().filter(kind__in=(TRACKING, TELL_SHIPPED), remind_at__lte=clock.now())

    def item(promise: Promise) -> WorkItem:
        return WorkItem(
            promise.label, promise.title, promise.url, "wait", promise.due_at, None, "", _("Enter news"),
            promise.owed_to, promise.clause,
        )  # fmt: skip

    return _group(_("Goods on the way without news"), rows.order_by("due_at", "pk"), "orders:shipment_list", item)


@work(40)
def credits_to_settle(user: Any) -> WorkGroup | None:
    """For finance: credit notes that the manager approved. Clause 3.3.6b."""
    if not (user.has_perm(SETTLE) and user.has_perm(VALUE)):
        return None
    rows = CreditNote.objects.visible_to(user).filter(state="approved").select_related("order").order_by("pk")

    def item(row: CreditNote) -> WorkItem:
        return WorkItem(
            row.reason[:120], row.order.number, row.get_absolute_url(), "wait", None, row.amount, row.currency,
            _("Settle"), row.order.customer_name, "3.3.6b",
        )  # fmt: skip

    return _group(_("Credit notes to settle"), rows, "orders:order_list", item)


# --- the page of an order ----------------------------------------------------------------------------------
@section("orders.order", 40, "orders/_goods.html")
def inspections_of_order(order: Any, user: Any) -> dict[str, Any] | None:
    """Its inspections and rework. Clause 3.3.4."""
    if order.state == "draft":
        return None
    tasks = list(order.rework.filter(state="open").select_related("line").order_by("-round", "pk")[:ON_PAGE])
    return {
        "inspections": order.inspection_rows, "tasks": tasks,
        "may_inspect": order.is_running and user.has_perm(RIGHTS["quality"]),  # type: ignore[index]
    }  # fmt: skip


@section("orders.order", 50, "orders/_transport.html")
def transport_of_order(order: Any, user: Any) -> dict[str, Any] | None:
    """Its shipments; its credit notes for who may know what it is worth. Clauses 3.3.5, 3.3.6."""
    if order.state == "draft":
        return None
    return {
        "shipments": order.shipment_rows,
        "credits": list(order.credit_notes.order_by("-pk")[:ON_PAGE]) if user.has_perm(VALUE) else [],
        "may_ship": order.is_running and user.has_perm(SHIP) and any(line.to_ship > 0 for line in order.line_rows),
        "may_credit": user.has_perm(ENTER),
    }
