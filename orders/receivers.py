"""What follows from a step of a contract, an order, an acknowledgement or a change, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from contracts.models import Contract
from kernel import promises
from kernel.advance import advanced
from orders import (
    flow,
    placing,
    planning,
    receivers_goods,  # noqa: F401  (the receivers of inspection and shipment)
    receivers_supply,  # noqa: F401  (those of plans and purchases)
)
from orders.models import Acknowledgement, Order, OrderChange


@receiver(advanced, sender=Contract)
def contract_moved(sender: Any, record: Contract, change: Any, by: Any, **_told: Any) -> None:
    """A signed contract is owed an order; one that ended is owed none. Clause 3.3.1a."""
    if change.step == "sign":
        placing.await_order(record)
    elif change.step in ("fulfil", "terminate"):
        promises.void(record, placing.ENTRY)


@receiver(advanced, sender=Order)
def order_moved(sender: Any, record: Order, change: Any, by: Any, **_told: Any) -> None:
    """Placing issues it; hold, resume and cancellation are told to all departments; shipping keeps the promised date."""
    if change.step == "place":
        placing.issue(record, by=by)
    elif change.step in ("hold", "resume", "cancel"):
        told = f"{change.label}: {change.comment}"
        placing.tell_departments(record, told, effect=f"order:{change.pk}", but=by)
        if change.step == "resume":
            flow.settle(record, by=by)
    elif change.step == "ship_out":
        promises.keep(record, placing.DELIVERY)


@receiver(advanced, sender=Acknowledgement)
def acknowledgement_moved(sender: Any, record: Acknowledgement, change: Any, by: Any, **_told: Any) -> None:
    """A query is owed an answer; an answered one is owed an acknowledgement again."""
    if change.step == "ask":
        placing.await_answer(record)
    elif change.step == "reply":
        placing.ask_department(record)


@receiver(advanced, sender=OrderChange)
def change_decided(sender: Any, record: OrderChange, change: Any, by: Any, **_told: Any) -> None:
    """What the manager approved is carried out at once, and the plan held against the new dates."""
    if change.step == "approve":
        placing.carry_out(record, by=by)
        planning.recheck(record.order, by=by)
