"""Quality and logistics of the story: what is there is inspected, what failed is reworked, what passed leaves and arrives."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from config.demo.reading import number
from config.demo.world import World, save
from kernel import clock
from kernel.advance import advance
from orders import inspecting, lists_goods, shipping
from orders.models import DefectCause, Inspection, Order, OrderLine, ReworkTask, Shipment, TrackingEntry

FIRST, EVERY = 95, 3  # working days ago: the first round, and between two rounds
QUALITY, PRODUCTION, LOGISTICS, SERVICE = "pan.quality", "cheng.production", "chien.purchasing", "wu.service"
FAILS, ON_THE_WAY = 3, 10  # one final inspection in so many fails in part; calendar days from leaving to receipt
CARRIERS = (("嘉里大榮物流", "KL"), ("新竹物流", "HC"), ("順豐速運", "SF"))
PLACES = ("臺中轉運中心", "桃園倉", "基隆港")
NEWS, FLAW, REWORKED, RECEIVER = "到站，轉運中", "重複性超出允收值", "重新研磨校正後複測合格", "倉管 林先生"


def plan_goods(world: World) -> None:
    """Plan the rounds until yesterday."""
    plan = world.plan("goods", ago=1)
    for gap in (0, *[EVERY] * ((FIRST - 1) // EVERY)):
        plan.add(gap, world[PRODUCTION], partial(rework, world[PRODUCTION]))
        plan.add(0, world[QUALITY], partial(inspect, world[QUALITY]))
        plan.add(0, world[LOGISTICS], partial(send, world[LOGISTICS]))
        plan.add(0, world[SERVICE], partial(follow, world[SERVICE]))


def _may(record: Any, step: str, by: Any) -> bool:
    """Whether this person can take the step now."""
    return any(offer.step.name == step and offer.ready for offer in record.offers(by))


# --- quality -----------------------------------------------------------------------------------------------
def inspect(by: Any) -> None:
    """First in process, then what waits and what is there."""
    for line in lists_goods.without_in_process(by):
        _judge(inspecting.open_inspection(line, kind="in_process", quantity=line.quantity, by=by), by)
    for row in Inspection.objects.waiting().select_related("order", "line"):
        _judge(row, by)
    for line in lists_goods.to_open(by):
        _judge(inspecting.open_inspection(line, kind="final", quantity=line.waiting, by=by), by)


def _judge(row: Inspection, by: Any) -> None:
    """One in so many fails in its first round; what the order of the day does not allow waits."""
    if not _may(row, "judge", by):
        return
    fails = row.is_final and row.round == 1 and number(f"{row.order.number}:{row.line_id}:fails", FAILS) == 0
    rejected = Decimal(1) if fails else Decimal(0)
    points = dict.fromkeys((point.pk for point in row.point_rows), not fails)
    cause = _cause(row.order.number) if fails else None
    data = {"accepted": row.quantity - rejected, "rejected": rejected, "points": points, "cause": cause, "defect": FLAW}
    advance(row, "judge", by=by, data=data)


def _cause(salt: str) -> DefectCause:
    """One of the company's causes of defects; it has made its first where there is none yet."""
    known = list(DefectCause.objects.order_by("code")) or [save(DefectCause(code="D01", name="尺寸超差"))]
    return known[number(salt, len(known))]


def rework(by: Any) -> None:
    """What failed in an earlier round is put right."""
    for task in ReworkTask.objects.waiting().filter(department="production"):
        if _may(task, "finish", by):
            advance(task, "finish", by=by, data={"measure": REWORKED})


# --- logistics ---------------------------------------------------------------------------------------------
def send(by: Any) -> None:
    """What passed is packed; what is packed leaves, where nothing keeps it back."""
    orders: dict[int, dict[OrderLine, Decimal]] = {}
    for line in lists_goods.to_pack(by):
        orders.setdefault(line.order_id, {})[line] = line.waiting
    for key, lines in orders.items():
        shipping.pack(Order.objects.get(pk=key), lines, by=by)
    for shipment in Shipment.objects.filter(state="packing"):
        _leave(shipment, by)


def _leave(shipment: Shipment, by: Any) -> None:
    carrier, prefix = CARRIERS[number(shipment.number, len(CARRIERS))]
    for check in shipment.check_rows:
        if check.done_at is None:
            shipping.tick(check, by=by)
    shipment.carrier, shipment.tracking_number = carrier, f"{prefix}{number(shipment.number, 10**8):08d}"
    shipment.expected_on = clock.today() + timedelta(days=ON_THE_WAY - 1)
    save(shipment)
    fresh = Shipment.objects.get(pk=shipment.pk)
    if _may(fresh, "ship", by):
        advance(fresh, "ship", by=by)


def follow(by: Any) -> None:
    """News of what is on the way, and its receipt when it has arrived."""
    for shipment in lists_goods.on_the_way(by):
        left = clock.today() - clock.local(shipment.shipped_at).date()
        place = PLACES[number(f"{shipment.number}:{left.days}", len(PLACES))]
        shipping.track(TrackingEntry(shipment=shipment, place=place, what=NEWS), by=by)
        if left.days >= ON_THE_WAY:
            data = {"received_on": clock.today(), "received_by": RECEIVER}
            advance(Shipment.objects.get(pk=shipment.pk), "receive", by=by, data=data)
