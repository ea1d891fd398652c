"""Verbs of purchasing: requested from the shortage list, ordered, followed, received, late, ended with the order (3.3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.services import end_of
from documents.services import register
from kernel import clock, notices, promises
from kernel.advance import advance, begin
from kernel.jobs import each
from kernel.numbering import next_number
from kernel.permissions import holders_of
from kernel.settings import setting
from orders import flow, stock
from orders.models import (
    GoodsReceipt,
    Material,
    Order,
    OrderException,
    OrderLine,
    PlanMaterial,
    PurchaseLine,
    PurchaseNote,
    PurchaseOrder,
    Qualification,
    StockMovement,
    Supplier,
)
from orders.models.access import BUY
from orders.problems import raise_exception
from organization.models import Company

PROGRESS = "purchase_progress"  # the kind of promise that an open purchase makes
promises.name_kind(PROGRESS, gettext_lazy("Note the progress of the purchase %(what)s"))
notices.say("qualification_ends", gettext_lazy("A qualification ends on %(day)s — %(title)s"))


# --- made ------------------------------------------------------------------------------------------------
def new_supplier(supplier: Supplier, *, by: Any) -> Supplier:
    """Enter a supplier under the next number."""
    with transaction.atomic():
        supplier.number = next_number("supplier", clock.today().year, "GY-{year}-{n:04d}")
        supplier._history_user = by
        supplier.save()
        return supplier


def request(
    supplier: Supplier, materials: Iterable[Material], lines: Iterable[OrderLine], *, by: Any
) -> PurchaseOrder:  # fmt: skip
    """Draft a purchase of what is short; each row bears `short`, and the plans that need it are kept. Clause 3.3.3a."""
    with transaction.atomic():
        purchase = PurchaseOrder(
            number=next_number("purchase", clock.today().year, "CG-{year}-{n:04d}"), supplier=supplier,
            currency=Company.own().currency, requested_by=by,
        )  # fmt: skip
        begin(purchase, by=by)
        for material in materials:
            row = PurchaseLine.objects.create(purchase=purchase, material=material, quantity=material.short)
            row.needs.set(PlanMaterial.objects.open().filter(material=material))
        for line in lines:
            PurchaseLine.objects.create(purchase=purchase, order_line=line, quantity=line.short)
        return purchase


# --- ordered and followed --------------------------------------------------------------------------------
def send_out(purchase: PurchaseOrder, *, by: Any) -> None:
    """An ordered purchase is registered; its progress is owed; orders that need it earlier have a problem. 3.3.3c."""
    register(record=purchase, kind="purchase", title=purchase.words_of()["title"], by=by, number=purchase.number)
    promise_progress(purchase)
    warn(purchase, by=by)


def promise_progress(purchase: PurchaseOrder) -> None:
    """The buyer notes how far it is within the days set. Clause 3.3.3c."""
    due = end_of(clock.today() + timedelta(days=int(setting("orders.progress_days"))))
    promises.make(
        purchase, PROGRESS, due_at=due, clause="3.3.3c", what=purchase.number, owed_by=purchase.requested_by,
        owed_to=purchase.supplier.name,
    )  # fmt: skip


def note_progress(note: PurchaseNote, *, by: Any) -> PurchaseNote:
    """Keep what the supplier said; a new day moves the purchase, and one past the need is a problem at once. 3.3.3c."""
    with transaction.atomic():
        purchase = PurchaseOrder.objects.select_for_update(of=("self",)).get(pk=note.purchase_id)
        if purchase.state != PurchaseOrder.State.ORDERED:
            raise ValidationError(_("Only what is ordered and not here yet is followed."), code="state")
        note.by = by
        note.save()
        promises.keep(purchase, PROGRESS)
        promise_progress(purchase)
        if note.expected_on and note.expected_on != purchase.expected_on:
            purchase.expected_on, purchase._history_user = note.expected_on, by
            purchase.delay_cause = note.cause or purchase.delay_cause
            purchase.version += 1
            purchase.save()
            warn(purchase, by=by)
        return note


def warn(purchase: PurchaseOrder, *, by: Any = None) -> int:
    """Raise an exception on each order that it reaches too late, or whose goods are overdue; returns how many. 3.3.3c."""
    day = purchase.expected_on
    if day is None:
        return 0
    is_overdue = day < clock.today()
    late = [(order, need) for order, need in purchase.concerned if is_overdue or day > need]
    for order, need in late:
        what = _("%(purchase)s is expected on %(day)s and needed on %(need)s") % {
            "purchase": purchase.number, "day": day, "need": need,
        }  # fmt: skip
        kind, party = OrderException.Kind.SUPPLY_LATE, OrderException.Party.SUPPLIER
        raise_exception(order, kind=kind, what=what, by=by, source=f"purchase:{purchase.pk}", party=party)
    return len(late)


def warn_of_late() -> int:
    """Daily: purchases whose day has passed; each order concerned has one open problem of it. Clause 3.3.3c."""
    return each(_warn, list(PurchaseOrder.objects.late().values_list("pk", flat=True)))


def _warn(pk: int) -> int:
    return warn(PurchaseOrder.objects.get(pk=pk))


# --- received --------------------------------------------------------------------------------------------
def receive(receipt: GoodsReceipt, *, by: Any) -> GoodsReceipt:
    """Take goods in: what is accepted goes to stock or counts as there for its order; what is rejected stays open. 3.3.3c.

    Raises ValidationError where nothing came, or more than is open.
    """
    with transaction.atomic():
        purchase = PurchaseOrder.objects.select_for_update(of=("self",)).get(pk=receipt.line.purchase_id)
        if purchase.state != PurchaseOrder.State.ORDERED:
            raise ValidationError(_("Only what is ordered and not here yet is received."), code="state")
        if line_order := receipt.line.order_line_id:
            Order.objects.select_for_update().get(lines=line_order)
        rows = PurchaseLine.objects.select_for_update(of=("self",)).select_related("material", "order_line__order")
        line = rows.get(pk=receipt.line_id)
        _refuse_what_cannot_be(receipt, line)
        receipt.by, receipt.line = by, line
        receipt.promised_on = purchase.promised_on or receipt.on
        receipt.save()
        line.accepted += receipt.accepted
        line.rejected += receipt.rejected
        line._history_user = by
        line.save()
        if receipt.accepted and line.material:
            stock.move(line.material, receipt.accepted, kind=StockMovement.Kind.RECEIPT, by=by, reason=purchase.number)
        elif receipt.accepted:
            flow.count(line.order_line, by=by, produced=receipt.accepted)
        if purchase.is_complete():
            advance(purchase, "receive", by=None)
        return receipt


def _refuse_what_cannot_be(receipt: GoodsReceipt, line: PurchaseLine) -> None:
    if receipt.accepted + receipt.rejected <= 0:
        raise ValidationError({"accepted": _("Enter how much was accepted or rejected.")})
    if receipt.accepted > line.rest:
        left = f"{line.rest.normalize():f} {line.unit}"
        raise ValidationError({"accepted": _("Only %(left)s are open.") % {"left": left}})
    if receipt.accepted and line.order_line and line.order_line.order.state == Order.State.CANCELLED:
        raise ValidationError({"accepted": _("Its order is cancelled: the goods can only be rejected.")})


# --- ended with an order, and reminders ------------------------------------------------------------------
def end_with(order: Order) -> None:
    """An order was cancelled: open purchases for it alone are cancelled, with the reason told to the buyer."""
    rows = PurchaseOrder.objects.filter(state__in=("requested", "ordered"))
    mine = rows.filter(lines__needs__plan__order=order) | rows.filter(lines__order_line__order=order)
    for purchase in mine.distinct():
        if all(_is_only_for(line, order) for line in purchase.line_rows):
            advance(purchase, "drop", by=None)


def _is_only_for(line: PurchaseLine, order: Order) -> bool:
    """Whether a line serves this order and no other; what goes to stock serves none."""
    if line.order_line:
        return bool(line.order_line.order_id == order.pk)
    return {need.plan.order_id for need in line.needs.select_related("plan")} == {order.pk}


def reminder_days() -> list[int]:
    """The days before a qualification ends on which purchasing is reminded, the smallest first."""
    return sorted(int(setting(f"orders.qualification_{name}_days")) for name in ("first", "second", "last"))


def expiring(today: date) -> Any:
    """The last qualifications of suppliers that end within the days of the first reminder, the first on top."""
    until = today + timedelta(days=reminder_days()[-1])
    rows = Qualification.objects.last_ones().filter(valid_until__range=(today, until))
    return rows.select_related("supplier").order_by("valid_until", "pk")


def remind_qualifications() -> int:
    """Daily: tell purchasing 60, 30 and 7 days before a supplier's last qualification ends, each once. Clause 3.3.3b."""
    today, people = clock.today(), holders_of(BUY)
    return sum(_remind(row, today, people) for row in expiring(today))


def _remind(row: Qualification, today: date, people: list[int]) -> int:
    step = next(days for days in reminder_days() if (row.valid_until - today).days <= days)
    return notices.tell(
        people, "qualification_ends", effect=f"qualification:{row.pk}:{step}", url=row.get_absolute_url(),
        day=str(row.valid_until), title=f"{row.supplier.name} {row.scope}"[:200],
    )  # fmt: skip
