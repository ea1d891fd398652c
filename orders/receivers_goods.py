"""What follows from a step of an inspection, of rework, a shipment or a return, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from kernel.advance import advance, advanced
from orders import inspecting, returning, shipping
from orders.models import GoodsReturn, Inspection, Order, ReworkTask, Shipment


@receiver(advanced, sender=Inspection)
def inspection_moved(sender: Any, record: Inspection, change: Any, data: Any, by: Any, **_told: Any) -> None:
    """A result counts, is reported, and opens rework for what failed. Clause 3.3.4b."""
    if change.step == "judge":
        inspecting.carry_out(record, data, by=by)


@receiver(advanced, sender=ReworkTask)
def rework_moved(sender: Any, record: ReworkTask, change: Any, by: Any, **_told: Any) -> None:
    """What was reworked is inspected again. Clause 3.3.4b."""
    if change.step == "finish":
        inspecting.inspect_again(record, by=by)


@receiver(advanced, sender=Shipment)
def shipment_moved(sender: Any, record: Shipment, change: Any, data: Any, by: Any, **_told: Any) -> None:
    """What left is counted and told; what arrived is counted. Clauses 3.3.5c, 3.3.6a."""
    if change.step == "ship":
        shipping.send(record, by=by)
    elif change.step == "receive":
        shipping.take_receipt(record, data.get("received", {}), by=by)


@receiver(advanced, sender=GoodsReturn)
def return_moved(sender: Any, record: GoodsReturn, change: Any, by: Any, **_told: Any) -> None:
    """The quantity is open again, and the order falls back to where it is made good. Clause 3.3.6b."""
    returning.carry_out(record, change.step, by=by)


@receiver(advanced, sender=Order)
def order_cancelled(sender: Any, record: Order, change: Any, by: Any, **_told: Any) -> None:
    """Of a cancelled order nothing is packed any more."""
    if change.step == "cancel":
        for shipment in record.shipments.filter(state=Shipment.State.PACKING):
            advance(shipment, "lapse", by=None)
