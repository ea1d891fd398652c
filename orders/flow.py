"""How an order moves: quantities of its lines are counted here alone, and the order follows to the stage they reached."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kernel import clock
from kernel.advance import advance
from orders.models import Order, OrderLine
from orders.models.stages import STAGES, State

COUNTS = ("produced", "accepted", "shipped", "received")
STEPS = {
    State.IN_PRODUCTION: "start",
    State.INSPECTING: "finish_making",
    State.READY_TO_SHIP: "release",
    State.SHIPPED: "ship_out",
    State.DELIVERED: "deliver",
}


def count(line: OrderLine, *, by: Any, **changes: Decimal) -> OrderLine:
    """Add to the counts of a line (`produced=+5`, `accepted=-2` …) and let its order follow.

    Raises ValidationError in the reader's language where 0 ≤ received ≤ shipped ≤ accepted ≤ produced ≤ quantity
    would be broken; nothing is counted then. Clause 3.3.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=line.order_id)
        row = OrderLine.objects.select_for_update().get(pk=line.pk)
        for name, change in changes.items():
            if name not in COUNTS:
                raise ValueError(f"an order line counts no {name}")
            setattr(row, name, getattr(row, name) + change)
        if not 0 <= row.received <= row.shipped <= row.accepted <= row.produced <= row.quantity:
            raise ValidationError(_("%(line)s: there is not that much.") % {"line": row.description}, code="quantity")
        row._history_user = by
        row.save()
        settle(order, by=by)
        return row


def accept_service(line: OrderLine, quantity: Decimal, *, by: Any) -> OrderLine:
    """A service was carried out and taken: acceptance in place of inspection and shipment. Raises ValidationError."""
    if line.route != OrderLine.Route.SERVICE:
        raise ValidationError(_("Only a service is accepted without inspection."), code="route")
    return count(line, by=by, produced=quantity, accepted=quantity, shipped=quantity, received=quantity)


def stage_of(order: Order) -> str:
    """The stage that all open quantity of an order has reached; work that has begun is at least production."""
    lines = list(order.lines.all())
    if not lines:
        return str(State.PLACED)
    reached = {
        State.DELIVERED: all(line.received == line.quantity for line in lines),
        State.SHIPPED: all(line.shipped == line.quantity for line in lines),
        State.READY_TO_SHIP: all(line.accepted == line.quantity for line in lines),
        State.INSPECTING: all(line.produced == line.quantity for line in lines),
    }
    found = next((stage for stage, holds in reached.items() if holds), None)
    if found:
        return str(found)
    begun = order.state != State.PLACED or any(line.produced for line in lines)
    return str(State.IN_PRODUCTION if begun else State.PLACED)


def settle(order: Order, *, by: Any = None) -> Order:
    """Bring a running order to the stage its quantities have reached, step by step, forwards or back. Clause 3.3."""
    with transaction.atomic():
        row = Order.objects.select_for_update().get(pk=order.pk)
        if row.state not in STAGES:
            return row
        wanted = STAGES.index(State(stage_of(row)))
        if wanted < STAGES.index(State(row.state)):
            advance(row, "fall_back", by=None)
            row = Order.objects.get(pk=order.pk)
        while STAGES.index(State(row.state)) < wanted:
            advance(row, STEPS[STAGES[STAGES.index(State(row.state)) + 1]], by=None)
            row = Order.objects.get(pk=order.pk)
        return _dated(row, by)


def begin_work(order: Order, *, by: Any) -> None:
    """The first task runs: a placed order is in production from now on; one that is further stays."""
    if order.state == State.PLACED:
        advance(order, "start", by=None)


def _dated(order: Order, by: Any) -> Order:
    """Keep the days on which all was shipped and received true; nothing is guessed for what came back."""
    place = STAGES.index(State(order.state))
    shipped = clock.today() if place >= STAGES.index(State.SHIPPED) else None
    received = clock.today() if place >= STAGES.index(State.DELIVERED) else None
    before = (order.shipped_on, order.delivered_on)
    order.shipped_on = (order.shipped_on or shipped) if shipped else None
    order.delivered_on = (order.delivered_on or received) if received else None
    if before != (order.shipped_on, order.delivered_on):
        order._history_user = by
        order.save()
    return order
