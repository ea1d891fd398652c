"""Verbs of shipments: packed, sent with word to the customer, followed on their way until received (3.3.5, 3.3.6a)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.services import end_of
from documents.services import register
from kernel import calendar, clock, letters, promises
from kernel.advance import StepRefused, begin
from kernel.numbering import next_number
from kernel.settings import setting
from orders import flow, placing, problems, public
from orders.models import (
    Order,
    OrderContact,
    OrderException,
    OrderLine,
    PackingCheck,
    PackingItem,
    Shipment,
    ShipmentLine,
    TrackingEntry,
)
from orders.models.orders import NONE

TRACKING, TELL_SHIPPED = "tracking", "tell_shipped"
promises.name_kind(TRACKING, gettext_lazy("News of the shipment %(what)s on its way"))
promises.name_kind(TELL_SHIPPED, gettext_lazy("Tell the customer by phone that %(what)s has left"))


def pack(order: Order, quantities: dict[OrderLine, Decimal], *, by: Any) -> Shipment:
    """Begin a shipment under the next number, with its packing checklist, registered at once. 3.3.5a, 3.3.5b.

    Raises ValidationError where nothing is packed, or more than has passed and is in no other open shipment.
    """
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=order.pk)
        wanted = {line: quantity for line, quantity in quantities.items() if quantity}
        if not wanted:
            raise ValidationError(_("Enter how much is packed."), code="empty")
        shipment: Shipment = begin(
            Shipment(
                number=next_number("shipment", clock.today().year, "FH-{year}-{n:04d}"),
                order=order, ship_to=order.ship_to, packed_by=by,
            ),
            by=by,
        )  # fmt: skip
        fill(shipment, wanted)
        items = PackingItem.objects.filter(is_active=True)
        PackingCheck.objects.bulk_create(
            PackingCheck(shipment=shipment, position=n, text=item.text) for n, item in enumerate(items, start=1)
        )
        title = f"{_('Packing list')} {shipment.number} {order.number}"
        register(record=shipment, kind="order", title=title, by=by, number=shipment.number)
        return shipment


def fill(shipment: Shipment, quantities: dict[OrderLine, Decimal]) -> Shipment:
    """Put so much of each line into a shipment that is being packed. Raises ValidationError. Clause 3.3.5a."""
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=shipment.order_id)
        for line, quantity in quantities.items():
            if quantity > may_be_packed(line, but=shipment):
                raise ValidationError(
                    _("%(line)s: there is not that much.") % {"line": line.description}, code="quantity"
                )
            if quantity:
                ShipmentLine.objects.update_or_create(shipment=shipment, line=line, defaults={"quantity": quantity})
            else:
                ShipmentLine.objects.filter(shipment=shipment, line=line).delete()
        shipment.__dict__.pop("line_rows", None)
        return shipment


def may_be_packed(line: OrderLine, *, but: Shipment | None = None) -> Decimal:
    """What of a line has passed, did not leave, and is not being packed in another shipment."""
    rows = ShipmentLine.objects.filter(line=line, shipment__state=Shipment.State.PACKING)
    packed = sum((row.quantity for row in rows.exclude(shipment=but)), Decimal(0))
    return line.to_ship - packed


def tick(check: PackingCheck, *, by: Any) -> None:
    """A point of the packing checklist is done, by name and time; ticked again it is open. Clause 3.3.5b."""
    check.done_at, check.done_by = (None, None) if check.done_at else (clock.now(), by)
    check.save()


# --- leaving -------------------------------------------------------------------------------------------
def send(shipment: Shipment, *, by: Any) -> None:
    """What left is counted, the customer gets word with his link, and news of its way is owed from now on."""
    for row in shipment.line_rows:
        try:
            flow.count(row.line, by=by, shipped=row.quantity)
        except ValidationError as error:
            raise StepRefused(error.messages[0], record=shipment, step="ship") from error
    _promise_news(shipment)
    if _write_to_customer(shipment, by=by):
        shipment.told_at = clock.now()
        shipment.save()
    else:
        hours = Decimal(setting("orders.tell_shipped_hours"))
        promises.make(
            shipment, TELL_SHIPPED, due_at=calendar.add_working_hours(clock.now(), hours), clause="3.3.5c",
            what=shipment.number, owed_by=shipment.order.entered_by, owed_to=shipment.order.customer_name,
        )  # fmt: skip


def _write_to_customer(shipment: Shipment, *, by: Any) -> Any:
    """The letter that tells what left, in the customer's language; None where no address is known. Clause 3.3.5c."""
    order = shipment.order
    if order.contact is None or not order.contact.email:
        return None
    language = public.language_of(order.customer)
    with translation.override(language):
        subject = _("Your order %(order)s: shipment %(shipment)s has left") % {
            "order": order.number, "shipment": shipment.number,
        }  # fmt: skip
        body = "\n".join([_("Dear customer,"), "", _letter_text(shipment), "", letters.PLACE])
    return letters.write(
        shipment, to=order.contact.email, subject=subject, body=body, effect=f"shipped:{shipment.pk}", by=by,
        link=public.link_of(order, by=order.entered_by), language=language,
    )  # fmt: skip


def _letter_text(shipment: Shipment) -> str:
    lines = [f"- {row.line.description} × {row.quantity.normalize():f} {row.line.unit}" for row in shipment.line_rows]
    ways = [f"{shipment.get_method_display()}", *(f"{name}: {value}" for name, value in shipment.identity)]
    if shipment.expected_on:
        ways.append(_("Expected arrival: %(day)s") % {"day": shipment.expected_on.isoformat()})
    told = _("the following goods have left for you today:")
    follow = _("You can follow the shipment and see what we have promised you here:")
    return "\n".join([told, *lines, "", *ways, "", follow])


def note_told(shipment: Shipment, contact: OrderContact, *, by: Any) -> None:
    """Customer service told him by phone: the talk is kept, the word is given. Clause 3.3.5c."""
    with transaction.atomic():
        placing.note_contact(contact, by=by)
        shipment.told_at = clock.now()
        shipment._history_user = by
        shipment.save()
        promises.keep(shipment, TELL_SHIPPED)


# --- on the way ----------------------------------------------------------------------------------------
def track(entry: TrackingEntry, *, by: Any) -> TrackingEntry:
    """Keep news of a shipment: the news owed is given, the next is owed within the days set. Clause 3.3.6a."""
    with transaction.atomic():
        entry.by = by
        entry.save()
        promises.keep(entry.shipment, TRACKING)
        if entry.shipment.state == Shipment.State.SHIPPED:
            _promise_news(entry.shipment)
        return entry


def _promise_news(shipment: Shipment) -> None:
    due = end_of(clock.today() + timedelta(days=int(setting("orders.tracking_days"))))
    promises.make(
        shipment, TRACKING, due_at=due, clause="3.3.6a", what=shipment.number, owed_by=shipment.order.entered_by,
        owed_to=shipment.order.customer_name,
    )  # fmt: skip


def take_receipt(shipment: Shipment, received: dict[int, Decimal], *, by: Any) -> None:
    """What the customer received is counted; less than was shipped is a problem at once. Clauses 3.3.6a, 3.3.6b.

    `received` maps the keys of the shipment's lines to quantities; a line not named arrived whole.
    """
    for row in shipment.line_rows:
        row.received = received.get(row.pk, row.quantity)
        row._history_user = by
        row.save()
        if row.received:
            flow.count(row.line, by=by, received=row.received)
    if shipment.is_short:
        short = [row for row in shipment.line_rows if (row.received or NONE) < row.quantity]
        what = "; ".join(
            _("%(line)s: %(received)s of %(quantity)s received") % {
                "line": row.line.description, "received": f"{(row.received or NONE).normalize():f}",
                "quantity": f"{row.quantity.normalize():f}",
            }
            for row in short
        )  # fmt: skip
        report(shipment, kind=OrderException.Kind.LOSS, what=what, by=by)


def report(shipment: Shipment, *, kind: str, what: str, by: Any) -> OrderException:
    """A delay, damage, loss or wrong goods on a shipment; one open problem of a kind at a time. Clause 3.3.6b."""
    party = "" if shipment.method == Shipment.Method.PICK_UP else OrderException.Party.CARRIER
    return problems.raise_exception(
        shipment.order, kind=kind, what=f"{shipment.number}: {what}", by=by, source=f"shipment:{shipment.pk}:{kind}",
        party=party if kind != OrderException.Kind.WRONG else OrderException.Party.LOGISTICS,
    )  # fmt: skip


def problems_of(shipment: Shipment) -> Any:
    """The problems that were reported on a shipment."""
    rows = OrderException.objects.filter(order=shipment.order_id, source__startswith=f"shipment:{shipment.pk}:")
    return rows.select_related("order").order_by("-pk")
