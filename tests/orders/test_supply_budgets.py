"""The pages of production and purchasing cost the same however many rows they show, within the budgets."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from benchmarks.counting import own_queries
from kernel import clock
from kernel.settings import forget
from tests.factories.orders import acknowledge_all, fresh, make_order, place
from tests.factories.supply import confirmed_plan, make_material, make_supplier, ordered, requested

pytestmark = pytest.mark.django_db
LIST, DETAIL = 12, 20
LISTS = (
    "production_bench",
    "productionplan_list",
    "purchasing_bench",
    "shortage_list",
    "purchaseorder_list",
    "supplier_list",
    "material_list",
)


def _grow(contract, number, service, people):
    """One more order that is planned and short of material, one more purchase, supplier, and order to plan."""
    buyer = people["purchasing"]
    supplier = make_supplier(buyer, days=20 + number)
    for kind in ("planned", "unplanned"):
        order = make_order(contract, service)
        line = order.lines.get()
        line.quantity, line.deliver_on = Decimal(1), clock.today()
        line.save()
        order = acknowledge_all(place(fresh(order)), people)
        if kind == "planned":
            material = make_material(f"M-{number}", name=f"鋼板 {number}")
            plan = confirmed_plan(order, people["production"], material=material)
            purchase = ordered(supplier, buyer)
            purchase.expected_on = clock.today() - timedelta(1)
            purchase.save()
            need = plan.materials.get()
            need.quantity += 10
            need.save()
    requested(supplier, buyer)
    need.quantity += 10
    need.save()
    return {"plan": plan, "purchase": purchase, "supplier": supplier, "material": material, "order": plan.order}


def test_every_page_of_production_and_purchasing_stays_in_its_budget(contract, customer_service, departments, as_):
    clients = {name: as_(departments[name]) for name in ("production", "purchasing")}
    counts = {}
    for number in range(2):
        rows = _grow(contract, number, customer_service, departments)
        pages = {name: reverse(f"orders:{name}") for name in LISTS}
        pages |= {name: row.get_absolute_url() for name, row in rows.items()}
        for name, address in pages.items():
            client = clients["production" if name in ("production_bench", "productionplan_list") else "purchasing"]
            forget()
            with own_queries() as asked:
                assert client.get(address).status_code == 200, address
            counts.setdefault(name, []).append(len(asked))
    most = {name: LIST if name in LISTS else DETAIL for name in counts}
    assert {name: found for name, found in counts.items() if len(set(found)) > 1 or found[0] > most[name]} == {}
