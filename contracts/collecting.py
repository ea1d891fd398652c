"""Verbs of collection: the plan of a signed contract, invoices asked for, money entered, spread and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Allocation, Contract, InvoiceRequest, PlannedPayment, Receipt
from contracts.models.performance import WRITE_OFF
from customers.services import end_of
from kernel import clock, promises
from kernel.advance import begin
from kernel.models import Agreement, Promise
from kernel.models.agreements import ask
from kernel.money import in_figures
from kernel.numbering import next_number

PAYMENT = "payment"  # the kind of promise that a planned payment makes
ZERO = Decimal(0)
promises.name_kind(PAYMENT, gettext_lazy("Payment from the customer: %(what)s"))


# --- the plan ----------------------------------------------------------------------------------------
def plan(contract: Contract, *, by: Any) -> list[PlannedPayment]:
    """Make the collection plan of a contract that was signed: its instalments, or the whole as one payment. Once only."""
    if contract.planned_payments.exists():
        return list(contract.planned_payments.all())
    whole = [(None, _("Whole amount"), contract.total, None, contract.payment_terms[:200], False)]
    parts = [(i, i.name, i.amount, i.due_on, i.condition, i.before_shipment) for i in contract.instalment_rows] or whole
    rows = []
    for position, (instalment, name, amount, due_on, condition, before) in enumerate(parts, start=1):
        if not amount:
            continue
        row = PlannedPayment(
            contract=contract, instalment=instalment, position=position, name=name, amount=amount, due_on=due_on,
            condition=condition, before_shipment=before,
        )  # fmt: skip
        _save(row, by)
        promise_payment(row)
        rows.append(row)
    return rows


def move_due(planned: PlannedPayment, *, due_on: date, reason: str, by: Any) -> PlannedPayment:
    """Say on which day it is due, or another day than before; the promise moves with it, for the reason.

    Raises ValidationError without a reason or when it is paid.
    """
    with transaction.atomic():
        row = PlannedPayment.objects.select_for_update(of=("self",)).select_related("contract").get(pk=planned.pk)
        if row.is_settled:
            raise ValidationError(_("It is paid in full."))
        row.due_on = due_on
        row._change_reason = reason.strip()[:400]
        _save(row, by)
        promise = Promise.objects.of(row).open().filter(kind=PAYMENT).first()
        if promise:
            promises.move(promise, end_of(due_on), reason=reason, by=by)
        else:
            promise_payment(row)
        return row


def ask_to_write_off(contract: Contract, *, reason: str, by: Any) -> Agreement:
    """Ask the manager to agree that exactly the rest which is open now is not collected any more."""
    rest = in_figures(contract.open_rest, contract.currency)
    title = _("Write off %(rest)s: %(title)s") % {"rest": rest, "title": contract}
    return ask(contract, WRITE_OFF, contract.rest_subject, title=title, reason=reason, by=by)


def close(contract: Contract) -> None:
    """The contract has ended: nothing is promised under it any more. Late promises stay broken."""
    for row in [*contract.planned_payments.all(), *contract.obligations.all()]:
        promises.void(row)


# --- invoices ----------------------------------------------------------------------------------------
def request_invoice(planned: PlannedPayment, *, kind: str, amount: Decimal, by: Any, note: str = "") -> InvoiceRequest:
    """Ask finance for an invoice on a planned payment; what is asked for and issued never exceeds its amount.

    Raises ValidationError (for the field `amount`).
    """
    with transaction.atomic():
        row = PlannedPayment.objects.select_for_update(of=("self",)).select_related("contract").get(pk=planned.pk)
        left = left_to_ask(row)
        if not ZERO < amount <= left:
            figures = in_figures(left, row.contract.currency)
            raise ValidationError({"amount": _("At most %(left)s is left to be invoiced.") % {"left": figures}})
        return _begin_request(row, kind=kind, amount=amount, note=note, by=by)


def left_to_ask(planned: PlannedPayment) -> Decimal:
    """What of a planned payment neither is invoiced nor waits to be."""
    waiting = planned.invoice_requests.filter(state="requested", reverses=None).values_list("amount", flat=True)
    return planned.to_invoice - sum(waiting, ZERO)


def request_reversal(invoice: InvoiceRequest, *, note: str, by: Any) -> InvoiceRequest:
    """Ask for the red-letter reversal 紅沖 of an issued invoice: a row of its own over the whole amount.

    Raises ValidationError when it is not issued, or its reversal is under way already.
    """
    with transaction.atomic():
        row = InvoiceRequest.objects.select_for_update(of=("self",)).select_related("planned").get(pk=invoice.pk)
        taken = row.reversals.filter(state__in=("requested", "issued")).exists()
        if row.state != InvoiceRequest.State.ISSUED or row.is_reversal or taken:
            raise ValidationError(_("This invoice is not open to be reversed."))
        return _begin_request(row.planned, kind=row.kind, amount=row.amount, note=note, by=by, reverses=row)


def _begin_request(planned: PlannedPayment, *, by: Any, **fields: Any) -> InvoiceRequest:
    number = next_number("invoice_request", clock.today().year, "KP-{year}-{n:04d}")
    request = InvoiceRequest(
        number=number, contract=planned.contract, planned=planned, requested_by=by, requested_at=clock.now(), **fields
    )
    return begin(request, by=by)  # type: ignore[no-any-return]


def count_invoice(invoice: InvoiceRequest, *, by: Any) -> None:
    """The plan counts an invoice as it is issued, and no longer when it is reversed."""
    row = PlannedPayment.objects.select_for_update(of=("self",)).get(pk=invoice.planned_id)
    row.invoiced += invoice.signed_amount
    _save(row, by)


# --- money received ----------------------------------------------------------------------------------
def spread(amount: Decimal, owed: Iterable[Decimal]) -> tuple[list[Decimal], Decimal]:
    """Pay what is owed in turn: how much each gets, and what is left over.

    The parts and the rest add up to the amount exactly; no part is negative or more than is owed.
    """
    parts = []
    for open_ in owed:
        part = min(amount, open_)
        parts.append(part)
        amount -= part
    return parts, amount


def record_receipt(
    contract: Contract, *, amount: Decimal, received_on: date, bank_reference: str, payer: str, by: Any, note: str = "",
    first: PlannedPayment | None = None,
) -> Receipt:  # fmt: skip
    """Enter money received: it pays the payment named first, then the others as they fall due; more is kept as credit.

    Raises ValidationError (for the field `bank_reference`) when the bank's reference was entered before.
    """
    with transaction.atomic():
        _lock(contract)
        _refuse_known(bank_reference)
        receipt = Receipt.objects.create(
            number=_receipt_number(), contract=contract, amount=amount, currency=contract.currency, payer=payer, by=by,
            received_on=received_on, bank_reference=bank_reference, note=note,
        )  # fmt: skip
        _pay(contract, by=by, first=first)
        return receipt


def reverse_receipt(receipt: Receipt, *, bank_reference: str, received_on: date, note: str, by: Any) -> Receipt:
    """Take a receipt back (bounced, entered wrongly) by a row of its own: what it paid is owed again.

    Credit of other receipts pays it at once. Raises ValidationError when it is a reversal, or was reversed before.
    """
    with transaction.atomic():
        contract = _lock(receipt.contract)
        if receipt.reverses_id or Receipt.objects.filter(reverses=receipt).exists():
            raise ValidationError(_("This receipt cannot be reversed (again)."))
        _refuse_known(bank_reference)
        back = Receipt.objects.create(
            number=_receipt_number(), contract=contract, amount=-receipt.amount, currency=receipt.currency, note=note,
            payer=receipt.payer, received_on=received_on, bank_reference=bank_reference, reverses=receipt, by=by,
        )  # fmt: skip
        for part in receipt.allocations.select_related("planned__contract"):
            _allocate(back, part.planned, -part.amount, by)
        _pay(contract, by=by)
        return back


def credit_of(contract: Contract) -> Decimal:
    """What came in under a contract beyond what was owed."""
    return sum((r.unallocated for r in _live(contract)), ZERO)


def _live(contract: Contract) -> list[Receipt]:
    """Its receipts that nothing takes back."""
    rows = contract.receipts.filter(reverses=None, reversal=None)
    return list(rows.prefetch_related("allocations").order_by("pk"))


def _pay(contract: Contract, *, by: Any, first: PlannedPayment | None = None) -> None:
    """Spread every credit of the contract over what is still owed: the payment named first, then by due day."""
    for receipt in _live(contract):
        if not receipt.unallocated:
            continue
        rows = list(contract.planned_payments.filter(is_settled=False).select_related("contract__customer__owner"))
        rows.sort(key=lambda p: (p.pk != getattr(first, "pk", None), p.due_on or date.max, p.position, p.pk))
        parts, _rest = spread(receipt.unallocated, [row.open_amount for row in rows])
        for row, part in zip(rows, parts, strict=True):
            if part:
                _allocate(receipt, row, part, by)


def _allocate(receipt: Receipt, planned: PlannedPayment, amount: Decimal, by: Any) -> None:
    """One part of a receipt pays (or no longer pays) a planned payment; its promise ends when all is paid."""
    Allocation.objects.create(receipt=receipt, planned=planned, amount=amount)
    planned.refresh_from_db(fields=["received", "is_settled"])
    was_settled = planned.is_settled
    planned.received += amount
    planned.is_settled = planned.received == planned.amount
    planned.settled_on = receipt.received_on if planned.is_settled else None
    _save(planned, by)
    if planned.is_settled:
        promises.keep(planned, PAYMENT)
    elif was_settled:
        promise_payment(planned)


def promise_payment(planned: PlannedPayment) -> Promise | None:
    """The customer owes it until the end of that day; who looks after the customer sees to it."""
    contract = planned.contract
    if planned.due_on is None or planned.is_settled:
        return None
    what = f"{planned.name} {in_figures(planned.amount, contract.currency)}"
    owner = contract.customer.owner or contract.owner
    return promises.make(
        planned, PAYMENT, due_at=end_of(planned.due_on), clause="3.2.1b", what=what, owed_by=owner,
        owed_to=contract.our_name,
    )  # fmt: skip


def _lock(contract: Contract) -> Contract:
    """One entry of money at a time per contract."""
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)  # type: ignore[no-any-return]


def _refuse_known(bank_reference: str) -> None:
    if Receipt.objects.filter(bank_reference=bank_reference).exists():
        raise ValidationError({"bank_reference": _("Money with this bank reference was entered before.")})


def _receipt_number() -> str:
    return next_number("receipt", clock.today().year, "HK-{year}-{n:04d}")


def _save(row: PlannedPayment, by: Any) -> None:
    row._history_user = by
    row.save()
