"""Verbs of orders: entered from a contract, placed and issued to the departments, changed, watched until completed (3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.services import end_of
from documents.services import register
from kernel import calendar, clock, notices, promises
from kernel.advance import advance, begin
from kernel.models import Promise
from kernel.numbering import next_number
from kernel.permissions import holding
from kernel.settings import setting
from orders import flow
from orders.models import Acknowledgement, LineValue, Order, OrderChange, OrderContact, OrderLine
from orders.models.access import ENTER, RIGHTS, Department

ENTRY, ACKNOWLEDGE, QUERY, DELIVERY, CONTACT = "order_entry", "acknowledge", "query", "delivery", "order_contact"
promises.name_kind(ENTRY, _("Order of the signed contract %(what)s"))
promises.name_kind(ACKNOWLEDGE, _("Acknowledge the order: %(what)s"))
promises.name_kind(QUERY, _("Answer to the query of %(what)s"))
promises.name_kind(DELIVERY, _("Delivery of %(what)s"))
promises.name_kind(CONTACT, _("Talk to the customer about %(what)s"))
notices.say("order_told", _("Order %(title)s: %(what)s"))

ROUTES = {
    OrderLine.Route.MAKE: tuple(Department),
    OrderLine.Route.BUY: (Department.PURCHASING, Department.QUALITY, Department.LOGISTICS),
    OrderLine.Route.STOCK: (Department.QUALITY, Department.LOGISTICS),
    OrderLine.Route.SERVICE: (Department.PRODUCTION,),
}


# --- entering and placing ------------------------------------------------------------------------------
def await_order(contract: Any) -> None:
    """A signed contract is owed an order within the working hours that the company set. Clause 3.3.1a."""
    promises.make(
        contract, ENTRY, due_at=calendar.add_working_hours(clock.now(), Decimal(setting("orders.entry_hours"))),
        clause="3.3.1a", what=contract.number, permission=ENTER, owed_to=contract.customer_name,
    )  # fmt: skip


def open_lines(contract: Any) -> list[tuple[Any, Decimal]]:
    """The contract's lines with what each leaves open, those with nothing left out. One query for all."""
    taken: dict[int, Decimal] = {}
    rows = OrderLine.objects.filter(contract_line__contract=contract).exclude(order__state="cancelled")
    for key, quantity in rows.values_list("contract_line", "quantity"):
        taken[key] = taken.get(key, Decimal(0)) + quantity
    lines = contract.lines.select_related("product")
    return [(line, rest) for line in lines if (rest := line.quantity - taken.get(line.pk, Decimal(0))) > 0]


def enter(contract: Any, *, by: Any) -> Order:
    """Draft an order under the next number with all that the contract leaves open, registered at once. Clause 3.3.1a."""
    with transaction.atomic():
        order = Order(
            number=next_number("order", clock.today().year, "SO-{year}-{n:04d}"),
            contract=contract, customer=contract.customer, customer_name=contract.customer_name, entered_by=by,
            salesperson=contract.customer.owner or contract.owner,
            ship_to=contract.customer.ship_address or contract.customer_address,
        )  # fmt: skip
        begin(order, by=by)
        for position, (line, rest) in enumerate(open_lines(contract), start=1):
            service = line.product is not None and line.product.is_service
            OrderLine.objects.create(
                order=order, position=position, contract_line=line, product=line.product, description=line.description,
                specification=line.specification, quantity=rest, unit=line.unit, deliver_on=contract.delivery_on,
                route=OrderLine.Route.SERVICE if service else OrderLine.Route.MAKE,
            )  # fmt: skip
        register(record=order, kind="order", title=f"{order.number} {order.customer_name}", by=by, number=order.number)
        return order


def issue(order: Order, *, by: Any) -> None:
    """What follows from placing: values are frozen, departments are asked, the customer's date is promised. 3.3.1a."""
    with transaction.atomic():
        for line in order.line_rows:
            _freeze(line)
        for department in departments_for(order):
            ask_department(begin(Acknowledgement(order=order, department=department), by=by))
        _promise_delivery(order)
        promise_contact(order)
        promises.keep(order.contract, ENTRY)
        for line in order.line_rows:  # last: what is there already moves the order on from where this began
            if line.route == OrderLine.Route.STOCK:
                flow.count(line, by=by, produced=line.quantity)


def departments_for(order: Order) -> list[str]:
    """The departments that an order concerns, by the routes of its lines."""
    found = {department for line in order.line_rows for department in ROUTES[OrderLine.Route(line.route)]}
    return [department for department in Department if department in found]


def ask_department(row: Acknowledgement) -> None:
    """Its department owes an answer within the hours set, and its people are told."""
    hours = Decimal(setting("orders.acknowledge_hours"))
    promises.make(
        row, ACKNOWLEDGE, due_at=calendar.add_working_hours(clock.now(), hours), clause="3.3.1b",
        what=row.order.number, permission=RIGHTS[Department(row.department)], owed_to=row.order.entered_by.name,
    )  # fmt: skip
    people = holding(RIGHTS[Department(row.department)])
    text = str(_("to be acknowledged"))
    notices.tell(people, "order_told", effect=f"issued:{row.pk}:{row.version}", record=row, what=text, **row.words_of())


def await_answer(row: Acknowledgement) -> None:
    """Customer service owes the department an answer; the department's part is held until then. Clause 3.3.1b."""
    hours = Decimal(setting("orders.answer_hours"))
    promises.make(
        row, QUERY, due_at=calendar.add_working_hours(clock.now(), hours), clause="3.3.1b",
        what=str(row.get_department_display()), owed_by=row.order.entered_by,
    )  # fmt: skip


def tell_departments(order: Order, what: str, *, effect: str, but: Any = None) -> None:
    """Tell everybody of the departments that the order was issued to. Clause 3.3."""
    rights = [RIGHTS[Department(name)] for name in order.acknowledgements.values_list("department", flat=True)]
    people = [person for person in holding(*rights) if person != but] if rights else []
    notices.tell(people, "order_told", effect=effect, record=order, what=what, **order.words_of())


def _freeze(line: OrderLine) -> None:
    """What the line is worth, as the contract says at this moment."""
    source, contract = line.contract_line, line.order.contract
    LineValue.objects.update_or_create(
        line=line,
        defaults={
            "currency": contract.currency, "unit_price": source.unit_price, "discount_percent": source.discount_percent,
            "tax_rate": source.tax_rate, "includes_tax": contract.price_includes_tax, "unit_cost": source.unit_cost,
        },
    )  # fmt: skip


# --- what the customer was promised ----------------------------------------------------------------------
def _last_day(lines: Iterable[OrderLine]) -> date:
    """The day by which everything is promised."""
    return max(line.deliver_on for line in lines if line.deliver_on)


def _promise_delivery(order: Order) -> None:
    order.promised_on = _last_day(order.line_rows)
    order.save()
    promises.make(
        order, DELIVERY, due_at=end_of(order.promised_on), clause="3.3.2c", what=order.number,
        owed_by=order.entered_by, owed_to=order.customer_name,
    )  # fmt: skip


def move_delivery(order: Order, *, reason: str, by: Any) -> None:
    """The lines' dates were changed: the date promised to the customer follows, with the reason, never silently."""
    order.promised_on = _last_day(order.lines.all())
    order._history_user = by
    order.save()
    promise = Promise.objects.of(order).open().filter(kind=DELIVERY).first()
    if promise:
        promises.move(promise, end_of(order.promised_on), reason=reason, by=by)


def promise_contact(order: Order) -> None:
    """Customer service talks to the customer again within the days set, while the order runs. Clause 3.3.6c."""
    due = end_of(clock.today() + timedelta(days=int(setting("orders.contact_days"))))
    promises.make(
        order, CONTACT, due_at=due, clause="3.3.6c", what=order.number, owed_by=order.entered_by,
        owed_to=order.customer_name,
    )  # fmt: skip


def note_contact(contact: OrderContact, *, by: Any) -> OrderContact:
    """Keep a talk with the customer: the promise to talk to him is kept, the next one is made. Clause 3.3.6c."""
    with transaction.atomic():
        contact.by = by
        contact.save()
        promises.keep(contact.order, CONTACT)
        if contact.order.is_running:
            promise_contact(contact.order)
        return contact


# --- changes -----------------------------------------------------------------------------------------------
def ask_change(change: OrderChange, *, by: Any) -> OrderChange:
    """Ask the manager to change a line or cancel the order. Clause 3.3."""
    change.asked_by = by
    return begin(change, by=by)


def carry_out(change: OrderChange, *, by: Any) -> None:
    """An approved change takes effect in the same transaction, and all departments are told."""
    order = Order.objects.select_for_update().get(pk=change.order_id)
    if change.cancels:
        advance(order, "cancel", by=by, comment=change.reason)
        return
    line = OrderLine.objects.select_for_update().get(pk=change.line_id)
    for name in _changed(change):
        setattr(line, name, getattr(change, name))
    line._history_user = by
    line.save()
    if change.deliver_on:
        move_delivery(order, reason=change.reason, by=by)
    tell_departments(
        order, str(_("changed: %(line)s") % {"line": line.description}), effect=f"changed:{change.pk}", but=by
    )
    flow.settle(order, by=by)


def _changed(change: OrderChange) -> Iterable[str]:
    """The fields of the line for which the change names something new."""
    names = ("quantity", "deliver_on", "specification", "requirements")
    return [name for name in names if getattr(change, name) not in (None, "")]
