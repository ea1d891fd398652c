"""Production and purchasing of the story: every fortnight orders are planned, what is short is bought, what is due is done."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from config.demo.reading import number, read
from config.demo.world import World, save
from kernel import clock
from kernel.advance import advance
from orders import lists_supply, planning, purchasing, shortage, stock
from orders.models import (
    GoodsReceipt,
    Material,
    PlanMaterial,
    PlanRequirement,
    PlanTask,
    ProductionPlan,
    PurchaseNote,
    PurchaseOrder,
    Qualification,
    Supplier,
)
from orders.models.access import BUY

FIRST, EVERY = 100, 6  # working days ago: when stock was counted first, and between two rounds
PRODUCTION, PURCHASING = "cheng.production", "chien.purchasing"
DAYS_OF_SUPPLY, LATE = 5, 4  # calendar days; one purchase in so many is late


def plan_supply(world: World) -> None:
    """Plan the rounds from the first day of stock until yesterday."""
    plan = world.plan("supply", ago=1)
    plan.add(0, world[PURCHASING], partial(found, world))
    for _round in range((FIRST - 1) // EVERY):
        plan.add(EVERY, world[PURCHASING], partial(take_in, world[PURCHASING]))
        plan.add(0, world[PRODUCTION], partial(produce, world[PRODUCTION]))
        plan.add(0, world[PURCHASING], partial(buy, world[PURCHASING]))


def found(world: World) -> None:
    """Materials with what was counted, suppliers with their qualifications: one has expired, one is about to."""
    by, data = world[PURCHASING], read("supply")
    for row in data["materials"]:
        material = save(Material(code=row["code"], name=row["name"], unit=row["unit"]))
        stock.adjust(material, Decimal(row["on_hand"]), reason=data["counted"], by=by)
    for row in data["suppliers"]:
        names = ("name", "contact", "phone", "email", "address")
        supplier = purchasing.new_supplier(Supplier(**{name: row[name] for name in names}), by=by)
        until = world.days.today + timedelta(row["days_left"])
        save(
            Qualification(
                supplier=supplier, scope=row["scope"], valid_from=until - timedelta(730), valid_until=until,
                entered_by=by,
            )
        )  # fmt: skip


# --- production ------------------------------------------------------------------------------------------
def produce(by: Any) -> None:
    """Production plans what it acknowledged and reports what is due; one task in five is left half done."""
    for order in lists_supply.unplanned():
        draft(planning.make_plan(order, by=by), by)
    for task in lists_supply.due_tasks():
        late = number(f"{task.plan.number}:{task.pk}:late", 5) == 0 and not task.done
        quantity = (task.rest / 2).quantize(Decimal(1)) if late else task.rest
        if quantity:
            planning.report(task, quantity, by=by)
    for need in PlanMaterial.objects.open().select_related("plan", "material"):
        if need.plan.state == "running" and need.to_issue <= need.material.on_hand:
            stock.issue(need, need.to_issue, by=by)


def draft(plan: ProductionPlan, by: Any) -> None:
    """Parts are machined in the first half of the time, machines are assembled in the second; two materials; confirmed."""
    data = read("supply")
    for task in plan.tasks.select_related("line"):
        half = task.starts_on + (task.ends_on - task.starts_on) / 2
        save(
            PlanTask(
                plan=plan, line=task.line, what=data["machining"], quantity=task.quantity, starts_on=task.starts_on,
                ends_on=half, yields=False,
            )
        )  # fmt: skip
        task.what, task.starts_on = data["assembly"], half
        save(task)
        materials = list(Material.objects.order_by("code"))
        first = number(f"{plan.number}:material", len(materials))
        for material, each in ((materials[first], 4), (materials[first - 1], 2)):
            save(PlanMaterial(plan=plan, material=material, quantity=task.quantity * each, needed_on=half))
    for text in data["requirements"]:
        PlanRequirement.objects.create(plan=plan, text=text)
    advance(ProductionPlan.objects.get(pk=plan.pk), "confirm", by=by)


# --- purchasing ------------------------------------------------------------------------------------------
def buy(by: Any) -> None:
    """What is short is bought from a qualified supplier; open purchases are asked after, one in four is late."""
    for purchase in PurchaseOrder.objects.filter(state="ordered").select_related("supplier"):
        ask_after(purchase, by)
    if not by.has_perm(BUY) or not shortage.short_materials().exists():
        return
    suppliers = list(Supplier.objects.with_standing().filter(is_qualified=True))
    chosen = suppliers[number(f"supplier:{clock.today()}", len(suppliers))]
    purchase = purchasing.request(chosen, shortage.short_materials(), shortage.short_lines(), by=by)
    prices = {row["code"]: Decimal(row["price"]) for row in read("supply")["materials"]}
    for line in purchase.lines.select_related("material", "order_line"):
        line.unit_price = prices[line.material.code] if line.material else Decimal(10_000)
        save(line)
    purchase.expected_on = clock.today() + timedelta(DAYS_OF_SUPPLY)
    save(purchase)
    advance(purchase, "order", by=by)


def is_late(purchase: PurchaseOrder) -> bool:
    """Whether this one's supplier is late: the first, and one in so many."""
    return int(purchase.number[-4:]) % LATE == 1


def ask_after(purchase: PurchaseOrder, by: Any) -> None:
    """The supplier is asked; a late one names a new day with its cause."""
    data, moved = read("supply"), is_late(purchase) and not purchase.delay_cause
    note = PurchaseNote(purchase=purchase, text=data["late"] if moved else data["progress"])
    if moved:
        note.expected_on, note.cause = clock.today() + timedelta(2 * DAYS_OF_SUPPLY), data["cause"]
    purchasing.note_progress(note, by=by)


def take_in(by: Any) -> None:
    """What was expected by today has come; of one delivery in six a tenth is rejected and comes later."""
    for purchase in PurchaseOrder.objects.filter(state="ordered", expected_on__lte=clock.today()):
        if is_late(purchase) and not purchase.delay_cause:
            continue
        for line in purchase.lines.all():
            bad = number(f"{purchase.number}:{line.pk}:bad", 6) == 0 and not line.accepted
            rejected = (line.rest / 10).quantize(Decimal(1)) if bad else Decimal(0)
            if line.rest > 0:
                receipt = GoodsReceipt(line=line, accepted=line.rest - rejected, rejected=rejected, on=clock.today())
                purchasing.receive(receipt, by=by)
