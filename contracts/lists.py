"""The lists of contract signing as files, and the rows of their screens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contracts import lists_custody, lists_library, lists_sealing  # noqa: F401  (declare their lists)
from contracts.collecting_forms import CollectionFilter
from contracts.collecting_reports import BUCKETS, ORDER, SHOWN, collection_rows
from contracts.collecting_reports import COLUMNS as COLLECTION
from contracts.forms import LedgerFilter
from contracts.models import Contract, ContractTemplate, Quotation
from contracts.reports import (
    COLUMNS,
    NEWEST_FIRST,
    SORTS,
    in_order,
    ledger_rows,
    total_in_base,
    totals_by_currency,
)
from kernel.exports import Column
from kernel.lists import listed
from organization.models import Company, User

CONTRACTS = [
    Column("number", _("Number"), width=16),
    Column("customer_name", _("Customer"), width=34),
    Column("title", _("Title"), width=34),
    Column("drafted_by.name", _("Drafter"), width=16),
    Column("currency", _("Currency"), width=8),
    Column("total", _("Contract amount"), "money"),
    Column("get_state_display", _("State"), width=16),
    Column("state_at", _("Since"), "datetime"),
]
QUOTATIONS = [
    Column("number", _("Number"), width=16),
    Column("customer_name", _("Customer"), width=34),
    Column("title", _("Title"), width=34),
    Column("drafted_by.name", _("Drafter"), width=16),
    Column("currency", _("Currency"), width=8),
    Column("total", _("Amount"), "money"),
    Column("valid_until", _("Valid until"), "date"),
    Column("get_state_display", _("State"), width=16),
]
TEMPLATES = [
    Column("code", _("Code"), width=16),
    Column("number", _("Version"), "integer"),
    Column("name", _("Name"), width=34),
    Column("get_kind_display", _("Kind"), width=16),
    Column("get_script_display", _("Writing"), width=16),
    Column("get_state_display", _("State"), width=16),
    Column("effective_from", _("In force from"), "date"),
    Column("effective_until", _("In force until"), "date"),
    Column("author.name", _("Author"), width=16),
]


@listed("contracts", _("Contracts"), "contracts.view_contract", CONTRACTS)
def contracts(user: Any, query: QueryDict) -> QuerySet:
    """Contracts by state, the newest first, with a search over number, title and customer."""
    state, q = query.get("state", ""), query.get("q", "").strip()[:60]
    rows = Contract.objects.visible_to(user).select_related(None).select_related("drafted_by")
    if state in Contract.State.values:
        rows = rows.filter(state=state)
    if q:
        rows = rows.filter(Q(number__icontains=q) | Q(title__icontains=q) | Q(customer_name__icontains=q))
    return rows.order_by("-pk")


@listed("templates", _("Contract templates"), "contracts.view_contracttemplate", TEMPLATES)
def templates(user: Any, query: QueryDict) -> QuerySet:
    """Templates by code, the newest version first."""
    rows = ContractTemplate.objects.visible_to(user).select_related("author")
    state = query.get("state", "")
    if state in ContractTemplate.State.values:
        rows = rows.filter(state=state)
    return rows.order_by("code", "-number")


def ledger_filter(user: Any, query: QueryDict) -> tuple[LedgerFilter, dict[str, Any]]:
    """The filter form and what of it is valid; a broken value filters nothing."""
    seen = Contract.objects.in_ledger_of(user)
    drafters = User.objects.visible_to(user).filter(Exists(seen.filter(drafted_by=OuterRef("pk"))))
    form = LedgerFilter(query, drafters=drafters)
    form.is_valid()
    return form, form.cleaned_data


def ledger_totals(rows: QuerySet) -> list[Mapping[str, Any]]:
    """What stands in bold under the ledger's workbook: each currency, and all in the company's own."""
    totals: list[Mapping[str, Any]] = [
        {"number": gettext("Total"), "currency": t.currency, "total": t.total, "title": _counted(t.count)}
        for t in totals_by_currency(rows)
    ]
    in_base = total_in_base(rows, Company.own().currency)
    lacking = ", ".join(f"{currency} × {n}" for currency, n in in_base.without_rate.items())
    title = gettext("without a rate: %(currencies)s") % {"currencies": lacking} if lacking else ""
    sums = {"currency": in_base.currency, "total": in_base.total, "title": title}
    return [*totals, {"number": gettext("In base currency"), **sums}]


def _counted(number: int) -> str:
    return ngettext("%(n)d contract", "%(n)d contracts", number) % {"n": number}


@listed("ledger", _("Contract ledger"), "contracts.export_ledger", COLUMNS, totals=ledger_totals)
def ledger(user: Any, query: QueryDict) -> QuerySet:
    """The filtered ledger in the order of its screen. Clause 3.2.3c."""
    asked = query.get("sort", "")
    sort = asked if asked.removeprefix("-") in SORTS else NEWEST_FIRST
    rows, order = in_order(ledger_rows(user, ledger_filter(user, query)[1]), sort)
    return rows.order_by(*order)


def collection_filter(user: Any, query: QueryDict) -> tuple[CollectionFilter, dict[str, Any]]:
    """The filter form of the collection list and what of it is valid; a broken value filters nothing."""
    seen = Contract.objects.in_ledger_of(user)
    drafters = User.objects.visible_to(user).filter(Exists(seen.filter(drafted_by=OuterRef("pk"))))
    form = CollectionFilter(query, drafters=drafters)
    form.is_valid()
    return form, form.cleaned_data


def chosen_tab(query: QueryDict) -> tuple[str, str]:
    """Which tab of the collection list is asked for, and which age within the overdue ones ("" = all)."""
    shown, bucket = query.get("show", ""), query.get("age", "")
    if bucket in {key for key, *_rest in BUCKETS}:
        return "overdue", bucket
    return shown if shown in dict(SHOWN) else "overdue", ""


@listed("collection", _("Collection"), "contracts.view_collection", COLLECTION)
def collection(user: Any, query: QueryDict) -> QuerySet:
    """What customers owe, as the screen shows it."""
    shown, bucket = chosen_tab(query)
    return collection_rows(user, shown, bucket, collection_filter(user, query)[1]).order_by(*ORDER)


@listed("quotations", _("Quotations"), "customers.view_opportunity", QUOTATIONS)
def quotations(user: Any, query: QueryDict) -> QuerySet:
    """Quotations by state, the newest first."""
    rows = Quotation.objects.visible_to(user).select_related("drafted_by")
    state = query.get("state", "")
    return (rows.filter(state=state) if state in Quotation.State.values else rows).order_by("-pk")
