"""The watched clauses of order execution: a violation is made, and seen counted and listed."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from kernel import clock
from kernel.clauses import REGISTRY
from orders.models import Order, OrderLine, PlanTask
from tests.factories.orders import fresh
from tests.factories.supply import confirmed_plan, make_material, make_supplier, ordered

pytestmark = pytest.mark.django_db


def counted(id):
    found = REGISTRY[id].result()
    return found.kept, found.broken, [(c.title, c.why) for c in found.cases]


@pytest.mark.clause("3.3.2a")
def test_an_order_in_production_without_a_plan_breaks_the_clause(placed):
    Order.objects.filter(pk=placed.pk).update(state="in_production")
    assert counted("3.3.2a") == (0, 1, [(placed.number, "in production without a plan")])


@pytest.mark.clause("3.3.2c")
def test_a_task_past_its_planned_end_breaks_the_clause(placed, production):
    plan = confirmed_plan(placed, production)
    Order.objects.filter(pk=placed.pk).update(state="in_production")
    assert counted("3.3.2c")[1] == 0
    PlanTask.objects.filter(plan=plan).update(
        starts_on=clock.today() - timedelta(9), ends_on=clock.today() - timedelta(1)
    )
    kept, broken, cases = counted("3.3.2c")
    assert (kept, broken, {why for _title, why in cases}) == (0, plan.tasks.count(), {"after its planned end"})
    PlanTask.objects.filter(plan=plan).update(ended_on=clock.today() - timedelta(1))
    assert counted("3.3.2c") == (plan.tasks.count(), 0, [])


@pytest.mark.clause("3.3.3a")
def test_goods_that_come_after_the_day_first_agreed_break_the_clause(placed, departments):
    buyer = departments["purchasing"]
    production = departments["production"]
    confirmed_plan(placed, production, material=make_material(on_hand=30, by=production))
    purchase = ordered(make_supplier(buyer), buyer, days=5)
    assert counted("3.3.3a")[1] == 0
    with time_machine.travel(clock.now() + timedelta(30), tick=False):
        assert counted("3.3.3a") == (0, 1, [(purchase.number, "after the day first agreed")])


@pytest.mark.clause("3.3.3c")
def test_notes_owed_on_a_purchase_do_not_count_for_what_customers_are_owed(placed, departments):
    buyer = departments["purchasing"]
    production = departments["production"]
    confirmed_plan(placed, production, material=make_material(on_hand=30, by=production))
    ordered(make_supplier(buyer), buyer, days=60)
    with time_machine.travel(clock.now() + timedelta(50), tick=False):
        kept, broken, cases = counted("3.3.3c")
        assert (kept, broken) == (0, 1) and cases[0][1].startswith("Note the progress of the purchase")
        assert counted("3.4.2c") == (0, 0, [])


@pytest.mark.clause("3.3.4a")
def test_goods_accepted_and_never_inspected_in_process_break_the_clause(placed):
    (line,) = placed.line_rows
    OrderLine.objects.filter(pk=line.pk).update(produced=Decimal(1), accepted=Decimal(1))
    assert counted("3.3.4a") == (0, 1, [(f"{placed.number} {line}", "never inspected in process")])


@pytest.mark.clause("3.3.6c")
def test_an_order_completed_without_a_score_breaks_the_clause(placed):
    for state in ("in_production", "inspecting", "ready_to_ship", "shipped", "delivered", "completed"):
        Order.objects.filter(pk=placed.pk).update(state=state)  # the database knows no other way to the end
    assert counted("3.3.6c") == (0, 1, [(fresh(placed).number, "completed without a score")])
