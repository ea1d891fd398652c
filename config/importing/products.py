"""Products from a table, with a list price and a cost from a day on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import CURRENCIES, Price, Product
from config.importing.outcome import Outcome, Tick
from config.importing.sheet import Entity, Entry, Sheet
from kernel import clock

ENTITY = Entity(
    "products",
    frozenset(
        "code name name_en specification unit category is_service is_discontinued list_price cost currency "
        "effective_on".split()
    ),
    frozenset({"code", "name"}),
)


def load(sheet: Sheet, tick: Tick) -> Outcome:
    """Save the products of a sheet; codes that exist are left as they are."""
    known = set(Product.objects.values_list("code", flat=True))
    fresh, seen, already = [], {}, 0
    for entry in sheet.entries():
        product, price = _read(entry)
        if not entry.is_first("code", product.code, seen):
            continue
        if product.code in known:
            already += 1
        else:
            fresh.append((product, price))
    sheet.stop_if_bad()
    for product, price in fresh:
        _save(product, price, sheet.by)
        tick()
    return Outcome([product for product, _price in fresh], already)


def products_by_name() -> dict[str, Any]:
    """Every product by name and by code (which counts for more)."""
    products = list(Product.objects.all())
    return {p.name.casefold(): p for p in products} | {p.code.casefold(): p for p in products}


def _read(entry: Entry) -> tuple[Product, Price | None]:
    product = Product(
        code=entry.text("code", required=True),
        name=entry.text("name", required=True),
        name_en=entry.text("name_en"),
        specification=entry.text("specification"),
        unit=entry.text("unit") or "pcs",
        category=entry.text("category"),
        is_service=entry.flag("is_service"),
        is_discontinued=entry.flag("is_discontinued"),
    )
    entry.clean(product)
    return product, _read_price(entry)


def _read_price(entry: Entry) -> Price | None:
    """The price of a row; a list price without a cost would make every margin look perfect, so it is refused."""
    list_price, cost = entry.amount("list_price"), entry.amount("cost")
    if list_price is None:
        return None
    if cost is None:
        entry.bad("cost", _("A list price needs the cost beside it; the mapping may take another column for it."))
        return None
    currency = entry.text("currency", required=True)
    if currency not in dict(CURRENCIES):
        entry.bad("currency", _("“%(text)s” is no currency that is used here.") % {"text": currency[:20]})
    day = entry.day("effective_on") or clock.today()
    price = Price(currency=currency, effective_on=day, list_price=list_price, cost=cost)
    entry.clean(price, exclude=("currency",))
    return price


def _save(product: Product, price: Price | None, by: Any) -> None:
    product._history_user = by
    product._change_reason = "imported"
    product.save()
    if price:
        price.product = product
        price.save()
