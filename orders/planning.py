"""Verbs of production plans: made for an order, changed, tasks started and reported, ended with the order (3.3.2)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import clock, notices
from kernel.advance import advance, begin
from kernel.numbering import next_number
from kernel.permissions import holding
from kernel.settings import define, setting
from orders import flow
from orders.models import Order, OrderException, OrderLine, PlanTask, ProductionPlan, TaskReport
from orders.models.access import BUY, Department
from orders.problems import raise_exception

define(
    "orders.buffer_days", 5, gettext_lazy("A new plan ends so many days before the delivery date"),
    unit=gettext_lazy("days"), clause="3.3.2b",
)  # fmt: skip
notices.say("materials_needed", gettext_lazy("Materials are needed for %(title)s"))


def make_lines(order: Order) -> list[OrderLine]:
    """The lines that production makes."""
    return [line for line in order.line_rows if line.route == OrderLine.Route.MAKE]


def make_plan(order: Order, *, by: Any) -> ProductionPlan:
    """Draft the plan of an order with one task per make line, ending some days before its delivery date. Clause 3.3.2a.

    Raises ValidationError where production may not work on it yet, has nothing to make, or has a plan already.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).select_related("customer").get(pk=order.pk)
        if not (order.is_running and order.is_clear_for(Department.PRODUCTION)):
            raise ValidationError(_("Production has to acknowledge the running order first."), code="order")
        lines = make_lines(order)
        if not lines or ProductionPlan.objects.filter(order=order).exists():
            raise ValidationError(_("There is nothing to plan, or it is planned already."), code="plan")
        number = next_number("plan", clock.today().year, "SC-{year}-{n:04d}")
        plan: ProductionPlan = begin(ProductionPlan(number=number, order=order, planned_by=by), by=by)
        for line in lines:
            PlanTask.objects.create(plan=plan, line=line, what=line.description[:120], quantity=line.quantity,
                                    starts_on=clock.today(), ends_on=_end_for(line))  # fmt: skip
        return plan


def _end_for(line: OrderLine) -> Any:
    """Some days before its delivery date, but not before today."""
    today = clock.today()
    before = timedelta(days=int(setting("orders.buffer_days")))
    return max(today, line.deliver_on - before) if line.deliver_on else today


def settle_change(plan: ProductionPlan, *, by: Any) -> ProductionPlan:
    """After a change: a confirmed plan stays whole, and one that ends too late now is a problem at once. Clause 3.3.2b.

    Raises ValidationError, naming what would be missing; the caller's transaction takes the change back.
    """
    plan = ProductionPlan.objects.select_related("order").get(pk=plan.pk)
    if plan.state == ProductionPlan.State.DRAFT:
        return plan
    evidence = {
        _("its schedule makes the whole quantity of each line"): plan.has_schedule(),
        _("it names the materials needed, or says that there are none"): plan.has_materials(),
        _("it names the quality requirements"): plan.has_requirements(),
    }
    lacking = [label for label, met in evidence.items() if not met]
    if lacking:
        raise ValidationError(_("A confirmed plan stays whole: %(what)s.") % {"what": "; ".join(lacking)})
    check_dates(plan, by=by)
    return plan


def check_dates(plan: ProductionPlan, *, by: Any) -> OrderException | None:
    """Raise the exception of a confirmed plan that ends after the delivery date of a line. Clause 3.3.2b."""
    late = plan.lines_late()
    if not late:
        return None
    what = _("%(plan)s ends on %(day)s, after the delivery date of: %(lines)s") % {
        "plan": plan.number, "day": plan.ends_on, "lines": ", ".join(map(str, late)),
    }  # fmt: skip
    kind, party = OrderException.Kind.PLAN_LATE, OrderException.Party.PRODUCTION
    return raise_exception(plan.order, kind=kind, what=what, by=by, source=f"plan:{plan.pk}", party=party)


def recheck(order: Order, *, by: Any) -> None:
    """Delivery dates of an order have changed: its confirmed plan is held against them. Clause 3.3.2b."""
    plan = ProductionPlan.objects.filter(order=order, state__in=("confirmed", "running")).first()
    if plan:
        check_dates(plan, by=by)


def announce(plan: ProductionPlan, *, by: Any) -> None:
    """A confirmed plan: purchasing is told what it needs, and its end is held against the delivery dates."""
    check_dates(plan, by=by)
    if plan.material_rows:
        people = [person for person in holding(BUY) if person != by]
        notices.tell(people, "materials_needed", effect=f"materials:{plan.pk}", record=plan, **plan.words_of())


def start_task(task: PlanTask, *, by: Any) -> PlanTask:
    """A task has begun: the plan runs and the order is in production. Raises ValidationError. Clause 3.3.2c."""
    with transaction.atomic():
        row = _locked(task, by)
        _begin(row, by)
        return row


def report(task: PlanTask, quantity: Decimal, *, by: Any, note: str = "") -> PlanTask:
    """Report output of a task; what finished goods come out of it count as produced. Clause 3.3.2c.

    Raises ValidationError where it is more than the task has left or the line still needs.
    """
    with transaction.atomic():
        row = _locked(task, by)
        if quantity <= 0 or quantity > row.rest:
            left = f"{row.rest.normalize():f} {row.line.unit}"
            raise ValidationError(_("The task has %(left)s left.") % {"left": left}, code="quantity")
        _begin(row, by)
        row.done += quantity
        row.ended_on = clock.today() if row.rest == 0 else None
        row._history_user = by
        row.save()
        TaskReport.objects.create(task=row, quantity=quantity, note=note, by=by)
        if row.yields:
            flow.count(row.line, by=by, produced=quantity)
        plan = ProductionPlan.objects.get(pk=row.plan_id)
        if plan.state == ProductionPlan.State.RUNNING and plan.has_done_all():
            advance(plan, "finish", by=None)
        return row


def end_with(order: Order) -> None:
    """Its order was cancelled: the plan is cancelled too."""
    plan = ProductionPlan.objects.filter(order=order).first()
    if plan and plan.step("drop"):
        advance(plan, "drop", by=None)


def _locked(task: PlanTask, by: Any) -> PlanTask:
    """The task as it stands now, its order locked before it; refused unless production may work on it."""
    Order.objects.select_for_update().get(plan=task.plan_id)
    rows = PlanTask.objects.select_for_update(of=("self",)).select_related("plan__order", "line")
    row = rows.get(pk=task.pk)
    if not row.plan.may_be_worked_on_by(by):
        raise ValidationError(_("The plan is not confirmed, or its order stands still or is queried."), code="plan")
    return row


def _begin(task: PlanTask, by: Any) -> None:
    if task.started_on is None:
        task.started_on, task._history_user = clock.today(), by
        task.save()
    if task.plan.state == ProductionPlan.State.CONFIRMED:
        advance(task.plan, "start", by=None)
        flow.begin_work(task.plan.order, by=by)
