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
    if not finder.finds(Contract):
        return []
    rows = Contract.objects.visible_to(user).select_related(None).order_by("-pk")
    return [
        Hit(c.title, f"{c.number} {c.customer_name}", c.get_absolute_url()) for c in finder.first(rows, Contract, limit)
    ]


@search_source(21, _("Contract templates"))
def templates(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Templates by code or name."""
    if not finder.finds(ContractTemplate):
        return []
    rows = ContractTemplate.objects.visible_to(user).order_by("-pk")
    return [
        Hit(str(t), f"{t.code} {t.get_state_display()}", t.get_absolute_url())
        for t in finder.first(rows, ContractTemplate, limit)
    ]
