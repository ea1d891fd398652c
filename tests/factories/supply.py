"""Plans, materials, suppliers and purchases for tests: valid and boring; a state is reached through real steps."""

from datetime import timedelta
from decimal import Decimal

from kernel import clock
from kernel.advance import advance
from orders import planning, purchasing, shortage, stock
from orders.models import (
    GoodsReceipt,
    Material,
    PlanMaterial,
    PlanRequirement,
    ProductionPlan,
    PurchaseOrder,
    Qualification,
    Supplier,
)


def make_material(code="M-01", *, on_hand=0, by=None, **fields):
    """A material, with so much on hand."""
    material = Material.objects.create(code=code, **{"name": "冷軋鋼板", "unit": "kg", **fields})
    if on_hand:
        stock.adjust(material, Decimal(on_hand), reason="盤點", by=by)
    return Material.objects.get(pk=material.pk)


def make_supplier(by, *, days=365, **fields):
    """A supplier whose qualification ends in so many days; none with `days=None`."""
    supplier = purchasing.new_supplier(Supplier(**{"name": "大成鋼鐵股份有限公司", **fields}), by=by)
    if days is not None:
        until = clock.today() + timedelta(days)
        first = min(clock.today(), until) - timedelta(30)
        Qualification.objects.create(
            supplier=supplier, scope="鋼板", valid_from=first, valid_until=until, entered_by=by
        )
    return supplier


def fresh_plan(plan):
    """The plan as it stands in the database now."""
    return ProductionPlan.objects.select_related("order__customer", "order__entered_by").get(pk=plan.pk)


def draft_plan(order, by, *, material=None, quantity=100):
    """A whole draft: the schedule as it is proposed, one material or none, one quality requirement."""
    plan = planning.make_plan(order, by=by)
    if material:
        needed_on = clock.today() + timedelta(10)
        PlanMaterial.objects.create(plan=plan, material=material, quantity=Decimal(quantity), needed_on=needed_on)
    else:
        plan.needs_nothing = True
        plan.save()
    PlanRequirement.objects.create(plan=plan, text="平面度 0.02 mm 以內")
    return fresh_plan(plan)


def confirmed_plan(order, by, **how):
    """A confirmed plan."""
    plan = draft_plan(order, by, **how)
    advance(plan, "confirm", by=by)
    return fresh_plan(plan)


def fresh_purchase(purchase):
    """The purchase as it stands in the database now."""
    return PurchaseOrder.objects.select_related("supplier").get(pk=purchase.pk)


def requested(supplier, by, *, price="12.5", days=5):
    """A purchase of all that is short, with prices and an expected day."""
    purchase = purchasing.request(supplier, shortage.short_materials(), shortage.short_lines(), by=by)
    for line in purchase.lines.all():
        line.unit_price = Decimal(price)
        line.save()
    purchase.expected_on = clock.today() + timedelta(days)
    purchase.save()
    return fresh_purchase(purchase)


def ordered(supplier, by, **how):
    """The same, ordered from the supplier."""
    purchase = requested(supplier, by, **how)
    advance(purchase, "order", by=by)
    return fresh_purchase(purchase)


def take_in(line, accepted, *, by, rejected=0, on=None):
    """Goods came in."""
    receipt = GoodsReceipt(line=line, accepted=Decimal(accepted), rejected=Decimal(rejected), on=on or clock.today())
    return purchasing.receive(receipt, by=by)
