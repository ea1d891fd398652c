"""Figures of deliveries and of feedback, grouped and counted by the database alone; each opens to its rows (3.3, 3.4.4c).

No data is None, never nought. Nothing here knows what an order is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth

from aftersales.models import Feedback
from kernel.models import Promise
from kernel.periods import Period
from orders.models import GoodsReturn, Order, OrderException, OrderLine

MOST = 20
LONGEST_NAME = 200


@dataclass(frozen=True)
class Share:
    """Of how many, how many, under which name; `query` leads to the rows that were counted."""

    label: Any
    part: int
    whole: int
    query: str

    @property
    def rest(self) -> int:
        """Those that did not."""
        return self.whole - self.part

    @property
    def percent(self) -> int | None:
        """Rounded; None when there was no case."""
        return round(100 * self.part / self.whole) if self.whole else None


# --- deliveries ----------------------------------------------------------------------------------------
def shipped(user: Any, query: Mapping[str, str]) -> QuerySet:
    """The orders that were shipped in the period, with `good`: by the day that was promised. By day of shipping."""
    period = Period.of(query)
    rows = Order.objects.visible_to(user).exclude(state__in=("draft", "cancelled"))
    rows = rows.filter(shipped_on__gte=period.since, shipped_on__lte=period.until)
    rows = rows.alias(in_time=Q(shipped_on__lte=F("promised_on")) & Q(promised_on__isnull=False))
    customer, product = query.get("customer", ""), query.get("product", "")
    if customer:
        rows = rows.filter(customer_name=customer[:LONGEST_NAME])
    if product:
        rows = rows.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), description=product[:LONGEST_NAME])))
    return _only(rows, "in_time", query)


def delivered_lines(user: Any, query: Mapping[str, str]) -> QuerySet:
    """The lines of orders completed in the period, with `right`: no wrong goods, no return, no complaint."""
    period = Period.of(query)
    orders = Order.objects.visible_to(user).filter(completed_on__gte=period.since, completed_on__lte=period.until)
    rows = OrderLine.objects.filter(order__in=orders.order_by().values("pk"), order__state="completed")
    wrong = OrderException.objects.filter(order=OuterRef("order"), kind=OrderException.Kind.WRONG)
    back = GoodsReturn.objects.filter(shipment_line__line=OuterRef("pk")).exclude(state="withdrawn")
    complaint = Feedback.objects.filter(order=OuterRef("order"), kind=Feedback.Kind.COMPLAINT)
    rows = rows.alias(right=~Exists(wrong) & ~Exists(back) & ~Exists(complaint))
    if customer := query.get("customer", ""):
        rows = rows.filter(order__customer_name=customer[:LONGEST_NAME])
    if product := query.get("product", ""):
        rows = rows.filter(description=product[:LONGEST_NAME])
    return _only(rows, "right", query)


def _only(rows: QuerySet, good: str, query: Mapping[str, str]) -> QuerySet:
    """Those that are good, or those that are not, where only these are asked for."""
    wanted = query.get("good", "")
    return rows.filter(**{good: wanted == "yes"}) if wanted in ("yes", "no") else rows


def in_time_by(group: str, user: Any, query: Mapping[str, str]) -> list[Share]:
    """On-time delivery by month, customer or product, the worst on top. One query."""
    rows, column = shipped(user, query), {"customer": "customer_name", "product": "lines__description"}.get(group, "")
    return _shares(rows, "in_time", group, column, "shipped_on", query)


def right_by(group: str, user: Any, query: Mapping[str, str]) -> list[Share]:
    """Accuracy by month, customer or product, the worst on top. One query."""
    column = {"customer": "order__customer_name", "product": "description"}.get(group, "")
    return _shares(delivered_lines(user, query), "right", group, column, "order__completed_on", query)


def _shares(
    rows: QuerySet, good: str, group: str, column: str, day: str, query: Mapping[str, str]
) -> list[Share]:  # fmt: skip
    period = Period.of(query)
    rows = rows.order_by()
    if not column:
        rows = rows.annotate(name=TruncMonth(day)).values("name")
    else:
        rows = rows.values(name=F(column))
    counted = rows.annotate(whole=Count("pk", distinct=True), part=Count("pk", filter=Q(**{good: True}), distinct=True))
    kept = {name: query.get(name, "") for name in ("customer", "product")}
    if not column:
        found = counted.order_by("name")
        return [Share(row["name"], row["part"], row["whole"], period.month(row["name"]).query(**kept)) for row in found]
    found = counted.order_by(F("part") - F("whole"), "-whole", "name")[:MOST]
    return [Share(r["name"], r["part"], r["whole"], period.query(**{**kept, group: r["name"]})) for r in found]


# --- feedback ------------------------------------------------------------------------------------------
GROUPS = {
    "month": "month", "kind": "kind", "cause": "cause_category", "product": "product", "department": "department",
}  # fmt: skip


def escalations() -> QuerySet:
    """The promises on a feedback (of the query around it) of which a superior heard that they are late."""
    return Promise.objects.filter(model="aftersales.feedback", row=OuterRef("pk"), escalated_at__isnull=False)


def received(user: Any, query: Mapping[str, str]) -> QuerySet:
    """The feedback received in the period, with `escalated`: a superior heard of a promise on it that was late."""
    begin, over = Period.of(query).moments
    rows = Feedback.objects.visible_to(user).filter(received_at__gte=begin, received_at__lt=over)
    return rows.alias(escalated=Exists(escalations()))


def feedback_by(group: str, user: Any, query: Mapping[str, str]) -> QuerySet:
    """Feedback counted by month, kind, cause, product or department: rows of dicts, the most frequent on top. One query."""
    rows = received(user, query).order_by()
    if group == "month":
        rows = rows.annotate(name=TruncMonth("received_at")).values("name")
    elif group == "cause":
        rows = rows.values("cause_category", name=F("cause_category__name"))
    else:
        rows = rows.values(name=F(GROUPS[group]))
    rows = rows.annotate(
        number=Count("pk"), complaints=Count("pk", filter=Q(kind="complaint")),
        solved=Count("pk", filter=Q(resolved_at__isnull=False)),
        in_time=Count("pk", filter=Q(resolved_at__lte=F("promised_at"))),
        again=Count("pk", filter=Q(round__gt=1)), escalations=Count("pk", filter=Q(escalated=True)),
    )  # fmt: skip
    return rows.order_by("name") if group == "month" else rows.order_by("-number", "name")
