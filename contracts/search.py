"""What contract signing lets be found: contracts and their templates."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, ContractTemplate
from kernel.panels import Hit, search_source
from kernel.searching import Finder


@search_source(20, _("Contracts"))
def contracts(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Contracts by number, title or customer. Clause 3.2.3c."""
    rows = Contract.objects.visible_to(user).filter(pk__in=finder.keys(Contract)).select_related(None)
    return [Hit(c.title, f"{c.number} {c.customer_name}", c.get_absolute_url()) for c in rows.order_by("-pk")[:limit]]


@search_source(21, _("Contract templates"))
def templates(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Templates by code or name."""
    rows = ContractTemplate.objects.visible_to(user).filter(pk__in=finder.keys(ContractTemplate))
    return [
        Hit(str(t), f"{t.code} {t.get_state_display()}", t.get_absolute_url()) for t in rows.order_by("-pk")[:limit]
    ]
