"""Pages of figures: deliveries in time and right, feedback by what it was about, and the rows behind each (3.3, 3.4.4c)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from aftersales import figures
from aftersales.models import Feedback
from aftersales.models.access import DECIDE, RECORD, VIEW_ALL
from kernel import clock
from kernel.charts import bar_chart, line_chart
from kernel.periods import Period
from kernel.policy import allow
from kernel.views import keyset_page

BY = ("month", "customer", "product")


@allow(VIEW_ALL)
def delivery_figures(request: HttpRequest) -> HttpResponse:
    """On-time delivery and accuracy by month, customer and product. Clauses 2.2.3b, 3.3.6."""
    user, query = request.user, request.GET.dict()
    query.pop("good", None)
    in_time = {group: figures.in_time_by(group, user, query) for group in BY}
    right = {group: figures.right_by(group, user, query) for group in BY}
    context = {
        "period": Period.of(query), "customer": query.get("customer", ""), "product": query.get("product", ""),
        "parts": [
            ("time", _("Delivered in time"), "orders", _chart(_("Delivered in time"), in_time["month"]), _named(in_time)),
            ("right", _("Right goods"), "lines", _chart(_("Right goods"), right["month"]), _named(right)),
        ],
    }  # fmt: skip
    return render(request, "aftersales/delivery_figures.html", context)


@allow(VIEW_ALL)
def delivery_rows(request: HttpRequest, what: str) -> HttpResponse:
    """The orders or lines behind a figure of deliveries, the newest first."""
    query = request.GET.dict()
    of_orders = what == "orders"
    source = figures.shipped if of_orders else figures.delivered_lines
    rows = source(request.user, query).select_related(None if of_orders else "order")
    page = keyset_page(request, rows, order=("-pk",))
    context = {
        "page": page, "period": Period.of(query), "what": what, "of_orders": of_orders, "good": query.get("good", ""),
        "customer": query.get("customer", ""), "product": query.get("product", ""),
    }  # fmt: skip
    return render(request, "aftersales/delivery_rows.html", context)


@allow(VIEW_ALL)
def feedback_figures(request: HttpRequest) -> HttpResponse:
    """Feedback by month, kind, cause, product and department: how many, in time, again, escalated. Clause 3.4.4c."""
    query, user = request.GET, request.user
    period = Period.of(query)
    tables = [
        {"key": group, "title": title, "rows": [_row(group, row, period) for row in rows]}
        for group, title, rows in (
            (group, title, figures.feedback_by(group, user, query)[: 24 if group == "month" else figures.MOST])
            for group, title in _titles()
        )
    ]
    months = [(row["label"], row["number"]) for row in tables[0]["rows"]]
    context = {
        "period": period, "tables": tables, "chart": bar_chart(_("Feedback received"), months) if months else "",
        "may_propose": user.has_perm(RECORD) or user.has_perm(DECIDE),
    }  # fmt: skip
    return render(request, "aftersales/feedback_figures.html", context)


def _titles() -> list[tuple[str, Any]]:
    return [
        ("month", _("By month")), ("kind", _("By kind")), ("cause", _("By cause")), ("product", _("By product")),
        ("department", _("By department")),
    ]  # fmt: skip


def _row(group: str, row: dict[str, Any], period: Period) -> dict[str, Any]:
    """A row of a table as it is read, with where its feedback is listed."""
    name, solved = row["name"], row["solved"]
    labels = {"kind": dict(Feedback.Kind.choices), "department": dict(Feedback.Department.choices)}.get(group, {})
    if group == "month":
        day = clock.local(name).date() if isinstance(name, datetime) else name
        label, query = day.strftime("%Y/%m"), period.month(day).query()
    else:
        value = (row["cause_category"] or "none") if group == "cause" else name or "none"
        label, query = labels.get(name, name) or _("not entered"), period.query(**{group: value})
    share = round(100 * row["in_time"] / solved) if solved else None
    return {**row, "label": label, "query": query, "share": share}


def _named(shares: dict[str, list[figures.Share]]) -> list[tuple[str, Any, list[figures.Share]]]:
    titles = {"month": _("By month"), "customer": _("By customer"), "product": _("By product")}
    return [(group, titles[group], rows) for group, rows in shares.items()]


def _chart(title: str, months: list[figures.Share]) -> Any:
    points = [(_as_month(row.label), row.percent) for row in months if row.percent is not None]
    return line_chart(title, points, "%") if points else ""


def _as_month(day: date) -> str:
    return day.strftime("%Y/%m")
