"""What customers owe: the rows of the collection list, overdue by age, and the figures of one customer. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from contracts.models import PlannedPayment
from contracts.models.collecting import NO_DAY
from kernel import clock
from kernel.exports import Column

ORDER = ("falls_on", "pk")
SOON = timedelta(days=30)
PAID_SEEN = 200  # payments from which a customer's habit is told
# key → words, from so many days overdue, to so many
BUCKETS = (
    ("1", _("1–30 days"), 1, 30),
    ("31", _("31–60 days"), 31, 60),
    ("61", _("61–90 days"), 61, 90),
    ("91", _("over 90 days"), 91, None),
)
SHOWN = (
    ("overdue", _("Overdue")),
    ("due", _("Due in 30 days")),
    ("invoice", _("To be invoiced")),
    ("undated", _("Without a day")),
    ("all", _("All open")),
)
COLUMNS = [
    Column("contract.number", _("Contract number"), width=16),
    Column("contract.customer_name", _("Customer"), width=34),
    Column("name", _("Instalment"), width=20),
    Column("due_on", _("Due"), "date"),
    Column("days_overdue", _("Days overdue"), "integer"),
    Column("contract.currency", _("Currency"), width=8),
    Column("amount", _("Planned"), "money"),
    Column("invoiced", _("Invoiced"), "money"),
    Column("received", _("Received"), "money"),
    Column("open_amount", _("Open"), "money"),
    Column("contract.drafted_by.name", _("Drafter"), width=16),
]


@dataclass(frozen=True)
class Age:
    """What is overdue in one currency for so long, and how many payments that is."""

    key: str
    label: Any
    currency: str
    count: int
    open: Decimal


def collection_rows(user: Any, shown: str, bucket: str, chosen: dict[str, Any]) -> QuerySet:
    """The open payments of one tab (a key of SHOWN) and one age (a key of BUCKETS or ""), filtered."""
    today = clock.today()
    rows = PlannedPayment.objects.visible_to(user).open().annotate(falls_on=Coalesce("due_on", Value(NO_DAY)))
    rows = _of_tab(rows, shown, today)
    for key, _label, least, most in BUCKETS:
        if key == bucket:
            rows = rows.filter(due_on__lte=today - timedelta(least))
            rows = rows.filter(due_on__gte=today - timedelta(most)) if most else rows
    return _filtered(rows, chosen)


def _of_tab(rows: QuerySet, shown: str, today: date) -> QuerySet:
    conditions = {
        "overdue": Q(due_on__lt=today),
        "due": Q(due_on__range=(today, today + SOON)),
        "invoice": Q(invoiced__lt=F("amount"), due_on__lte=today + SOON),
        "undated": Q(due_on=None),
    }
    return rows.filter(conditions[shown]) if shown in conditions else rows


def _filtered(rows: QuerySet, chosen: dict[str, Any]) -> QuerySet:
    if q := (chosen.get("q") or "").strip():
        rows = rows.filter(Q(contract__number__icontains=q) | Q(contract__customer_name__icontains=q))
    if chosen.get("currency"):
        rows = rows.filter(contract__currency=chosen["currency"])
    if chosen.get("drafter"):
        rows = rows.filter(contract__drafted_by=chosen["drafter"])
    return rows.select_related("contract__drafted_by")


def ages(user: Any, chosen: dict[str, Any]) -> list[Age]:
    """What is overdue by currency and age, the youngest first; one query."""
    today = clock.today()
    whens = [When(due_on__gte=today - timedelta(most), then=Value(n)) for n, (*_k, most) in enumerate(BUCKETS) if most]
    rows = _filtered(PlannedPayment.objects.visible_to(user).overdue(today), chosen).order_by()
    rows = rows.annotate(age=Case(*whens, default=Value(len(BUCKETS) - 1), output_field=IntegerField()))
    sums = rows.values("contract__currency", "age").annotate(n=Count("pk"), open=Sum(F("amount") - F("received")))
    return [
        Age(BUCKETS[row["age"]][0], BUCKETS[row["age"]][1], row["contract__currency"], row["n"], row["open"])
        for row in sums.order_by("contract__currency", "age")
    ]


@dataclass(frozen=True)
class Habit:
    """How a customer pays: open and overdue by currency, and how many days late his paid instalments were on average."""

    open: dict[str, Decimal]
    overdue: dict[str, Decimal]
    days_late: int | None


def habit_of(customer: Any, user: Any) -> Habit | None:
    """The figures of one customer, from the contracts that this person sees; None where nothing is planned. One query."""
    today = clock.today()
    rows = PlannedPayment.objects.visible_to(user).filter(contract__customer=customer).order_by("-pk")
    known = list(
        rows.values_list(
            "contract__currency", "contract__state", "amount", "received", "due_on", "settled_on", "is_settled"
        )[:PAID_SEEN]
    )
    if not known:
        return None
    open_: dict[str, Decimal] = {}
    overdue: dict[str, Decimal] = {}
    late: list[int] = []
    for currency, state, amount, received, due_on, settled_on, is_settled in known:
        if is_settled:
            late += [(settled_on - due_on).days] if settled_on and due_on else []
        elif state not in ("fulfilled", "terminated"):
            open_[currency] = open_.get(currency, Decimal(0)) + amount - received
            if due_on and due_on < today:
                overdue[currency] = overdue.get(currency, Decimal(0)) + amount - received
    return Habit(open_, overdue, round(sum(late) / len(late)) if late else None)
