"""Inspections, shipments and the dates of delivery: the rows of their screens and files, and of the benches. 3.3.4–3.3.6."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.exports import Column
from kernel.lists import listed
from kernel.periods import Period
from orders.models import Inspection, Order, OrderException, OrderLine, Shipment, ShipmentLine
from orders.models.access import RUNNING, VIEW
from orders.models.orders import NONE, QUANTITY

INSPECTIONS = [
    Column("order.number", _("Order number"), width=16),
    Column("line.description", _("What"), width=34),
    Column("get_kind_display", _("Kind"), width=16),
    Column("round", _("Round"), "number"),
    Column("quantity", _("Quantity"), "number"),
    Column("accepted", pgettext_lazy("inspection", "Accepted"), "number"),
    Column("rejected", pgettext_lazy("inspection", "Rejected"), "number"),
    Column("inspected_at", _("Inspected at"), "datetime"),
    Column("inspector.name", _("Inspector"), width=16),
    Column("report_number", _("Report"), width=16),
    Column("get_state_display", _("State"), width=16),
]
SHIPMENTS = [
    Column("number", _("Shipment number"), width=16),
    Column("order.number", _("Order number"), width=16),
    Column("get_method_display", _("Way of shipping"), width=16),
    Column("carrier", _("Carrier"), width=20),
    Column("tracking_number", _("Tracking number"), width=20),
    Column("shipped_at", _("Shipped at"), "datetime"),
    Column("expected_on", _("Expected arrival"), "date"),
    Column("received_on", pgettext_lazy("goods", "Received on"), "date"),
    Column("received_by", _("Received by"), width=16),
    Column("get_state_display", _("State"), width=16),
]


@listed("inspections", _("Inspections"), VIEW, INSPECTIONS)
def inspections(user: Any, query: QueryDict) -> QuerySet:
    """Inspections by kind and state, with a search over order and product, the newest first."""
    state, kind, q = query.get("state", ""), query.get("kind", ""), query.get("q", "").strip()[:60]
    rows = Inspection.objects.visible_to(user).select_related("order", "line", "inspector")
    if state in Inspection.State.values:
        rows = rows.filter(state=state)
    if kind in Inspection.Kind.values:
        rows = rows.filter(kind=kind)
    if q:
        rows = rows.filter(
            Q(order__number__icontains=q)
            | Q(order__customer_name__icontains=q)
            | Q(line__description__icontains=q)
            | Q(report_number__icontains=q)
        )
    if query.get("since") or query.get("until"):  # what a figure of quality opens to
        begin, over = Period.of(query).moments
        rows = rows.filter(inspected_at__gte=begin, inspected_at__lt=over)
    return rows.order_by("-pk")


@listed("shipments", _("Shipments"), VIEW, SHIPMENTS)
def shipments(user: Any, query: QueryDict) -> QuerySet:
    """Shipments by state, with a search over their numbers, the newest first."""
    state, q = query.get("state", ""), query.get("q", "").strip()[:60]
    rows = Shipment.objects.visible_to(user).select_related("order")
    if state in Shipment.State.values:
        rows = rows.filter(state=state)
    if q:
        rows = rows.filter(
            Q(number__icontains=q)
            | Q(order__number__icontains=q)
            | Q(tracking_number__icontains=q)
            | Q(carrier__icontains=q)
        )
    return rows.order_by("-pk")


# --- what waits for a department ---------------------------------------------------------------------
def _sum_of(rows: QuerySet, group: str) -> Coalesce:
    number = DecimalField(**QUANTITY)
    total = rows.order_by().values(group).annotate(total=Sum("quantity")).values("total")
    return Coalesce(Subquery(total, output_field=number), Value(NONE, output_field=number))


def to_open(user: Any) -> QuerySet:
    """Lines with quantity that is there, has not passed, and is in no open final inspection: `waiting`. 3.3.4a."""
    open_ = Inspection.objects.filter(line=OuterRef("pk"), state="open", kind=Inspection.Kind.FINAL)
    rows = OrderLine.objects.visible_to(user).filter(order__state__in=RUNNING, produced__gt=F("accepted"))
    rows = rows.exclude(route=OrderLine.Route.SERVICE)
    rows = rows.annotate(waiting=F("produced") - F("accepted") - _sum_of(open_, "line")).filter(waiting__gt=0)
    return rows.select_related("order").order_by("deliver_on", "pk")


def without_in_process(user: Any) -> QuerySet:
    """Made lines whose work has begun and that were never inspected in process. Clause 3.3.4a."""
    known = Inspection.objects.filter(kind=Inspection.Kind.IN_PROCESS)
    rows = OrderLine.objects.visible_to(user).filter(route=OrderLine.Route.MAKE, accepted=0)
    rows = rows.filter(Q(order__state__in=("in_production", "inspecting")) & ~Q(pk__in=known.values("line")))
    return rows.select_related("order").order_by("deliver_on", "pk")


def to_pack(user: Any) -> QuerySet:
    """Lines with quantity that has passed, did not leave and is in no shipment being packed: `waiting`. 3.3.5a."""
    packed = ShipmentLine.objects.filter(line=OuterRef("pk"), shipment__state=Shipment.State.PACKING)
    rows = OrderLine.objects.visible_to(user).filter(order__state__in=RUNNING, accepted__gt=F("shipped"))
    rows = rows.annotate(waiting=F("accepted") - F("shipped") - _sum_of(packed, "line")).filter(waiting__gt=0)
    return rows.select_related("order").order_by("deliver_on", "pk")


def on_the_way(user: Any) -> QuerySet:
    """Shipments that left and were not received, the one expected first on top. Clause 3.3.6a."""
    rows = Shipment.objects.visible_to(user).filter(state=Shipment.State.SHIPPED)
    return rows.select_related("order").order_by(F("expected_on").asc(nulls_last=True), "pk")


def transport_problems(user: Any) -> QuerySet:
    """Delays, damage, losses and wrong goods that are not solved. Clause 3.3.6b."""
    kinds = OrderException.Kind
    rows = OrderException.objects.visible_to(user).filter(
        state="open", kind__in=(kinds.DELAY, kinds.DAMAGE, kinds.LOSS, kinds.WRONG)
    )
    return rows.select_related("order", "owner").order_by("raised_at", "pk")


def due_between(user: Any, first: date, last: date) -> QuerySet:
    """Running orders promised within these days, and those delivered of them."""
    rows = Order.objects.visible_to(user).filter(promised_on__gte=first, promised_on__lte=last)
    return rows.exclude(state__in=("draft", "cancelled")).order_by("promised_on", "pk")
