"""The customer's page by link: what it shows and what it must not, one answer for every wrong link, its languages (3.3.5c)."""

import logging

import pytest
from django.urls import reverse

from contracts.models import PlannedPayment
from kernel import clock, links, throttle
from kernel.logs import formatter
from orders import public, shipping
from orders.models import TrackingEntry
from tests.factories.customers import make_contact
from tests.factories.goods import pass_all, ship

PHONE = "03-578-9137"


@pytest.fixture
def shipped(placed, quality, logistics, customer_service):
    """An order on its way, with news, and a contact who has an address."""
    PlannedPayment.objects.filter(contract=placed.contract).update(before_shipment=False)
    placed.contact = make_contact(placed.customer, email="buyer@example.com", phone=PHONE)
    placed.save()
    shipment = ship(pass_all(placed, quality), logistics)
    shipping.track(TrackingEntry(shipment=shipment, place="基隆港", what="已裝船"), by=customer_service)
    return shipment


@pytest.fixture
def address(shipped):
    """The path of the customer's link."""
    link = public.link_of(shipped.order, by=shipped.order.entered_by)
    return "/" + links.address(link).split("/", 3)[3]


def test_it_shows_the_order_in_the_customers_words_without_price_or_anybodys_number(client, shipped, address):
    answer = client.get(address)
    page = answer.content.decode()
    for told in (shipped.order.number, shipped.number, shipped.tracking_number, "已裝船", "基隆港"):
        assert told in page
    price = f"{shipped.order.contract.line_rows[0].unit_price:,.0f}"
    for hidden in (PHONE, "buyer@example.com", price, shipped.order.contract.number, "<script src"):
        assert hidden not in page.replace('<script src="/static', "")
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Referrer-Policy"] == "no-referrer"  # it holds no form
    assert answer["Content-Language"] == "zh-hant"
    english = client.get(f"{address}?lang=en")
    assert "Your order is on its way" in english.content.decode()
    assert client.get(f"{address}?lang=xx")["Content-Language"] == "zh-hant"
    paper = client.get(f"{address}packing/{shipped.pk}/")
    assert paper.content.startswith(b"%PDF")
    assert client.post(address).status_code == 405


def test_every_other_link_gets_the_same_answer(client, shipped, address, customer_service):
    token = address.split("/")[2]
    other = links.standing("elsewhere", shipped.order, by=customer_service, lasts=public.LASTS)
    foreign = links._token(other.nonce)
    expired = public.link_of(shipped.order, by=shipped.order.entered_by)
    wrong = {client.get(f"/o/{name}/").content for name in (token[:-1], token[::-1], "x", foreign, "%F0%9F%92%A5")}
    type(expired).objects.filter(pk=expired.pk).update(expires_at=clock.now())
    wrong.add(client.get(address).content)
    assert len(wrong) == 1
    assert client.get(address).status_code == 404
    assert client.get(f"{address}packing/{shipped.pk}/").status_code == 404


def test_guessing_is_throttled(client, db):
    codes = [client.get(f"/o/{'a' * 43}/").status_code for _n in range(32)]
    assert (codes[0], codes[-1]) == (404, 429)
    assert throttle.allowed("something else", most=1, within=public.LASTS)


def test_the_token_stands_in_no_log_line(address):
    record = logging.makeLogRecord({"name": "django.request", "levelno": 30, "levelname": "WARNING",
                                    "msg": f"Not Found: {address}"})  # fmt: skip
    assert address.split("/")[2] not in formatter().format(record)


def test_the_address_is_made_by_the_page_that_it_opens(address):
    assert address == reverse("orders:order_public", args=[address.split("/")[2]])
