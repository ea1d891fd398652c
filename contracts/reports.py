"""The ledger's rows and totals, read-only; the screen, the XLSX and the PDF show the same rows (clause 3.2.3c)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.models import Rates
from contracts.models import Contract
from kernel.exports import Column
from kernel.money import quantize

COLUMNS = [
    Column("number", _("Contract number"), "text", 16),
    Column("signed_on", _("Signing date"), "date"),
    Column("customer_name", _("Customer"), "text", 30),
    Column("title", _("Subject"), "text", 30),
    Column("currency", _("Currency"), "text", 8),
    Column("total", _("Contract amount"), "money"),
    Column("period_start", _("Period of performance from"), "date"),
    Column("period_end", _("Period of performance until"), "date"),
    Column("get_relation_display", _("Relation"), "text", 14),
    Column("main_contract.number", _("Main contract"), "text", 16),
    Column("get_state_display", _("State"), "text", 14),
    Column("drafted_by.name", _("Drafter"), "text", 14),
    Column("custodian.name", _("Custodian"), "text", 14),
    Column("paper_location", _("Place of the paper"), "text", 20),
]


@dataclass(frozen=True)
class CurrencyTotal:
    """What the rows of one currency come to; currencies are never added up."""

    currency: str
    count: int
    total: Decimal


def ledger_rows(user: Any, chosen: dict[str, Any]) -> QuerySet:
    """The concluded contracts that this person may see, filtered; newest signature first is the caller's order."""
    rows = (
        Contract.objects.in_ledger_of(user)
        .select_related(None)
        .select_related("drafted_by", "custodian", "main_contract")
    )
    if q := (chosen.get("q") or "").strip():
        rows = rows.filter(Q(number__icontains=q) | Q(title__icontains=q) | Q(customer_name__icontains=q))
    for name, path in (
        ("since", "signed_on__gte"),
        ("until", "signed_on__lte"),
        ("currency", "currency"),
        ("drafter", "drafted_by"),
    ):
        if chosen.get(name):
            rows = rows.filter(**{path: chosen[name]})
    if chosen.get("relation"):
        rows = rows.filter(relation="" if chosen["relation"] == MAIN else chosen["relation"])
    return rows.filter(state__in=chosen["state"]) if chosen.get("state") else rows


# Column of the screen → what it sorts by, all of it NULL-free. Amounts of one currency stand together, and customers as
# they are filed: by pinyin. A contract without an end of its period comes after all others.
SORTS = {
    "number": ("number",),
    "customer": ("filed_as",),
    "signed": ("signed_on",),
    "amount": ("currency", "total"),
    "end": ("ends_on",),
}
FIRST_SORTS = ("number", "customer", "-signed", "-amount", "end")
SUMMED = 20_000  # rows that are added up unasked: what is shown at once must not grow with the years
MAIN = "main"
NEWEST_FIRST = "-signed"
NO_END = date(9999, 12, 31)


def in_order(rows: QuerySet, sort: str) -> tuple[QuerySet, tuple[str, ...]]:
    """The rows with what they are sorted by, and the order; `sort` names a column, with "-" for downwards."""
    *before, last = SORTS[sort.removeprefix("-")]
    order = (*before, f"-{last}" if sort.startswith("-") else last, "-pk")
    if last == "filed_as":
        rows = rows.annotate(filed_as=F("customer__pinyin"))
    elif last == "ends_on":
        rows = rows.annotate(ends_on=Coalesce("period_end", Value(NO_END)))
    return rows, order


def are_few(rows: QuerySet) -> bool:
    """Whether they are added up unasked; no more of them than that are looked at."""
    return not rows.order_by().values("pk")[SUMMED : SUMMED + 1]


def totals_by_currency(rows: QuerySet) -> list[CurrencyTotal]:
    """One sum per currency; terminated contracts count as what was signed."""
    sums = rows.order_by().values("currency").annotate(n=Count("pk"), sum=Sum("total")).order_by("currency")
    return [CurrencyTotal(row["currency"], row["n"], row["sum"]) for row in sums]


@dataclass(frozen=True)
class BaseTotal:
    """What all rows come to in the base currency, each at the rate of its signing day; and of what there is no rate."""

    currency: str
    total: Decimal
    without_rate: dict[str, int]  # currency → how many contracts are not counted


def total_in_base(rows: QuerySet, base: str) -> BaseTotal:
    """The rows in the base currency, rounded once at the end; contracts without a rate are counted apart. Two queries."""
    days = rows.order_by().values("currency", "signed_on").annotate(n=Count("pk"), sum=Sum("total"))
    found = list(days.values_list("currency", "signed_on", "n", "sum"))
    rates = Rates(base, {currency for currency, *_rest in found})
    total, lacking = Decimal(0), dict[str, int]()
    for currency, day, number, amount in found:
        rate = rates.on(currency, day)
        if rate is None:
            lacking[currency] = lacking.get(currency, 0) + number
        else:
            total += amount * rate
    return BaseTotal(base, quantize(total, base), dict(sorted(lacking.items())))


def counts_by_state(rows: QuerySet) -> dict[str, int]:
    """How many rows in each state."""
    return dict(rows.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n"))
