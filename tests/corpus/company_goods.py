"""Goods of the corpus: one order whose line has failed once, waits, is packed and is on its way, with a return and a credit."""

from decimal import Decimal

from contracts.models import PlannedPayment
from kernel.advance import advance
from orders import returning
from orders.models import CreditNote, GoodsReturn, OrderLine, PackingItem, ReworkTask
from tests.factories import goods
from tests.factories import orders as made

CREDIT = "7309.37"  # occurs nowhere else


def add(world, contract):
    """Enter the order and take its goods as far as each page needs."""
    rows, people = world.rows, world.people
    worker, service = people["departments"], people["customer_service"]
    PlannedPayment.objects.filter(contract=contract).update(before_shipment=False)
    order = made.place(made.make_order(contract, service))
    order = made.acknowledge_all(order, dict.fromkeys(("production", "purchasing", "quality", "logistics"), worker))
    line = order.line_rows[0]
    goods.judge(goods.open_inspection(line, worker, kind="in_process"), worker)
    goods.produce(line)
    rows.inspection = goods.judge(goods.open_inspection(line, worker, 4), worker, rejected=1)
    rows.rework = ReworkTask.objects.get(inspection=rows.inspection)
    rows.inspection_open = goods.open_inspection(line, worker, 1)
    rows.on_way = goods.ship(order, worker, 1)
    rows.packing = goods.pack(order, worker, 1)
    rows.packing_check = rows.packing.check_rows[0]
    lost = GoodsReturn(shipment_line=rows.on_way.line_rows[0], quantity=Decimal(1), is_lost=True, reason="遺失")
    rows.goods_return = returning.ask_return(lost, by=service)
    # a withdrawn one leaves something on the way that may still be lost
    advance(rows.goods_return, "withdraw", by=service, comment="找到了")
    rows.goods_return = returning.ask_return(
        GoodsReturn(shipment_line=lost.shipment_line, quantity=Decimal("0.5"), is_lost=True, reason="遺失"), by=service
    )
    rows.credit = returning.ask_credit(CreditNote(order=order, amount=Decimal(CREDIT), reason="外觀"), by=service)
    rows.goods_order, rows.goods_line = made.fresh(order), OrderLine.objects.get(pk=line.pk)
    rows.defect_cause, rows.packing_item = goods.cause(), PackingItem.objects.first()
