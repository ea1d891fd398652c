"""The lines of imported orders with what they are worth; of a completed order everything was shipped and received."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import CURRENCIES
from config.importing.outcome import Outcome, Tick
from config.importing.products import products_by_name
from config.importing.sheet import Entity, Entry, Sheet
from orders.models import LineValue, Order, OrderLine

BATCH = 500
ENTITY = Entity(
    "order_lines",
    frozenset("order position product quantity unit_price discount currency".split()),
    frozenset({"order", "position", "product", "quantity", "unit_price", "currency"}),
)


def load(sheet: Sheet, tick: Tick) -> Outcome:
    """Save the lines of a sheet under their orders; lines that exist are left as they are."""
    orders = {order.legacy_number.casefold(): order for order in Order.objects.filter(imported=True)}
    products = products_by_name()
    known = set(OrderLine.objects.filter(order__imported=True).values_list("order__legacy_number", "position"))
    fresh: list[tuple[OrderLine, LineValue]] = []
    seen: dict[str, int] = {}
    already = 0
    for entry in sheet.entries():
        found = _read(entry, orders, products)
        if found is None or not entry.is_first("position", f"{found[0].order}:{found[0].position}", seen):
            continue
        if (found[0].order.legacy_number, found[0].position) in known:
            already += 1
        else:
            fresh.append(found)
        tick()
    sheet.stop_if_bad()
    lines = OrderLine.objects.bulk_create(
        [line for line, _value in fresh], batch_size=BATCH
    )  # house: bulk (written below)
    OrderLine.history.bulk_history_create(
        lines, batch_size=BATCH, default_user=sheet.by, default_change_reason="imported"
    )
    for line, value in fresh:
        value.line_id = line.pk
    LineValue.objects.bulk_create([value for _line, value in fresh], batch_size=BATCH)
    return Outcome(lines, already)


def _read(entry: Entry, orders: dict[str, Order], products: dict[str, Any]) -> tuple[OrderLine, LineValue] | None:
    entry.text("order", required=True)
    order = entry.one_of("order", orders, _("There is no imported order “%(text)s”."))
    product = entry.one_of("product", products, _("There is no product “%(text)s”."))
    quantity, price = entry.amount("quantity", required=True), entry.amount("unit_price", required=True)
    share, position = entry.amount("discount") or Decimal(0), entry.amount("position", required=True)
    currency = entry.text("currency", required=True)
    if currency not in dict(CURRENCIES):
        entry.bad("currency", _("“%(text)s” is no currency that is used here.") % {"text": currency[:20]})
    if share > 1:
        entry.bad("discount", _("A discount is a share from 0 to 1."))
    if quantity == 0:
        entry.bad("quantity", _("The quantity must be above 0."))
    if order is None or product is None or not quantity or price is None or position is None or share > 1:
        return None
    done = quantity if order.state == Order.State.COMPLETED else Decimal(0)
    line = OrderLine(
        order=order,
        position=int(position),
        product=product,
        description=product.name[:200],
        specification=product.specification,
        quantity=quantity,
        unit=product.unit,
        deliver_on=order.promised_on,
        route=OrderLine.Route.STOCK,
        produced=done,
        accepted=done,
        shipped=done,
        received=done,
    )
    return line, LineValue(currency=currency, unit_price=price, discount_percent=share * 100)
