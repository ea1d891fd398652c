"""Production plans: what confirming needs, output and counts, late plans, hold and cancellation (3.3.2)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from kernel import clock
from kernel.advance import StepRefused, advance
from kernel.models import Notice
from orders import placing, planning
from orders.lanes_supply import production_lane
from orders.models import OrderChange, OrderException, ProductionPlan
from tests.factories.orders import fresh
from tests.factories.supply import confirmed_plan, draft_plan, fresh_plan, make_material

pytestmark = pytest.mark.django_db


def lacking(plan, step="confirm"):
    return {item.name for item in plan.checklist(plan.step(step)) if not item.met}


@pytest.mark.clause("3.3.2b")
def test_confirming_needs_schedule_materials_and_quality_requirements(placed, production, purchasing):
    plan = planning.make_plan(placed, by=production)
    (task,) = plan.task_rows
    (line,) = placed.line_rows
    assert (task.quantity, task.ends_on) == (line.quantity, line.deliver_on - timedelta(5))
    assert lacking(fresh_plan(plan)) == {"has_materials", "has_requirements"}
    task.quantity -= 1
    task.save()
    assert "has_schedule" in lacking(fresh_plan(plan))
    with pytest.raises(StepRefused):
        advance(fresh_plan(plan), "confirm", by=production)
    task.quantity += 1
    task.save()
    plan.requirements.create(text="無毛邊")
    plan.materials.create(material=make_material(), quantity=5, needed_on=clock.today())
    advance(fresh_plan(plan), "confirm", by=production)
    assert Notice.objects.filter(kind="materials_needed", to=purchasing).count() == 1
    assert not OrderException.objects.exists()


def test_nothing_is_planned_before_production_acknowledges_nor_twice_nor_while_the_order_stands_still(
    placed, departments, manager, customer_service
):
    production = departments["production"]
    row = placed.acknowledgements.get(department="production")
    advance(row, "ask", by=production, data={"query": "哪一種？"})
    with pytest.raises(ValidationError):
        planning.make_plan(placed, by=production)
    advance(placed.acknowledgements.get(department="production"), "reply", by=customer_service, data={"answer": "A"})
    advance(placed.acknowledgements.get(department="production"), "acknowledge", by=production)
    plan = confirmed_plan(placed, production)
    with pytest.raises(ValidationError):
        planning.make_plan(placed, by=production)
    advance(fresh(placed), "hold", by=manager, comment="付款延後")
    plan = fresh_plan(plan)
    assert not plan.may_be_edited_by(production)
    with pytest.raises(ValidationError):
        planning.report(plan.task_rows[0], Decimal(1), by=production)
    advance(fresh(placed), "resume", by=manager, comment="已付")
    planning.report(plan.task_rows[0], Decimal(1), by=production)


def test_output_starts_the_order_counts_what_is_produced_and_finishes_the_plan(placed, production):
    plan = confirmed_plan(placed, production)
    (task,) = plan.task_rows
    planning.start_task(task, by=production)
    assert (fresh(placed).state, fresh_plan(plan).state) == ("in_production", "running")
    with pytest.raises(ValidationError):
        planning.report(task, task.quantity + 1, by=production)
    half = task.quantity / 2
    planning.report(task, half, by=production, note="第一批")
    assert placed.lines.get().produced == half
    planning.report(task, half, by=production)
    assert (fresh(placed).state, fresh_plan(plan).state) == ("inspecting", "finished")
    (bar,) = production_lane(placed)
    assert (bar["label"], bar["start"], bar["end"], bar["tone"]) == (
        f"{task.what} 10/10",
        clock.today(),
        clock.today(),
        "ok",
    )


def test_only_the_task_that_yields_goods_counts_them(placed, production):
    plan = draft_plan(placed, production)
    (line,) = placed.line_rows
    day = clock.today()
    cut = plan.tasks.create(line=line, what="下料", quantity=line.quantity, starts_on=day, ends_on=day, yields=False)
    advance(fresh_plan(plan), "confirm", by=production)
    planning.report(cut, cut.quantity, by=production)
    assert placed.lines.get().produced == 0
    assert fresh_plan(plan).state == "running"


def test_a_plan_past_the_delivery_date_is_a_problem_at_once_and_so_is_a_later_change(
    placed, production, manager, customer_service
):
    plan = draft_plan(placed, production)
    (task,) = plan.task_rows
    task.ends_on = placed.line_rows[0].deliver_on + timedelta(1)
    task.save()
    advance(fresh_plan(plan), "confirm", by=production)
    row = OrderException.objects.get()
    assert (row.kind, row.source, row.party) == ("plan_late", f"plan:{plan.pk}", "production")
    assert plan.number in row.what
    planning.settle_change(plan, by=production)
    assert OrderException.objects.count() == 1


def test_a_delivery_date_moved_before_the_end_of_the_plan_is_a_problem(placed, production, manager, customer_service):
    plan = confirmed_plan(placed, production)
    (line,) = placed.line_rows
    earlier = plan.ends_on - timedelta(1)
    change = OrderChange(order=placed, line=line, deliver_on=earlier, reason="客戶提前")
    advance(placing.ask_change(change, by=customer_service), "approve", by=manager)
    assert OrderException.objects.get().kind == "plan_late"


def test_a_confirmed_plan_stays_whole(placed, production):
    plan = confirmed_plan(placed, production)
    plan.requirements.all().delete()
    with pytest.raises(ValidationError):
        planning.settle_change(plan, by=production)


def test_cancelling_the_order_cancels_its_plan(placed, production, manager, customer_service):
    plan = confirmed_plan(placed, production)
    change = placing.ask_change(OrderChange(order=placed, cancels=True, reason="客戶取消"), by=customer_service)
    advance(change, "approve", by=manager)
    assert fresh_plan(plan).state == "cancelled"
    assert Notice.objects.filter(to=production, model="orders.productionplan", row=plan.pk).exists()


@pytest.mark.database
def test_the_database_refuses_more_done_than_there_is_to_do(placed, production):
    task = draft_plan(placed, production).task_rows[0]
    task.done = task.quantity + 1
    with pytest.raises(IntegrityError), transaction.atomic():
        task.save()


# --- through the pages -----------------------------------------------------------------------------------
def table(prefix, rows, initial=0):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    data |= {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return data


def plan_data(plan, **changes):
    (task,) = plan.tasks.all()
    row = {
        "id": task.pk, "line": task.line_id, "what": task.what, "quantity": task.quantity, "yields": "on",
        "starts_on": task.starts_on, "ends_on": task.ends_on, **changes,
    }  # fmt: skip
    tables = {**table("tasks", [row], 1), **table("materials", []), **table("requirements", [{"text": "平面度"}])}
    return {**tables, "needs_nothing": "on", "note": "", "version": plan.version}


def test_production_plans_confirms_and_reports_through_the_pages(placed, production, as_):
    client = as_(production)
    assert placed.number in client.get(reverse("orders:production_bench")).content.decode()
    client.post(reverse("orders:productionplan_create", args=[placed.pk]))
    plan = ProductionPlan.objects.get()
    edit = reverse("orders:productionplan_edit", args=[plan.pk])
    assert client.get(edit).status_code == 200
    answer = client.post(edit, plan_data(plan, ends_on=clock.today() - timedelta(9)))
    assert answer.status_code == 422
    assert "It cannot end before it begins." in answer.content.decode()
    assert client.post(edit, plan_data(plan)).status_code == 302
    client.post(reverse("orders:productionplan_step", args=[plan.pk, "confirm"]), {})
    (task,) = plan.tasks.all()
    client.post(reverse("orders:plantask_start", args=[task.pk]))
    report = reverse("orders:plantask_report", args=[task.pk])
    for bad in ("0", "-1", "9" * 40, "1e3", str(task.quantity + 1)):
        answer = client.post(report, {"quantity": bad})
        assert answer.status_code == 422, bad
    assert client.post(report, {"quantity": task.quantity}).status_code == 302
    assert fresh_plan(plan).state == "finished"
    for page in ("orders:productionplan_list", "orders:production_bench"):
        assert client.get(reverse(page)).status_code == 200
    shown = client.get(placed.get_absolute_url()).content.decode()
    assert plan.number in shown
    assert client.get(plan.get_absolute_url()).status_code == 200
