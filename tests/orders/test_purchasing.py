"""Purchasing: shortage, qualified suppliers only, progress, late supply, receipts, stock, the supplier's score (3.3.3)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from documents.models import Document
from kernel import clock
from kernel.advance import StepRefused, advance
from kernel.models import Notice, Promise
from orders import placing, purchasing, shortage, stock
from orders.lanes_supply import purchasing_lane
from orders.models import Material, OrderChange, OrderException, OrderLine, PurchaseNote, PurchaseOrder
from orders.scores import scores_of
from tests.factories.orders import acknowledge_all, fresh, make_order, place
from tests.factories.supply import (
    confirmed_plan,
    fresh_purchase,
    make_material,
    make_supplier,
    ordered,
    requested,
    take_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(placed, production):
    """A confirmed plan that needs 100 kg of which 30 are on hand."""
    return confirmed_plan(placed, production, material=make_material(on_hand=30, by=production))


@pytest.fixture
def buyer(departments):
    """Somebody of purchasing."""
    return departments["purchasing"]


@pytest.fixture
def supplier(buyer):
    """A qualified supplier."""
    return make_supplier(buyer)


@pytest.fixture
def bought(contract, customer_service, departments):
    """An order whose line is bought, acknowledged by every department."""
    order = make_order(contract, customer_service, route=OrderLine.Route.BUY)
    return acknowledge_all(place(order), departments)


def material():
    return Material.objects.with_needs().get()


@pytest.mark.clause("3.3.3a")
def test_the_shortage_is_what_plans_need_less_what_is_on_hand_and_on_order(planned, supplier, buyer, manager):
    (row,) = shortage.short_materials()
    assert (row.needed, row.short, row.first_on) == (100, 70, clock.today() + timedelta(10))
    assert [o.pk for o, _day in shortage.orders_of([row])[row.pk]] == [planned.order_id]
    purchase = requested(supplier, buyer)
    assert not shortage.short_materials().exists()
    advance(purchase, "cancel", by=buyer, comment="漲價")
    assert material().short == 70
    stock.issue(planned.materials.get(), Decimal(30), by=buyer)
    assert (material().on_hand, material().short) == (0, 70)
    advance(fresh(planned.order), "hold", by=manager, comment="付款延後")
    assert not shortage.short_materials().exists()


def test_stock_never_goes_below_zero_and_each_movement_stays(planned, buyer):
    need = planned.materials.get()
    with pytest.raises(ValidationError):
        stock.issue(need, Decimal(31), by=buyer)
    with pytest.raises(ValidationError):
        stock.issue(need, Decimal(101), by=buyer)
    stock.issue(need, Decimal(10), by=buyer)
    stock.adjust(material(), Decimal(18), reason="短少", by=buyer)
    moves = material().movements.order_by("pk").values_list("kind", "change", "balance")
    assert list(moves) == [("adjustment", 30, 30), ("issue", -10, 20), ("adjustment", -2, 18)]


@pytest.mark.database
def test_the_database_refuses_stock_below_zero(planned):
    row = material()
    row.on_hand = Decimal(-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize("days", [None, -1])
@pytest.mark.clause("3.3.3b")
def test_nothing_is_ordered_from_a_supplier_without_a_valid_qualification(planned, buyer, days, as_):
    purchase = requested(make_supplier(buyer, days=days), buyer)
    with pytest.raises(StepRefused):
        advance(purchase, "order", by=buyer)
    answer = as_(buyer).post(reverse("orders:purchaseorder_step", args=[purchase.pk, "order"]), {})
    assert answer.status_code == 422
    assert fresh_purchase(purchase).state == "requested"


@pytest.mark.clause("3.3.3c")
def test_ordering_registers_the_purchase_and_owes_notes_on_its_progress(planned, supplier, buyer):
    purchase = ordered(supplier, buyer)
    assert Document.objects.get(number=purchase.number).kind == "purchase"
    assert purchase.promised_on == purchase.expected_on
    promise = Promise.objects.of(purchase).open().get(kind="purchase_progress")
    purchasing.note_progress(PurchaseNote(purchase=purchase, text="已排產"), by=buyer)
    promise.refresh_from_db()
    assert promise.state == "kept"
    assert Promise.objects.of(purchase).open().filter(kind="purchase_progress").count() == 1
    assert not OrderException.objects.exists()


def test_a_day_moved_past_the_need_is_a_problem_of_the_order_at_once(planned, supplier, buyer):
    purchase = ordered(supplier, buyer)
    note = PurchaseNote(purchase=purchase, text="缺料", expected_on=clock.today() + timedelta(20), cause="爐料不足")
    purchasing.note_progress(note, by=buyer)
    row = OrderException.objects.get()
    assert (row.kind, row.source, row.order_id) == ("supply_late", f"purchase:{purchase.pk}", planned.order_id)
    purchase = fresh_purchase(purchase)
    assert (purchase.is_delayed, purchase.delay_cause, purchase.state) == (True, "爐料不足", "ordered")
    (bar,) = purchasing_lane(planned.order)
    assert (bar["label"], bar["end"], bar["tone"]) == (purchase.number, purchase.expected_on, "bad")


def test_a_passed_day_is_a_problem_once_however_often_the_job_runs(planned, supplier, buyer):
    purchase = ordered(supplier, buyer)
    with time_machine.travel(clock.now() + timedelta(6)):
        assert purchasing.warn_of_late() == 1
        purchasing.warn_of_late()
        assert fresh_purchase(purchase).is_delayed
    assert OrderException.objects.filter(kind="supply_late").count() == 1


def test_receipts_go_to_stock_and_the_score_follows_from_them(planned, supplier, buyer):
    purchase = ordered(supplier, buyer)
    line = purchase.lines.get()
    with pytest.raises(ValidationError):
        take_in(line, 71, by=buyer)
    with pytest.raises(ValidationError):
        take_in(line, 0, by=buyer)
    take_in(line, 50, rejected=20, by=buyer)
    assert (material().on_hand, fresh_purchase(purchase).state) == (80, "ordered")
    with time_machine.travel(clock.now() + timedelta(8)):
        take_in(line, 20, by=buyer)
        score = scores_of([supplier.pk])[supplier.pk]
    assert fresh_purchase(purchase).state == "received"
    assert (score.deliveries, score.on_time, score.on_time_share) == (2, 1, 50)
    assert (score.accepted, score.rejected, score.accepted_share) == (70, 20, 78)
    assert not Promise.objects.of(purchase).open().exists()
    with time_machine.travel(clock.now() + timedelta(400)):
        assert scores_of([supplier.pk]) == {}


def test_a_bought_line_counts_as_there_when_it_is_received(bought, supplier, buyer):
    (line,) = shortage.short_lines()
    assert line.short == line.quantity
    purchase = ordered(supplier, buyer)
    assert not shortage.short_lines().exists()
    take_in(purchase.lines.get(), line.quantity, by=buyer)
    assert fresh(bought).state == "inspecting"
    assert fresh_purchase(purchase).state == "received"


def test_nothing_is_bought_for_an_order_that_stands_still(bought, supplier, buyer, manager):
    purchase = requested(supplier, buyer)
    advance(fresh(bought), "hold", by=manager, comment="付款延後")
    with pytest.raises(StepRefused):
        advance(purchase, "order", by=buyer)
    advance(fresh(bought), "resume", by=manager, comment="已付")
    advance(fresh_purchase(purchase), "order", by=buyer)


def test_cancelling_an_order_cancels_what_was_bought_for_it_alone(planned, supplier, buyer, manager, customer_service):
    alone = ordered(supplier, buyer)
    other = PurchaseOrder.objects.create(
        number="CG-X", supplier=supplier, currency="TWD", requested_by=buyer, expected_on=clock.today()
    )
    other.lines.create(material=Material.objects.get(), quantity=5)
    change = placing.ask_change(OrderChange(order=planned.order, cancels=True, reason="取消"), by=customer_service)
    advance(change, "approve", by=manager)
    assert (fresh_purchase(alone).state, fresh_purchase(other).state) == ("cancelled", "requested")
    assert Notice.objects.filter(to=buyer, model="orders.purchaseorder", row=alone.pk).exists()


def test_purchasing_is_reminded_before_a_qualification_ends_each_time_once(buyer):
    make_supplier(buyer, days=61)
    kind = Notice.objects.filter(kind="qualification_ends", to=buyer)
    for passed, told in ((0, 0), (1, 1), (2, 1), (31, 2), (54, 3), (61, 3)):
        with time_machine.travel(clock.now() + timedelta(passed)):
            purchasing.remind_qualifications()
        assert kind.count() == told, passed


# --- through the pages -----------------------------------------------------------------------------------
def test_purchasing_buys_what_is_ticked_and_takes_it_in_through_the_pages(planned, supplier, buyer, as_):
    client = as_(buyer)
    row = Material.objects.get()
    page = reverse("orders:shortage_list")
    assert row.code in client.get(page).content.decode()
    assert client.post(page, {"supplier": supplier.pk}).status_code == 422
    assert client.post(page, {"row": f"m{row.pk}", "supplier": "999999"}).status_code == 422
    client.post(page, {"row": f"m{row.pk}", "supplier": supplier.pk})
    purchase = PurchaseOrder.objects.get()
    line = purchase.lines.get()
    edit = reverse("orders:purchaseorder_edit", args=[purchase.pk])
    data = {
        "supplier": supplier.pk, "expected_on": clock.today() + timedelta(3), "version": purchase.version,
        "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-id": line.pk, "lines-0-quantity": "70",
        "lines-0-unit_price": "1,250.5",
    }  # fmt: skip
    assert client.post(edit, {**data, "lines-0-quantity": "-3"}).status_code == 422
    assert client.post(edit, {**data, "expected_on": clock.today() - timedelta(1)}).status_code == 422
    assert client.post(edit, data).status_code == 302
    client.post(reverse("orders:purchaseorder_step", args=[purchase.pk, "order"]), {})
    assert fresh_purchase(purchase).state == "ordered"
    note = reverse("orders:purchasenote_create", args=[purchase.pk])
    later = {"text": "延後", "expected_on": clock.today() + timedelta(30)}
    answer = client.post(note, later)
    assert (answer.status_code, "Say why it is delayed." in answer.content.decode()) == (422, True)
    assert client.post(note, {**later, "cause": "缺工"}).status_code == 302
    take = reverse("orders:purchaseline_receive", args=[line.pk])
    today = clock.today()
    for bad in ({"accepted": "71"}, {"accepted": "9" * 40}, {"on": today + timedelta(1)}, {"on": today - timedelta(1)}):
        answer = client.post(take, {"accepted": "70", "rejected": "0", "on": today, **bad})
        assert answer.status_code == 422, bad
    assert client.post(take, {"accepted": "70", "rejected": "2", "on": today}).status_code == 302
    assert fresh_purchase(purchase).state == "received"
    for page in ("purchasing_bench", "purchaseorder_list", "supplier_list", "material_list", "shortage_list"):
        assert client.get(reverse(f"orders:{page}")).status_code == 200
    for address in (purchase, supplier, row, planned.order):
        assert client.get(address.get_absolute_url()).status_code == 200


def test_a_supplier_its_qualification_and_a_material_are_entered_through_the_pages(buyer, as_):
    client = as_(buyer)
    client.post(reverse("orders:supplier_create"), {"name": "大成鋼鐵"})
    supplier = purchasing.Supplier.objects.get()
    address = reverse("orders:qualification_create", args=[supplier.pk])
    days = {"valid_from": clock.today(), "valid_until": clock.today() - timedelta(1)}
    assert client.post(address, {"scope": "鋼板", **days}).status_code == 422
    days["valid_until"] = clock.today() + timedelta(90)
    assert client.post(address, {"scope": "鋼板", **days}).status_code == 302
    assert supplier.qualifications.valid_on(clock.today()).exists()
    assert (
        client.post(reverse("orders:material_create"), {"code": "M-9", "name": "鋁錠", "unit": "kg"}).status_code == 302
    )
    row = Material.objects.get()
    answer = client.post(reverse("orders:material_adjust", args=[row.pk]), {"counted": "-5", "reason": "x"})
    assert answer.status_code == 422
    client.post(reverse("orders:material_adjust", args=[row.pk]), {"counted": "8", "reason": "盤點"})
    assert Material.objects.get().on_hand == 8


def test_the_purchase_price_stays_with_those_who_pay(planned, supplier, departments, as_, manager):
    purchase = ordered(supplier, departments["purchasing"], price="77351")
    assert "77,351" in as_(manager).get(purchase.get_absolute_url()).content.decode()
    pages = [planned.order.get_absolute_url(), planned.get_absolute_url(), "/", "/search/?q=CG", "/documents/"]
    for name in ("production", "quality", "logistics"):
        client = as_(departments[name])
        for page in (purchase.get_absolute_url(), reverse("orders:purchaseorder_print", args=[purchase.pk])):
            assert client.get(page).status_code in (403, 404), (name, page)
        for page in pages:
            said = client.get(page).content.decode()
            assert "77351" not in said.replace(",", ""), (name, page)
