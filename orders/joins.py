"""Where the parts of order execution meet: lanes of the tracker, what a plan asks of an inspection, what a trace begins with."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.inspecting import points_from
from orders.lanes import lane_source
from orders.lanes_goods import logistics_lane, quality_lane
from orders.lanes_supply import production_lane, purchasing_lane
from orders.models import Order, OrderLine, PlanRequirement, ProductionPlan, PurchaseOrder
from orders.tracing import Trace, traced_before

MOST = 20

lane_source(20, _("Purchasing"))(purchasing_lane)
lane_source(30, _("Production"))(production_lane)
lane_source(40, _("Quality inspection"))(quality_lane)
lane_source(50, _("Logistics"))(logistics_lane)


@points_from
def asked_by_the_plan(line: OrderLine) -> list[str]:
    """The quality requirements of the plan that makes the line. Clause 3.3.4a."""
    rows = PlanRequirement.objects.filter(plan__order=line.order_id).exclude(plan__state="cancelled")
    return list(rows.order_by("pk").values_list("text", flat=True))


@traced_before(10)
def plan_of(order: Order, user: Any) -> list[Trace]:
    """The plan by which it is made."""
    plan = ProductionPlan.objects.visible_to(user).filter(order=order).exclude(state="cancelled").first()
    if plan is None:
        return []
    state = str(plan.get_state_display())
    return [Trace(str(plan), plan.get_absolute_url(), plan.state_tone, state, plan.state_at.date())]


@traced_before(20)
def purchases_for(order: Order, user: Any) -> list[Trace]:
    """What was bought for it: its own lines, and materials of its plan."""
    mine = Q(lines__order_line__order=order) | Q(lines__needs__plan__order=order)
    rows = PurchaseOrder.objects.visible_to(user).filter(mine).exclude(state="cancelled").distinct().order_by("pk")
    return [
        Trace(p.number, p.get_absolute_url(), p.state_tone, str(p.get_state_display()), p.received_on or p.expected_on)
        for p in rows[:MOST]
    ]
