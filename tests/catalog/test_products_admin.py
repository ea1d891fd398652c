"""Products, prices and rates are kept with effective dates; what was in force stays."""

from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import ExchangeRate, Price, Product
from kernel import clock

pytestmark = pytest.mark.django_db
PRODUCTS, RATES = "/admin/catalog/product/", "/admin/catalog/exchangerate/"


def product(rows=(), initial=0, **changes):
    sent = {
        "code": "ARM-6", "name": "Arm", "unit": "pcs", "prices-TOTAL_FORMS": str(len(rows)),
        "prices-INITIAL_FORMS": str(initial), **changes,
    }  # fmt: skip
    for n, row in enumerate(rows):
        sent |= {f"prices-{n}-{key}": value for key, value in row.items()}
    return sent


def price(**changes):
    day = clock.today().isoformat()
    return {"currency": "TWD", "effective_on": day, "list_price": "480000", "cost": "300000.50", **changes}


def test_administrator_adds_a_product_with_its_price(as_, person):
    client = as_(person("administrator"))
    assert client.post(f"{PRODUCTS}add/", product([price()])).status_code == 302
    assert Product.objects.get().price_on("TWD").cost == Decimal("300000.50")
    assert client.get(f"{PRODUCTS}{Product.objects.get().pk}/history/").status_code == 200


@pytest.mark.parametrize("wrong", ["1e400", "NaN", "Infinity", "-1", "0.005", "1" * 40, "x"])
def test_odd_price_is_refused_and_nothing_stored(as_, person, wrong):
    client = as_(person("administrator"))
    assert client.post(f"{PRODUCTS}add/", product([price(list_price=wrong)])).status_code == 200
    assert not Product.objects.exists()


def test_price_that_was_in_force_stays_and_a_new_one_follows(as_, person):
    client = as_(person("administrator"))
    row = Product.objects.create(code="ARM-6", name="Arm")
    past = clock.today() - timedelta(10)
    old = Price.objects.create(product=row, effective_on=past, list_price=100, cost=50)
    changed = price(id=old.pk, product=row.pk, effective_on=past.isoformat(), list_price="1", cost="1")
    sent = product([changed, price(product=row.pk, list_price="120", cost="60")], initial=1)
    sent["prices-0-DELETE"] = "on"
    assert client.post(f"{PRODUCTS}{row.pk}/change/", sent).status_code == 302
    assert [(p.list_price, p.cost) for p in row.prices.order_by("effective_on")] == [(100, 50), (120, 60)]
    assert row.price_on("TWD", past).list_price == 100


def test_finance_keeps_rates_and_no_products(as_, person):
    client, today = as_(person("finance")), clock.today().isoformat()
    sent = {"currency": "USD", "rate": "31.5", "effective_on": today}
    assert client.post(f"{RATES}add/", sent).status_code == 302
    assert client.post(f"{RATES}add/", {**sent, "rate": "32"}).status_code == 200  # one a day
    assert client.post(f"{RATES}add/", {**sent, "currency": "EUR", "rate": "0"}).status_code == 200
    old = ExchangeRate.objects.create(currency="CNY", rate=4, effective_on=clock.today() - timedelta(1))
    assert client.post(f"{RATES}{old.pk}/change/", {**sent, "currency": "CNY"}).status_code == 403
    assert client.get(f"{PRODUCTS}add/").status_code == 403


@pytest.mark.parametrize("role", ["salesperson", "sales_manager", "hr", "legal"])
def test_others_change_neither(as_, person, role):
    client = as_(person(role))
    for path in (f"{PRODUCTS}add/", f"{RATES}add/"):
        assert client.post(path, {}, follow=True).status_code in (403, 404)
    assert not (Product.objects.exists() or ExchangeRate.objects.exists())
