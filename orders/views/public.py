"""The customer's page by his link: no account, no script, one answer for every link that is none. 3.3.5c, 3.3.6a."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from kernel import throttle
from kernel.policy import public
from kernel.printing import pdf_response
from orders.models import Order, Shipment
from orders.prints_goods import packing_list_pdf
from orders.public import drawn_parts, language_of, order_of
from orders.public_page import words_for

SPAN = timedelta(minutes=10)
MOST_MISSES, MOST_READS, MOST_PRINTS = 30, 120, 12


@public
@require_safe
def order_public(request: HttpRequest, token: str) -> HttpResponse:
    """Where the customer's order is, what was promised, what is on its way; in three languages by a switch."""
    order = _order(request, token)
    if isinstance(order, HttpResponse):
        return order
    language = _language(request, order)
    with translation.override(language):
        context = {
            **words_for(order), "token": token, "parts": drawn_parts(order, token), "languages": settings.LANGUAGES,
            "language": language,
        }  # fmt: skip
        return _guarded(render(request, "orders/public.html", context), language)


@public
@require_safe
def order_public_packing_list(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """The packing list of one of his shipments that has left."""
    order = _order(request, token)
    if isinstance(order, HttpResponse):
        return order
    left = order.shipments.filter(state__in=(Shipment.State.SHIPPED, Shipment.State.DELIVERED), pk=pk).first()
    if left is None:
        return _gone(request)
    if not throttle.allowed(f"order papers {order.pk}", most=MOST_PRINTS, within=SPAN):
        return _too_many()
    language = _language(request, order)
    return _guarded(pdf_response(packing_list_pdf(left, language=language), f"{left.number}.pdf"), language)


def _order(request: HttpRequest, token: str) -> Order | HttpResponse:
    """The order behind the link, or the answer that every other link gets."""
    order = order_of(token)
    if order is None:
        where = f"order page from {throttle.client_address(request)}"
        return _gone(request) if throttle.allowed(where, most=MOST_MISSES, within=SPAN) else _too_many()
    return order if throttle.allowed(f"order page {order.pk}", most=MOST_READS, within=SPAN) else _too_many()


def _language(request: HttpRequest, order: Order) -> str:
    """The one he chose on the page, else that of his region."""
    chosen = request.GET.get("lang", "")
    return chosen if chosen in dict(settings.LANGUAGES) else language_of(order.customer)


def _gone(request: HttpRequest) -> HttpResponse:
    language = translation.get_language() or settings.LANGUAGE_CODE
    answer = _guarded(render(request, "orders/public_gone.html", status=404), language)
    answer["Referrer-Policy"] = "same-origin"  # its language is chosen by a form, which must bear its origin
    return answer


def _guarded(response: HttpResponse, language: str) -> Any:
    """Neither kept, nor found by search engines, nor told to the next page."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Content-Language"] = language
    return response


def _too_many() -> HttpResponse:
    return HttpResponse(status=429, headers={"Retry-After": str(int(SPAN.total_seconds()))})
