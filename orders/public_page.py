"""What the customer's page says of his order, in his words: state, lines, dates, shipments with news. 3.3.5c, 3.3.6a."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from orders.models import Order, Shipment, TrackingEntry
from orders.models.stages import State

MOST_SHIPMENTS, MOST_ENTRIES = 30, 200

WORDS = {
    State.DRAFT: _("We are entering your order"),
    State.PLACED: _("We have your order and prepare it"),
    State.IN_PRODUCTION: _("Your order is being made"),
    State.INSPECTING: _("Your order is being inspected"),
    State.READY_TO_SHIP: _("Your order has passed inspection and will leave soon"),
    State.SHIPPED: _("Your order is on its way"),
    State.DELIVERED: _("Your order has arrived"),
    State.COMPLETED: _("Your order is completed"),
    State.ON_HOLD: _("Your order is paused: we will be in touch"),
    State.CANCELLED: _("Your order was cancelled"),
}
STEPS = (
    (State.PLACED, _("Ordered")),
    (State.IN_PRODUCTION, _("In production")),
    (State.INSPECTING, _("Inspection")),
    (State.SHIPPED, _("On the way")),
    (State.DELIVERED, _("Delivered")),
)
ORDER_OF_STATES = list(Order.PATH)


def words_for(order: Order) -> dict[str, Any]:
    """Everything that the page shows; four queries, no price, nobody's telephone number."""
    shipments = list(
        order.shipments.filter(state__in=(Shipment.State.SHIPPED, Shipment.State.DELIVERED))
        .prefetch_related("lines__line")
        .order_by("-pk")[:MOST_SHIPMENTS]
    )
    news: dict[int, list[TrackingEntry]] = {}
    for entry in TrackingEntry.objects.filter(shipment__in=[row.pk for row in shipments])[:MOST_ENTRIES]:
        news.setdefault(entry.shipment_id, []).append(entry)
    return {
        "order": order,
        "state": WORDS[State(order.state)],
        "steps": _steps(order),
        "lines": order.line_rows,
        "shipments": [{"row": row, "lines": row.lines.all(), "news": news.get(row.pk, [])} for row in shipments],
    }


def _steps(order: Order) -> list[dict[str, Any]]:
    """The five steps that a customer knows, each done, present or to come."""
    state = order.held_from if order.state == State.ON_HOLD else order.state
    reached = ORDER_OF_STATES.index(state) if state in ORDER_OF_STATES else -1
    found = []
    for n, (step, label) in enumerate(STEPS):
        place = ORDER_OF_STATES.index(step)
        later = ORDER_OF_STATES.index(STEPS[n + 1][0]) if n + 1 < len(STEPS) else len(ORDER_OF_STATES)
        done, present = reached >= later or (n + 1 == len(STEPS) and reached >= place), place <= reached < later
        found.append({"label": label, "tone": "ok" if done else "active" if present else "idle", "present": present})
    return found
