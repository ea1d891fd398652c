"""Shipments: what may leave and how, word to the customer, news on the way, receipt, returns, credit notes (3.3.5, 3.3.6)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from contracts.models import PlannedPayment
from documents.models import Document
from kernel import clock, letters
from kernel.advance import StepRefused, advance
from kernel.models import Promise
from orders import placing, returning, shipping
from orders.models import (
    CreditNote,
    GoodsReturn,
    OrderChange,
    OrderContact,
    OrderException,
    Shipment,
    TrackingEntry,
)
from tests.factories.customers import make_contact
from tests.factories.goods import fresh as again
from tests.factories.goods import make_ready, pack, packing_items, pass_all, ship
from tests.factories.orders import fresh

ADDRESS = "buyer@example.com"


@pytest.fixture
def passed(placed, quality):
    """Everything has passed, and nothing must be paid before it leaves."""
    PlannedPayment.objects.filter(contract=placed.contract).update(before_shipment=False)
    return pass_all(placed, quality)


@pytest.fixture
def line(passed):
    return passed.line_rows[0]


def missing_of(shipment):
    return {item.name for item in shipment.checklist(shipment.step("ship")) if not item.met}


def promises_of(record, state="open"):
    return set(Promise.objects.of(record).filter(state=state).values_list("kind", flat=True))


@pytest.mark.clause("3.3.5a")
def test_only_what_has_passed_is_packed_and_only_once(placed, quality, logistics):
    with pytest.raises(ValidationError):
        pack(placed, logistics, 1)
    order = pass_all(placed, quality)
    pack(order, logistics, order.line_rows[0].quantity - 1)
    with pytest.raises(ValidationError):
        pack(order, logistics, 2)


@pytest.mark.clause("3.3.5b")
def test_a_shipment_leaves_ticked_identified_and_paid_for_and_the_refusal_tells_no_amount(passed, line, logistics):
    shipment = pack(passed, logistics, 1)
    assert Document.objects.get(model="orders.shipment").number == shipment.number
    assert missing_of(shipment) == {"is_packed", "has_identity"}
    payment = PlannedPayment.objects.filter(contract=passed.contract).first()
    payment.before_shipment = True
    payment.save()
    shipment = make_ready(shipment, logistics)
    assert missing_of(shipment) == {"is_free_to_go"}
    with pytest.raises(StepRefused) as refused:
        advance(shipment, "ship", by=logistics)
    assert not any(sign.isdigit() for sign in refused.value.message)
    payment.before_shipment = False
    payment.save()
    shipment = again(shipment)
    for method, lacking in {"own_truck": 2, "pick_up": 1, "sea": 1, "carrier": 0}.items():
        shipment.method = method
        assert len(getattr(shipment.has_identity(), "details", ())) == lacking, method
    advance(again(shipment), "ship", by=logistics)
    line.refresh_from_db()
    assert (line.shipped, line.to_ship) == (1, line.quantity - 1)


def test_the_customer_gets_a_letter_with_his_link_in_his_language(passed, logistics):
    passed.contact = make_contact(passed.customer, email=ADDRESS)
    passed.save()
    shipment = ship(passed, logistics)
    (letter,) = letters.of(shipment)
    assert (letter.address, letter.language) == (ADDRESS, "zh-hant")
    assert shipment.tracking_number in letter.body and "/o/" in letters.text_of(letter)
    assert "/o/" not in letter.body
    assert shipment.told_at
    assert promises_of(shipment) == {"tracking"}
    assert fresh(passed).state == "shipped"


@pytest.mark.clause("3.3.5c")
def test_without_an_address_customer_service_owes_a_call(passed, logistics, customer_service):
    shipment = ship(passed, logistics)
    assert promises_of(shipment) == {"tracking", "tell_shipped"}
    contact = OrderContact(order=shipment.order, how="phone", remarks="已告知單號")
    shipping.note_told(shipment, contact, by=customer_service)
    assert "tell_shipped" in promises_of(shipment, "kept")
    assert again(shipment).told_at


@pytest.mark.clause("3.3.6a")
def test_news_is_owed_again_and_again_until_it_is_received(passed, line, logistics, customer_service):
    shipment = ship(passed, logistics)
    shipping.track(TrackingEntry(shipment=shipment, place="高雄港", what="已裝船"), by=customer_service)
    assert Promise.objects.of(shipment).filter(kind="tracking").count() == 2
    with pytest.raises(PermissionDenied):
        advance(again(shipment), "receive", by=logistics)
    receipt = {"received_on": clock.today(), "received_by": "林主任"}
    advance(again(shipment), "receive", by=customer_service, data=receipt)
    assert not Promise.objects.of(shipment).open().filter(kind="tracking").exists()
    order = fresh(passed)
    assert (order.state, order.delivered_on) == ("delivered", clock.today())
    assert not OrderException.objects.filter(order=order).exists()


def test_a_short_receipt_is_a_problem_and_what_is_lost_is_made_again(passed, line, logistics, customer_service):
    shipment = ship(passed, logistics)
    (row,) = shipment.line_rows
    receipt = {"received_on": clock.today(), "received_by": "林主任", "received": {row.pk: row.quantity - 2}}
    advance(again(shipment), "receive", by=customer_service, data=receipt)
    problem = OrderException.objects.get(order=passed)
    assert (problem.kind, problem.party) == ("loss", "carrier")
    assert fresh(passed).state == "shipped"
    lost = GoodsReturn(shipment_line=row, quantity=Decimal(3), is_lost=True, reason="遺失")
    with pytest.raises(ValidationError):
        returning.ask_return(lost, by=customer_service)
    lost = GoodsReturn(shipment_line=row, quantity=Decimal(2), is_lost=True, reason="遺失")
    lost = returning.ask_return(lost, by=customer_service)
    advance(lost, "write_off", by=customer_service)
    line.refresh_from_db()
    assert (line.to_make, line.received, fresh(passed).state) == (2, line.quantity - 2, "in_production")


def test_goods_that_come_back_are_looked_at_and_the_unfit_are_made_again(
    passed, line, logistics, quality, customer_service
):
    shipment = ship(passed, logistics)
    advance(again(shipment), "receive", by=customer_service, data={"received_on": clock.today(), "received_by": "林"})
    (row,) = again(shipment).line_rows
    back = returning.ask_return(
        GoodsReturn(shipment_line=row, quantity=Decimal(3), reason="外箱破損"), by=customer_service
    )
    assert "write_off" not in {offer.step.name for offer in back.offers(customer_service)}
    advance(back, "take_back", by=logistics)
    assert fresh(passed).state == "inspecting"
    advance(again(back), "look_at", by=quality, data={"usable": Decimal(1), "finding": "兩台受潮"})
    line.refresh_from_db()
    assert (line.to_make, line.to_ship, fresh(passed).state) == (2, 1, "in_production")
    advance(again(back), "close", by=customer_service)


def test_a_credit_note_is_decided_by_the_manager_settled_by_finance_and_hidden_from_departments(
    passed, customer_service, manager, person, departments, as_
):
    note = returning.ask_credit(CreditNote(order=passed, amount=Decimal("7300.37"), reason="外觀"), by=customer_service)
    with pytest.raises(PermissionDenied):
        advance(note, "approve", by=customer_service)
    page = as_(manager).get(reverse("inbox"))
    assert "7,300.37" in page.content.decode()
    advance(note, "approve", by=manager)
    advance(again(note), "settle", by=person("finance"), data={"settlement": "開立折讓單"})
    for user in departments.values():
        assert not CreditNote.objects.visible_to(user).exists()
        assert as_(user).get(note.get_absolute_url()).status_code == 404
        assert "7,300" not in as_(user).get(passed.get_absolute_url()).content.decode()
    assert "7,300.37" in as_(customer_service).get(passed.get_absolute_url()).content.decode()


def test_a_cancelled_order_packs_nothing_any_more(passed, logistics, customer_service, manager):
    shipment = pack(passed, logistics)
    change = placing.ask_change(OrderChange(order=passed, cancels=True, reason="客戶取消"), by=customer_service)
    advance(change, "approve", by=manager)
    assert again(shipment).state == "cancelled"


def test_a_shipment_goes_its_way_through_the_pages(passed, line, logistics, customer_service, as_):
    packing_items()
    client, service = as_(logistics), as_(customer_service)
    create = reverse("orders:shipment_create", args=[passed.pk])
    too_much = client.post(create, {f"line_{line.pk}": str(line.quantity + 1)})
    assert (too_much.status_code, set(too_much.context["form"].errors)) == (422, {f"line_{line.pk}"})
    assert client.post(create, {f"line_{line.pk}": str(line.quantity)}).status_code == 302
    shipment = Shipment.objects.get()
    for check in shipment.check_rows:
        client.post(reverse("orders:packing_tick", args=[check.pk]))
    form = {"method": "carrier", "carrier": "嘉里", "tracking_number": "KL-9", "packages": "2", "version": "1"}
    edit = client.post(reverse("orders:shipment_edit", args=[shipment.pk]), form)
    assert edit.status_code == 302, edit.context["form"].errors
    for name in ("shipment_packing_list", "shipment_label"):
        answer = client.get(reverse(f"orders:{name}", args=[shipment.pk]))
        assert answer.content.startswith(b"%PDF")
    assert client.post(shipment.step_url("ship")).status_code == 302
    track = reverse("orders:shipment_track", args=[shipment.pk])
    assert client.post(track, {"at": "2199-01-01T00:00", "what": "?"}).status_code == 422
    assert client.post(track, {"at": f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}", "what": "出港"}).status_code == 302
    problem = reverse("orders:shipment_problem", args=[shipment.pk])
    assert client.post(problem, {"kind": "delay", "what": "颱風"}).status_code == 302
    assert OrderException.objects.get().source == f"shipment:{shipment.pk}:delay"
    assert service.get(shipment.get_absolute_url()).status_code == 200
    row = shipment.line_rows[0]
    receipt = {"received_on": f"{clock.today()}", "received_by": "林", f"line_{row.pk}": str(row.quantity + 1)}
    wrong = service.post(shipment.step_url("receive"), receipt)
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {f"line_{row.pk}"})
    receipt[f"line_{row.pk}"] = str(row.quantity)
    assert service.post(shipment.step_url("receive"), receipt).status_code == 302
    assert fresh(passed).state == "delivered"
    for page in ("logistics_bench", "delivery_calendar", "shipment_list"):
        assert client.get(reverse(f"orders:{page}")).status_code == 200
    assert client.get(f"{reverse('orders:delivery_calendar')}?month=9999-99").status_code == 200


def test_a_shipment_is_found_by_its_number_and_its_tracking_number(passed, logistics, as_, person):
    sent = ship(passed, logistics)
    client, outsider = as_(logistics), as_(person("legal"))
    for text in (sent.number, sent.tracking_number, sent.tracking_number[:6].lower()):
        assert sent.get_absolute_url() in client.get("/search/", {"q": text}).text, text
        assert sent.get_absolute_url() not in outsider.get("/search/", {"q": text}).text
