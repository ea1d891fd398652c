"""The demo company's quality and logistics bring an order from its production to the customer by real steps alone."""

from datetime import timedelta

import pytest

from config.demo import goods
from contracts.models import PlannedPayment
from kernel import clock
from orders import flow
from orders.models import Inspection, ReworkTask, Shipment
from tests.factories.goods import cause, packing_items, produce
from tests.factories.orders import fresh


@pytest.mark.parametrize("fails", [True, False])
def test_rounds_bring_an_order_to_the_customer(placed, departments, customer_service, monkeypatch, fails):
    PlannedPayment.objects.filter(contract=placed.contract).update(before_shipment=False)
    monkeypatch.setattr(goods, "FAILS", 1 if fails else 10**6)
    for n in range(1, 6):
        cause(f"D0{n}", f"原因 {n}")
    packing_items()
    flow.begin_work(placed, by=None)
    goods.inspect(departments["quality"])
    produce(placed.line_rows[0])
    for days in (0, 3, 6, 9, 12, 15, 18):
        with clock.at(clock.now() + timedelta(days)):
            goods.rework(departments["production"])
            goods.inspect(departments["quality"])
            goods.send(departments["logistics"])
            goods.follow(customer_service)
    assert fresh(placed).state == "delivered"
    assert set(Shipment.objects.values_list("state", flat=True)) == {"delivered"}
    assert ReworkTask.objects.filter(state="done").exists() == fails
    assert not Inspection.objects.filter(state="open").exists()
