"""Inspections and shipments for tests: each state is reached through real steps."""

from decimal import Decimal

from kernel.advance import advance
from orders import flow, inspecting, shipping
from orders.models import DefectCause, Inspection, PackingItem, ReworkTask


def cause(code="D01", name="尺寸超差"):
    """A cause of defects."""
    return DefectCause.objects.get_or_create(code=code, defaults={"name": name})[0]


def packing_items(*texts):
    """The company's packing checklist."""
    for n, text in enumerate(texts or ("品名數量相符", "防潮防鏽"), start=1):
        PackingItem.objects.get_or_create(text=text, defaults={"position": n})


def fresh(record):
    """The record as it stands in the database now."""
    return type(record).objects.get(pk=record.pk)


def produce(line, quantity=None):
    """So much of a line is there."""
    flow.count(line, by=None, produced=line.quantity if quantity is None else Decimal(quantity))


def open_inspection(line, by, quantity=None, kind="final"):
    """An inspection that waits."""
    line.refresh_from_db()
    amount = line.quantity if quantity is None else Decimal(quantity)
    return inspecting.open_inspection(line, kind=kind, quantity=amount, by=by)


def judge(inspection, by, rejected=0, **data):
    """Its result: all accepted, but for what is rejected."""
    rejected = Decimal(rejected)
    met = dict.fromkeys((point.pk for point in inspection.point_rows), not rejected)
    given = {"accepted": inspection.quantity - rejected, "rejected": rejected, "points": met, "defect": "毛邊"}
    given |= {"cause": cause() if rejected else None, **data}
    advance(fresh(inspection), "judge", by=by, data=given)
    return fresh(inspection)


def pass_all(order, by):
    """Everything of an order is there and has passed in process and at the end."""
    for line in order.line_rows:
        judge(open_inspection(line, by, kind="in_process"), by)
        produce(line)
        judge(open_inspection(line, by), by)
    return type(order).objects.get(pk=order.pk)


def rework(inspection, by, measure="重新研磨"):
    """What an inspection rejected is reworked: the inspection that follows."""
    task = ReworkTask.objects.get(inspection=inspection)
    advance(task, "finish", by=by, data={"measure": measure})
    return Inspection.objects.get(rework=task)


def pack(order, by, quantity=None):
    """A shipment being packed, with the whole accepted quantity of each line or so much."""
    packing_items()
    lines = list(order.lines.all())
    return shipping.pack(order, {line: Decimal(quantity or line.to_ship) for line in lines}, by=by)


def make_ready(shipment, by):
    """Ticked and with a carrier and tracking number."""
    for check in shipment.check_rows:
        shipping.tick(check, by=by)
    shipment = fresh(shipment)
    shipment.carrier, shipment.tracking_number = "嘉里大榮", "KL-5521"
    shipment.save()
    return fresh(shipment)


def ship(order, by, quantity=None):
    """A shipment that has left."""
    shipment = make_ready(pack(order, by, quantity), by)
    advance(shipment, "ship", by=by)
    return fresh(shipment)
