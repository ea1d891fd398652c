"""The clauses of production and purchasing (REGULATION 3.3.2, 3.3.3) with their live checks."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.clauses import LISTED, Case, Result, clause, enforced, promised, watched
from orders.models import Order, OrderLine, PlanTask, ProductionPlan, PurchaseOrder
from orders.models.access import RUNNING
from orders.purchasing import PROGRESS

PRODUCTION, PURCHASING = _("Production"), _("Purchasing")


def planned_orders() -> Result:
    """Every order that is in production has a plan with dated tasks; what was imported is left out."""
    made = OrderLine.objects.filter(order=OuterRef("pk"), route=OrderLine.Route.MAKE)
    plan = ProductionPlan.objects.filter(order=OuterRef("pk")).exclude(state="draft")
    rows = Order.objects.filter(Exists(made), imported=False).exclude(state__in=("draft", "placed", "cancelled"))
    rows = rows.annotate(planned=Exists(plan))
    cases = [
        Case(o.number, o.get_absolute_url(), str(_("in production without a plan")), o.state_at)
        for o in rows.filter(planned=False)[:LISTED]
    ]
    return Result(kept=rows.filter(planned=True).count(), broken=rows.filter(planned=False).count(), cases=cases)


def tasks_in_time() -> Result:
    """Tasks done by their planned end against those that ended or are late."""
    rows = PlanTask.objects.exclude(plan__state__in=("draft", "cancelled"))
    late = Q(ended_on__gt=F("ends_on")) | Q(ended_on=None, ends_on__lt=clock.today(), plan__order__state__in=RUNNING)
    broken = rows.filter(late).select_related("plan__order").order_by("-ends_on", "-pk")
    cases = [
        Case(f"{t.plan.number} {t.what}", t.plan.get_absolute_url(), str(_("after its planned end")))
        for t in broken[:LISTED]
    ]
    return Result(kept=rows.filter(ended_on__lte=F("ends_on")).count(), broken=broken.count(), cases=cases)


def supply_in_time() -> Result:
    """Purchases that came by the day first agreed against those that came later or are overdue."""
    rows = PurchaseOrder.objects.filter(state__in=("ordered", "received"))
    late = Q(received_on__gt=F("promised_on")) | Q(received_on=None, promised_on__lt=clock.today())
    broken = rows.filter(late).order_by("-promised_on", "-pk")
    cases = [Case(p.number, p.get_absolute_url(), str(_("after the day first agreed"))) for p in broken[:LISTED]]
    return Result(kept=rows.filter(received_on__lte=F("promised_on")).count(), broken=broken.count(), cases=cases)


clause(
    "3.3.2a",
    who=PRODUCTION,
    screen="orders:production_bench",
    check=watched(planned_orders),
    text=_("Makes a production plan for each order, with dated tasks."),
)
clause(
    "3.3.2b",
    who=PRODUCTION,
    screen="orders:productionplan_list",
    check=enforced(),
    text=_("States schedule, materials needed and quality requirements in the plan."),
)
clause(
    "3.3.2c",
    who=PRODUCTION,
    screen="orders:production_bench",
    check=watched(tasks_in_time),
    text=_("Produces by plan and quality requirements, and finishes in time."),
)
clause(
    "3.3.3a",
    who=PURCHASING,
    screen="orders:shortage_list",
    check=watched(supply_in_time),
    text=_("Buys in time what the plans need and stock does not hold."),
)
clause(
    "3.3.3b",
    who=PURCHASING,
    screen="orders:supplier_list",
    check=enforced(),
    text=_("Buys from qualified suppliers only."),
)
clause(
    "3.3.3c",
    who=PURCHASING,
    screen="orders:purchaseorder_list",
    check=promised(PROGRESS),
    text=_("Stays in touch with suppliers, follows deliveries and solves problems in time."),
)
