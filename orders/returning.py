"""Verbs of returns: goods that come back or are lost, whose quantity is open again, and money given back (3.3.6b)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.advance import StepRefused, begin
from orders import flow
from orders.models import CreditNote, GoodsReturn, ShipmentLine
from orders.models.orders import NONE


def ask_return(row: GoodsReturn, *, by: Any) -> GoodsReturn:
    """Ask for goods back, or write down that they are lost. Raises ValidationError above what arrived or is missing."""
    with transaction.atomic():
        source = ShipmentLine.objects.select_for_update().select_related("shipment", "line").get(
            pk=row.shipment_line_id
        )  # fmt: skip
        if not 0 < row.quantity <= source.open_to_return(lost=row.is_lost):
            message = _("%(line)s: there is not that much.") % {"line": source.line.description}
            raise ValidationError(message, code="quantity")
        row.order_id, row.asked_by = source.shipment.order_id, by
        return begin(row, by=by)


def carry_out(row: GoodsReturn, step: str, *, by: Any) -> None:
    """What a step of a return does to the counts of its line; the order follows. Raises StepRefused. Clause 3.3.6b."""
    quantity, usable = row.quantity, row.usable or NONE
    changes: dict[str, dict[str, Decimal]] = {
        "take_back": {"received": -quantity, "shipped": -quantity, "accepted": -quantity},
        "look_at": {"accepted": usable, "produced": usable - quantity},
        "write_off": {"shipped": -quantity, "accepted": -quantity, "produced": -quantity},
    }
    if step not in changes:
        return
    try:
        flow.count(row.shipment_line.line, by=by, **changes[step])
    except ValidationError as error:
        raise StepRefused(error.messages[0], record=row, step=step) from error


def ask_credit(row: CreditNote, *, by: Any) -> CreditNote:
    """Ask the manager for money back for a problem of an order, in the contract's currency. Clause 3.3.6b."""
    contract = row.order.contract
    row.currency, row.asked_by = contract.currency if contract else "TWD", by
    return begin(row, by=by)
