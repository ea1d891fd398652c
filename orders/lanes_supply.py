"""The lanes of production and purchasing in the order's tracker, from planned and true dates; one query each.

What is late and not done has no end yet.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from orders.models import Order, PlanTask, PurchaseOrder


def production_lane(order: Order) -> list[dict[str, Any]]:
    """The tasks of its plan: from the actual start where it began, until the actual end where it ended. Clause 3.3.2c."""
    rows = PlanTask.objects.filter(plan__order=order).exclude(plan__state__in=("draft", "cancelled"))
    return [
        {
            "label": t.what, "start": t.started_on or t.starts_on, "tone": t.tone,
            "end": t.ended_on or (None if t.is_late else max(t.ends_on, t.started_on or t.starts_on)),
        }
        for t in rows
    ]  # fmt: skip


def purchasing_lane(order: Order) -> list[dict[str, Any]]:
    """What is bought for it: from the day of ordering until it came or is expected. Clause 3.3.3c."""
    mine = Q(lines__order_line__order=order) | Q(lines__needs__plan__order=order)
    rows = PurchaseOrder.objects.filter(mine, state__in=("ordered", "received")).distinct().order_by("ordered_on", "pk")
    return [
        {
            "label": p.number, "start": p.ordered_on, "end": p.received_on or (None if p.is_overdue else p.expected_on),
            "tone": "bad" if p.is_delayed else p.state_tone,
        }
        for p in rows
    ]  # fmt: skip
