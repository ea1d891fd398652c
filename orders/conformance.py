"""The live checks of order execution (REGULATION 3.3): what was kept, what was broken, and which cases show it."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.clauses import LISTED, Case, Result, promise_result
from kernel.models import Promise
from kernel.promises import STAGE
from orders.models import (
    Inspection,
    Order,
    OrderContact,
    OrderException,
    OrderLine,
    PlanTask,
    ProductionPlan,
    PurchaseOrder,
    Shipment,
)
from orders.models.access import RUNNING
from orders.problems import TELL
from orders.shipping import TRACKING


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


def inspected_in_process() -> Result:
    """Every made line that passed was inspected in process as well; old orders are left out."""
    known = Inspection.objects.filter(line=OuterRef("pk"), kind=Inspection.Kind.IN_PROCESS).exclude(state="open")
    rows = OrderLine.objects.filter(route=OrderLine.Route.MAKE, accepted__gt=0, order__imported=False)
    rows = rows.annotate(known=Exists(known)).select_related("order")
    cases = [
        Case(f"{line.order.number} {line}", line.order.get_absolute_url(), str(_("never inspected in process")))
        for line in rows.filter(known=False)[:LISTED]
    ]
    return Result(kept=rows.filter(known=True).count(), broken=rows.filter(known=False).count(), cases=cases)


def packed_by_list() -> Result:
    """Every shipment that left had each point of its packing checklist ticked."""
    rows = Shipment.objects.filter(state__in=("shipped", "delivered"))
    broken = rows.filter(checks__done_at=None).distinct().select_related("order")
    cases = [Case(str(row), row.get_absolute_url(), str(_("left without its checks"))) for row in broken[:LISTED]]
    count = broken.count()
    return Result(kept=rows.count() - count, broken=count, cases=cases)


def customers_kept_informed() -> Result:
    """Customers told of what went wrong, and goods followed on their way, each in its time, under whatever clause."""
    return promise_result(Promise.objects.filter(kind__in=(TELL, TRACKING)))


def completed_with_score() -> Result:
    """Every completed order has a talk with a score; what was imported from the old system is left out."""
    scored = OrderContact.objects.filter(order=OuterRef("pk")).exclude(score=None)
    rows = Order.objects.filter(state="completed", imported=False).annotate(asked=Exists(scored))
    cases = [
        Case(o.number, o.get_absolute_url(), str(_("completed without a score")), o.state_at)
        for o in rows.filter(asked=False)[:LISTED]
    ]
    return Result(kept=rows.filter(asked=True).count(), broken=rows.filter(asked=False).count(), cases=cases)


def solved_by_salespeople() -> Result:
    """Problems given to the customer's salesperson: solved within their time against late ones, solved or not."""
    late = Q(state=Promise.State.BROKEN) | Q(state=Promise.State.OPEN, due_at__lt=clock.now())
    broken = Promise.objects.filter(late, kind=STAGE, model="orders.orderexception", row=OuterRef("pk"))
    rows = OrderException.objects.filter(owner=F("order__customer__owner")).annotate(late=Exists(broken))
    cases = [
        Case(str(e), e.get_absolute_url(), str(_("not solved within its time")), e.state_at, str(e.owner))
        for e in rows.filter(late=True).select_related("order", "owner").order_by("-pk")[:LISTED]
    ]
    return Result(
        kept=rows.filter(late=False, state="resolved").count(), broken=rows.filter(late=True).count(), cases=cases
    )
