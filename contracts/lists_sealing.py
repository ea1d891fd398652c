"""The lists of sealing as files, and the rows of their screens: requests, and the register."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contracts.forms_sealing import RegisterFilter
from contracts.models import SealEntry, SealRequest
from kernel.exports import Column
from kernel.lists import listed

REQUESTS = [
    Column("number", _("Contract number"), width=16),
    Column("contract.customer_name", _("Party"), width=30),
    Column("contract.title", _("Document"), width=30),
    Column("seal.name", _("Seal"), width=18),
    Column("copies", _("Copies"), "integer"),
    Column("pages", _("Page count"), "integer"),
    Column("purpose", _("Purpose"), width=30),
    Column("requested_by.name", _("Handler"), width=16),
    Column("approved_by.name", _("Approver"), width=16),
    Column("get_state_display", _("State"), width=18),
    Column("state_at", _("Since"), "datetime"),
]
REGISTER = [
    Column("on", _("Date"), "date"),
    Column("number", _("Contract number"), width=16),
    Column("title", _("Document"), width=30),
    Column("party", _("Party"), width=30),
    Column("seal_name", _("Seal"), width=18),
    Column("copies", _("Copies"), "integer"),
    Column("pages", _("Page count"), "integer"),
    Column("text_version", _("Version"), "integer"),
    Column("text_hash", _("Text hash"), width=30),
    Column("get_outcome_display", _("Outcome"), width=18),
    Column("differing_in_words", _("What differs"), width=40),
    Column("approver.name", _("Approver"), width=16),
    Column("handler.name", _("Handler"), width=16),
    Column("keeper.name", _("Seal keeper"), width=16),
]


@listed("seal-requests", _("Seal requests"), "contracts.view_contract", REQUESTS)
def seal_requests(user: Any, query: QueryDict) -> QuerySet:
    """Seal requests by state, the newest first."""
    rows = SealRequest.objects.visible_to(user).select_related("contract", "seal", "requested_by", "approved_by")
    state = query.get("state", "")
    if state in SealRequest.State.values:
        rows = rows.filter(state=state)
    return rows.order_by("-pk")


def register_rows(user: Any, form: RegisterFilter) -> QuerySet:
    """The entries that this person sees, filtered; a broken value filters nothing."""
    form.is_valid()
    chosen = form.cleaned_data
    rows = SealEntry.objects.visible_to(user).select_related("approver", "handler", "keeper")
    if q := (chosen.get("q") or "").strip():
        rows = rows.filter(Q(number__icontains=q) | Q(title__icontains=q) | Q(party__icontains=q))
    for name, path in (("since", "on__gte"), ("until", "on__lte"), ("seal", "seal_name"), ("outcome", "outcome")):
        if chosen.get(name):
            rows = rows.filter(**{path: chosen[name]})
    return rows


@listed("seal-register", _("Seal register"), "contracts.export_ledger", REGISTER)
def seal_register(user: Any, query: QueryDict) -> QuerySet:
    """The filtered register, the newest entry first. Clause 3.2.3b."""
    return register_rows(user, RegisterFilter(query)).order_by("-pk")
