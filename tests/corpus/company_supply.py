"""The company's production plans and purchases: one of each in every state that a page acts on."""

from datetime import timedelta
from decimal import Decimal

from kernel import clock
from kernel.advance import advance
from orders import planning, purchasing
from orders.models import PlanMaterial, PurchaseNote
from tests.factories.orders import acknowledge_all, make_order, place
from tests.factories.supply import confirmed_plan, draft_plan, fresh_plan, make_material, make_supplier, requested

PURCHASE_PRICE = 103997


def add_supply(world, contract):
    """Three orders of one contract, each with a plan further on; what they need is bought."""
    rows, department = world.rows, world.people["departments"]
    rows.material = make_material(on_hand=20, by=department)
    rows.supplier = make_supplier(department)
    rows.unplanned_order, *orders = (_order(world, contract) for _n in range(4))
    rows.plan_draft = draft_plan(orders[0], department)
    rows.plan_confirmed = confirmed_plan(orders[1], department, material=rows.material)
    rows.plan_running = confirmed_plan(orders[2], department)
    planning.start_task(rows.plan_running.task_rows[0], by=department)
    rows.plan_running = fresh_plan(rows.plan_running)
    rows.task = rows.plan_confirmed.task_rows[0]
    rows.need = PlanMaterial.objects.get(plan=rows.plan_confirmed)
    rows.purchase = requested(rows.supplier, department, price=str(PURCHASE_PRICE))
    advance(rows.purchase, "order", by=department)
    purchasing.note_progress(PurchaseNote(purchase=rows.purchase, text="已排產"), by=department)
    rows.need.quantity += 50
    rows.need.save()
    rows.purchase = type(rows.purchase).objects.get(pk=rows.purchase.pk)
    rows.purchase_line = rows.purchase.lines.get()
    rows.purchase_requested = requested(rows.supplier, department, price=str(PURCHASE_PRICE))
    rows.need.quantity += 50
    rows.need.needed_on = clock.today() + timedelta(3)
    rows.need.save()


def _order(world, contract):
    """An order of one piece, acknowledged by every department."""
    order = make_order(contract, world.people["customer_service"])
    line = order.lines.get()
    line.quantity = Decimal(1)
    line.save()
    department = world.people["departments"]
    people = dict.fromkeys(("production", "purchasing", "quality", "logistics"), department)
    return acknowledge_all(place(type(order).objects.get(pk=order.pk)), people)
