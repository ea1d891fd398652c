"""The lanes of quality and logistics in an order's tracker, from the dates of what really happened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kernel import clock
from kernel.templatetags.ui import quantity

MOST = 20


def quality_lane(order: Any) -> list[dict[str, Any]]:
    """Its inspections, each on the day of its result, or since it waits."""
    return [
        {
            "label": _label(row),
            "start": clock.local(row.inspected_at or row.state_at).date(),
            "end": clock.local(row.inspected_at).date() if row.inspected_at else None,
            "tone": row.state_tone,
        }
        for row in order.inspection_rows[:MOST]
    ]


def _label(row: Any) -> str:
    """What was inspected, and once it was, how much of it passed."""
    kind = row.get_kind_display() if row.round == 1 else _("Re-inspection")
    return f"{kind} {quantity(row.accepted)}/{quantity(row.quantity)}" if row.inspected_at else kind


def logistics_lane(order: Any) -> list[dict[str, Any]]:
    """Its shipments, each from the day it left to its receipt or expected arrival."""
    rows = [row for row in reversed(order.shipment_rows) if row.state != "cancelled"][:MOST]
    return [
        {
            "label": row.number,
            "start": clock.local(row.shipped_at or row.state_at).date(),
            "end": row.received_on or row.expected_on,
            "tone": row.state_tone,
        }
        for row in rows
    ]
