"""The lanes of production and purchasing in the order's tracker, from planned and true dates; one query each.

What is late and not done has no end yet.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from kernel.templatetags.ui import quantity
from orders.models import Order, PlanTask, PurchaseLine


def production_lane(order: Order) -> list[dict[str, Any]]:
    """The tasks of its plan: from the actual start where it began, until the actual end where it ended. Clause 3.3.2c."""
    rows = [task for task in tasks_of(order) if task.plan.state not in ("draft", "cancelled")]
    return [
        {
            "label": f"{t.what} {quantity(t.done)}/{quantity(t.quantity)}", "start": t.started_on or t.starts_on, "tone": t.tone,
            "end": t.ended_on or (None if t.is_late else max(t.ends_on, t.started_on or t.starts_on)),
        }
        for t in rows
    ]  # fmt: skip


def tasks_of(order: Order) -> list[PlanTask]:
    """The tasks of all its plans, each with its plan and line, read once for the tracker and the section of the plan."""
    if "plan_task_rows" not in order.__dict__:
        order.__dict__["plan_task_rows"] = list(
            PlanTask.objects.filter(plan__order=order).select_related("plan", "line")
        )
    rows: list[PlanTask] = order.__dict__["plan_task_rows"]
    return rows


def purchasing_lane(order: Order) -> list[dict[str, Any]]:
    """What is bought for it: from the day of ordering until it came or is expected. Clause 3.3.3c."""
    found = {line.purchase_id: line.purchase for line in bought_for(order)}
    rows = sorted((p for p in found.values() if p.ordered_on), key=lambda p: (p.ordered_on, p.pk))
    return [
        {
            "label": p.number, "start": p.ordered_on, "end": p.received_on or (None if p.is_overdue else p.expected_on),
            "tone": "bad" if p.is_delayed else p.state_tone,
        }
        for p in rows
    ]  # fmt: skip


def bought_for(order: Order) -> list[PurchaseLine]:
    """The lines of living purchases that serve an order, read once; their prices are left in the database."""
    if "bought_rows" not in order.__dict__:
        rows = PurchaseLine.objects.filter(Q(order_line__order=order) | Q(needs__plan__order=order))
        rows = rows.exclude(purchase__state="cancelled").select_related("purchase", "material", "order_line")
        order.__dict__["bought_rows"] = list(
            rows.defer("unit_price").distinct().order_by("purchase__expected_on", "pk")
        )
    found: list[PurchaseLine] = order.__dict__["bought_rows"]
    return found
