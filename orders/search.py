"""What order execution lets be found: orders."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kernel.panels import Hit, search_source
from kernel.searching import Finder
from orders.models import Order


@search_source(30, _("Orders"))
def orders(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Orders by number or customer. Clause 4.2.2a."""
    rows = Order.objects.visible_to(user).filter(pk__in=finder.keys(Order))
    return [
        Hit(o.number, f"{o.customer_name} {o.get_state_display()}", o.get_absolute_url())
        for o in rows.order_by("-pk")[:limit]
    ]
