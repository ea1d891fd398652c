"""What the pages of quality and logistics cost: within the budgets, and the same with one row and with more."""

import pytest
from django.urls import reverse

from benchmarks.counting import own_queries
from contracts.models import PlannedPayment
from kernel.settings import forget
from tests.factories.goods import judge, open_inspection, pack, produce, ship

LIST, DETAIL = 12, 20


@pytest.fixture
def asked(as_):
    """Give a function: how many queries a page costs this person, asked with nothing remembered."""
    clients = {}

    def ask(user, address):
        client = clients.setdefault(user.pk, as_(user))
        forget()
        with own_queries() as found:
            assert client.get(address).status_code == 200, address
        return found

    return ask


def test_every_page_of_goods_keeps_its_budget_whatever_the_number_of_rows(placed, quality, logistics, asked):
    PlannedPayment.objects.filter(contract=placed.contract).update(before_shipment=False)
    (line,) = placed.line_rows
    judge(open_inspection(line, quality, kind="in_process"), quality)
    produce(line)

    def grow():
        failed = judge(open_inspection(line, quality, 2), quality, rejected=1)
        open_ = open_inspection(line, quality, 1)
        sent, packing = ship(placed, logistics, "0.5"), pack(placed, logistics, "0.2")
        return failed, open_, sent, packing

    def cost():
        lists = ("quality_bench", "quality_figures", "inspection_list", "logistics_bench", "shipment_list",
                 "delivery_calendar")  # fmt: skip
        found = {name: asked(quality if "qu" in name else logistics, reverse(f"orders:{name}")) for name in lists}
        for record in records:
            found[record._meta.model_name + record.state] = asked(quality, record.get_absolute_url())
        found["order"] = asked(quality, placed.get_absolute_url())
        found["trace"] = asked(quality, reverse("orders:order_trace", args=[placed.pk]))
        return found

    records = grow()
    first = cost()
    grow()
    second = cost()
    for name, found in first.items():
        most = LIST if name.endswith(("bench", "list", "figures", "calendar", "trace")) else DETAIL
        more = "\n".join(sql[:200] for sql in second[name])
        assert len(found) <= most, (name, len(found), more)
        assert len(found) == len(second[name]), (name, len(found), more)
