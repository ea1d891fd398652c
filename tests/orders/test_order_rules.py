"""Orders: what placing needs, what the departments answer, how quantities move the order, changes and cancellation (3.3)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kernel import clock
from kernel.advance import StepRefused, advance
from kernel.models import Notice, Promise
from orders import flow, placing, problems
from orders.models import LineValue, Order, OrderChange, OrderContact, OrderException, OrderLine
from tests.factories.orders import fresh, make_order, place


def missing_of(order, step="place"):
    return {item.name for item in order.checklist(order.step(step)) if not item.met}


def promises_of(record, state="open"):
    return set(Promise.objects.of(record).filter(state=state).values_list("kind", flat=True))


@pytest.mark.clause("3.3.1a")
def test_signing_a_contract_owes_its_order_until_it_is_placed(contract, customer_service):
    assert "order_entry" in promises_of(contract)
    place(make_order(contract, customer_service))
    assert "order_entry" in promises_of(contract, "kept")


@pytest.mark.clause("3.3.1b")
def test_placing_needs_all_four_of_every_line_and_names_each_gap(draft):
    line = draft.lines.first()
    line.requirements, line.deliver_on = "", None
    line.save()
    order = fresh(draft)
    assert missing_of(order) == {"has_whole_lines"}
    (item,) = [i for i in order.checklist(order.step("place")) if i.name == "has_whole_lines"]
    assert [str(d) for d in item.details] == [f"{line}: delivery date", f"{line}: customer's requirements"]
    with pytest.raises(StepRefused):
        advance(order, "place", by=order.entered_by)


def test_all_orders_of_a_contract_together_stay_within_it(draft, contract, customer_service):
    line = draft.lines.first()
    assert placing.open_lines(contract) == []
    line.quantity -= 1
    line.save()
    place(fresh(draft))
    second = make_order(contract, customer_service)
    assert [row.quantity for row in second.line_rows] == [Decimal(1)]
    extra = second.lines.first()
    extra.quantity = Decimal(2)
    extra.save()
    assert missing_of(fresh(second)) == {"is_within_contract"}


def test_placing_asks_the_departments_freezes_the_value_and_promises_the_date(draft, departments):
    order = place(draft)
    assert set(order.acknowledgements.values_list("department", "state")) == {(d, "waiting") for d in departments}
    assert Notice.objects.filter(kind="order_told", to=departments["quality"]).count() == 1
    assert LineValue.objects.filter(line__order=order).count() == order.lines.count()
    assert order.promised_on == max(line.deliver_on for line in order.line_rows)
    assert promises_of(order) >= {"delivery", "order_contact"}
    assert not order.is_clear_for("production")


def test_a_query_holds_the_departments_part_until_it_is_answered_and_acknowledged(
    placed, departments, customer_service
):
    row = placed.acknowledgements.get(department="production")
    with pytest.raises(PermissionDenied):
        advance(row, "ask", by=departments["quality"], data={"query": "?"})
    advance(row, "ask", by=departments["production"], data={"query": "哪一種塗裝？"})
    assert not placed.is_clear_for("production")
    assert placed.is_clear_for("quality")
    row = placed.acknowledgements.get(department="production")
    assert promises_of(row) == {"query"}
    advance(row, "reply", by=customer_service, data={"answer": "RAL 7035"})
    assert not placed.is_clear_for("production")
    advance(placed.acknowledgements.get(department="production"), "acknowledge", by=departments["production"])
    assert placed.is_clear_for("production")


def test_the_order_follows_its_quantities_forwards_and_back(placed, customer_service):
    (line,) = placed.line_rows
    half = line.quantity / 2
    flow.count(line, by=None, produced=half)
    assert fresh(placed).state == "in_production"
    flow.count(line, by=None, produced=half)
    assert fresh(placed).state == "inspecting"
    flow.count(line, by=None, accepted=half)
    assert fresh(placed).state == "inspecting"
    flow.count(line, by=None, produced=-half)
    assert fresh(placed).state == "in_production"
    flow.count(line, by=None, produced=half, accepted=half)
    assert fresh(placed).state == "ready_to_ship"
    flow.count(line, by=None, shipped=line.quantity)
    order = fresh(placed)
    assert (order.state, order.shipped_on) == ("shipped", clock.today())
    assert "delivery" in promises_of(order, "kept")
    flow.count(line, by=None, received=line.quantity)
    order = fresh(placed)
    assert (order.state, order.delivered_on) == ("delivered", clock.today())
    assert missing_of(order, "complete") == {"has_satisfaction"}
    placing.note_contact(OrderContact(order=order, score=4, remarks="準時"), by=customer_service)
    advance(fresh(order), "complete", by=customer_service)
    assert fresh(order).completed_on == clock.today()
    assert not Promise.objects.of(order).open().exists()


@pytest.mark.parametrize(
    "change", [{"accepted": 1}, {"shipped": 1}, {"received": 1}, {"produced": 999_999}, {"produced": -1}]
)
def test_no_count_overtakes_the_one_before_it(placed, change):
    (line,) = placed.line_rows
    with pytest.raises(ValidationError):
        flow.count(line, by=None, **{name: Decimal(value) for name, value in change.items()})
    assert fresh(placed).state == "placed"


@pytest.mark.database
def test_the_database_refuses_counts_out_of_order(placed):
    (line,) = placed.line_rows
    line.shipped = Decimal(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save()


def test_hold_returns_to_where_it_stood_and_departments_are_told(placed, manager, departments):
    (line,) = placed.line_rows
    flow.count(line, by=None, produced=line.quantity)
    Notice.objects.all().delete()
    advance(fresh(placed), "hold", by=manager, comment="客戶延後付款")
    assert {n.to_id for n in Notice.objects.filter(kind="order_told")} == {p.pk for p in departments.values()}
    assert not fresh(placed).is_running
    advance(fresh(placed), "resume", by=manager, comment="已付")
    assert fresh(placed).state == "inspecting"


def test_a_change_is_decided_by_the_manager_and_moves_the_promise_with_its_reason(placed, manager, customer_service):
    (line,) = placed.line_rows
    later = line.deliver_on + timedelta(10)
    change = placing.ask_change(
        OrderChange(order=placed, line=line, deliver_on=later, quantity=line.quantity - 1, reason="客戶機房延後"),
        by=customer_service,
    )
    with pytest.raises(PermissionDenied):
        advance(change, "approve", by=customer_service)
    advance(change, "approve", by=manager)
    order = fresh(placed)
    assert (order.promised_on, order.line_rows[0].quantity) == (later, line.quantity - 1)
    promise = Promise.objects.of(order).open().get(kind="delivery")
    assert [move.reason for move in promise.moves.all()] == ["客戶機房延後"]


def test_cancelling_gives_the_quantity_back_to_the_contract_and_is_refused_once_goods_left(
    placed, contract, manager, customer_service
):
    change = placing.ask_change(OrderChange(order=placed, cancels=True, reason="客戶取消"), by=customer_service)
    advance(change, "approve", by=manager)
    assert fresh(placed).state == "cancelled"
    assert [rest for _line, rest in placing.open_lines(contract)] == [placed.line_rows[0].quantity]
    order = place(make_order(contract, customer_service))
    (line,) = order.line_rows
    flow.count(line, by=None, produced=1, accepted=1, shipped=1)
    change = placing.ask_change(OrderChange(order=order, cancels=True, reason="客戶取消"), by=customer_service)
    with pytest.raises(StepRefused):
        advance(change, "approve", by=manager)


@pytest.mark.clause("3.3.6b")
def test_a_problem_is_opened_once_per_source_and_solved_only_when_the_customer_was_told(
    placed, salesperson, customer_service
):
    first = problems.raise_exception(placed, kind="delay", what="船期延後", source="shipment:1", owner=salesperson)
    assert problems.raise_exception(placed, kind="delay", what="again", source="shipment:1") == first
    assert promises_of(first) >= {"tell_customer"}
    with pytest.raises(StepRefused):
        advance(first, "resolve", by=salesperson)
    first.cause, first.party, first.solution, first.told_on = "颱風", "carrier", "改空運", clock.today()
    first.save()
    problems.note_told(first)
    advance(OrderException.objects.get(pk=first.pk), "resolve", by=salesperson)
    assert "tell_customer" in promises_of(first, "kept")


def test_a_service_is_taken_instead_of_inspected(contract, customer_service):
    order = place(make_order(contract, customer_service, route=OrderLine.Route.SERVICE))
    (line,) = order.line_rows
    flow.accept_service(line, line.quantity, by=customer_service)
    assert fresh(order).state == "delivered"


def test_who_sees_which_orders(placed, contract, customer_service, departments, salesperson, person, manager):
    draft = (
        Order.objects.get(pk=placing.enter(contract, by=customer_service).pk) if placing.open_lines(contract) else None
    )
    other = person("salesperson")
    seen = {name: set(Order.objects.visible_to(user)) for name, user in departments.items()}
    assert seen == {name: {placed} for name in departments}
    assert set(Order.objects.visible_to(salesperson)) == {placed}
    assert set(Order.objects.visible_to(other)) == set()
    assert set(Order.objects.visible_to(person("technical"))) == set()
    assert set(Order.objects.visible_to(manager)) == {placed} | ({draft} if draft else set())
