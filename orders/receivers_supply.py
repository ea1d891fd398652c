"""What follows for plans and purchases from their steps and from those of their order, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from kernel.advance import advanced
from orders import planning, purchasing
from orders.models import Order, ProductionPlan, PurchaseOrder


@receiver(advanced, sender=ProductionPlan)
def plan_moved(sender: Any, record: ProductionPlan, change: Any, by: Any, **_told: Any) -> None:
    """A confirmed plan is announced to purchasing and held against the delivery dates. Clause 3.3.2b."""
    if change.step == "confirm":
        planning.announce(record, by=by)


@receiver(advanced, sender=PurchaseOrder)
def purchase_moved(sender: Any, record: PurchaseOrder, change: Any, by: Any, **_told: Any) -> None:
    """An ordered purchase is registered and followed. Clause 3.3.3c."""
    if change.step == "order":
        purchasing.send_out(record, by=by)


@receiver(advanced, sender=Order)
def order_cancelled(sender: Any, record: Order, change: Any, by: Any, **_told: Any) -> None:
    """What was for a cancelled order alone is cancelled with it."""
    if change.step == "cancel":
        purchasing.end_with(record)
        planning.end_with(record)
