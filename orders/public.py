"""What the customer sees by his link, without an account: one order of his, and what apps above add to that page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kernel import links
from kernel.models import Link
from orders.models import Order

PURPOSE = "order"
LASTS = timedelta(days=365)
LANGUAGES = {"TW": "zh-hant", "HK": "zh-hant", "CN": "zh-hans"}  # by the customer's region; English elsewhere
links.opens(PURPOSE, "orders:order_public")

_parts: list[tuple[int, Callable[[Order, str], tuple[str, dict[str, Any]] | None]]] = []


def public_part(rank: int) -> Callable:
    """Add to the customer's page: `(order, token) -> (template, context) | None`, at most two queries."""

    def register(source: Callable[[Order, str], tuple[str, dict[str, Any]] | None]) -> Callable:
        _parts.append((rank, source))
        return source

    return register


def drawn_parts(order: Order, token: str) -> list[SafeString]:
    """What apps above add to the page of an order, drawn in their rank."""
    found = (source(order, token) for _rank, source in sorted(_parts, key=lambda part: part[0]))
    return [render_to_string(template, context) for template, context in (part for part in found if part)]


def language_of(customer: Any) -> str:
    """The language in which a customer is written to, by his region."""
    return LANGUAGES.get(customer.region, "en")


def link_of(order: Order, *, by: Any) -> Link:
    """The standing link to an order's page, for letters to its customer. Clause 3.3.5c."""
    return links.standing(PURPOSE, order, by=by, lasts=LASTS)


def page_of(order: Order) -> str:
    """The path of the customer's page once he has its link, for customer service to see what he sees; else empty."""
    return urlsplit(links.addresses(PURPOSE, [order]).get(order.pk, "")).path


def order_of(token: str) -> Order | None:
    """The order that a live link opens; None for every other string."""
    link = links.find(PURPOSE, token)
    if link is None:
        return None
    links.used(link)
    return Order.objects.select_related("customer", "contact", "entered_by").filter(pk=link.row).first()
