"""The benches of quality and logistics, the calendar of deliveries, figures of quality, the trace of an order."""

from __future__ import annotations

import calendar as months
import re
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kernel import clock
from kernel.charts import line_chart
from kernel.periods import Period
from kernel.policy import allow
from orders import figures_goods, lists_goods
from orders.models import Acknowledgement, GoodsReturn, Inspection, Order, ReworkTask, Shipment
from orders.models.access import ENTER, INSPECT, RUNNING, SHIP, VIEW, VIEW_ALL, Department
from orders.tracing import trace_of
from orders.views.orders import visible_order

SHOWN = 30
MOST_IN_A_MONTH = 300


@allow(INSPECT, VIEW_ALL)
def quality_bench(request: HttpRequest) -> HttpResponse:
    """What quality has to do: acknowledge, inspect in process first, again after rework, open inspections, loops. 3.3.4."""
    user = request.user
    waiting = Inspection.objects.visible_to(user).waiting().select_related("order", "line", "rework")
    context = {
        "asked": _asked(user, Department.QUALITY),
        "inspections": waiting[:SHOWN],
        "in_process": lists_goods.without_in_process(user)[:SHOWN],
        "lines": lists_goods.to_open(user)[:SHOWN],
        "loops": ReworkTask.objects.visible_to(user).waiting().select_related("order", "line")[:SHOWN],
        "returns": _returns(user, "received"),
        "may_act": user.has_perm(INSPECT),
    }
    return render(request, "orders/quality_bench.html", context)


@allow(SHIP, VIEW_ALL)
def logistics_bench(request: HttpRequest) -> HttpResponse:
    """What logistics has to do: acknowledge, pack what passed, complete and ship, watch what is on the way. 3.3.5."""
    user = request.user
    packing = Shipment.objects.visible_to(user).filter(state=Shipment.State.PACKING, order__state__in=RUNNING)
    context = {
        "asked": _asked(user, Department.LOGISTICS),
        "lines": lists_goods.to_pack(user)[:SHOWN],
        "packing": packing.select_related("order").order_by("pk")[:SHOWN],
        "on_way": lists_goods.on_the_way(user)[:SHOWN],
        "problems": lists_goods.transport_problems(user)[:SHOWN],
        "returns": _returns(user, "requested"),
        "may_act": user.has_perm(SHIP),
        "may_follow": user.has_perm(SHIP) or user.has_perm(ENTER),
        "today": clock.today(),
    }
    return render(request, "orders/logistics_bench.html", context)


def _asked(user: Any, department: str) -> Any:
    """The orders that wait for a department's acknowledgement. Clause 3.3.1b."""
    rows = Acknowledgement.objects.visible_to(user).filter(department=department, state="waiting")
    return rows.filter(order__state__in=RUNNING).select_related("order").order_by("state_at", "pk")[:SHOWN]


def _returns(user: Any, state: str) -> Any:
    """Goods that come back, in a state."""
    rows = GoodsReturn.objects.visible_to(user).filter(state=state, is_lost=False, order__state__in=RUNNING)
    return rows.select_related("order", "shipment_line__line").order_by("pk")[:SHOWN]


@allow(VIEW)
def delivery_calendar(request: HttpRequest) -> HttpResponse:
    """A month of promised deliveries; on the phone a list of its days. `?month=2026-11`."""
    first = _month(request.GET.get("month", ""))
    last = first.replace(day=months.monthrange(first.year, first.month)[1])
    rows: dict[date, list[Order]] = {}
    for order in lists_goods.due_between(request.user, first, last)[:MOST_IN_A_MONTH]:
        rows.setdefault(order.promised_on, []).append(order)
    weeks = [
        [{"day": day, "orders": rows.get(day, []), "inside": day.month == first.month} for day in week]
        for week in months.Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    ]
    context = {
        "first": first, "weeks": weeks, "today": clock.today(), "total": sum(map(len, rows.values())),
        "before": (first - timedelta(days=1)).strftime("%Y-%m") if first.strftime("%Y-%m") > "2000-01" else "",
        "after": (last + timedelta(days=1)).strftime("%Y-%m") if first.strftime("%Y-%m") < "2099-12" else "",
    }  # fmt: skip
    return render(request, "orders/delivery_calendar.html", context)


def _month(text: str) -> date:
    """The first day of the month asked for; of this one where nothing sensible was asked for."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text, re.ASCII)
    if found:
        return date(int(found[1]), int(found[2]), 1)
    return clock.today().replace(day=1)


@allow(INSPECT, VIEW_ALL)
def quality_figures(request: HttpRequest) -> HttpResponse:
    """First-pass rate and rework by month, product and customer, main defects. Clauses 3.3.4a, 3.3.4b."""
    user, period = request.user, Period.of(request.GET)
    by_month = figures_goods.by_month(user, period)
    points = [(row.label.strftime("%Y/%m"), row.first_pass) for row in by_month if row.first_pass is not None]
    context = {
        "period": period,
        "by_month": by_month,
        "chart": line_chart(_("Passed at the first inspection"), points, "%") if points else "",
        "tables": [
            (_("Product"), _("By product, most rejected first"), figures_goods.by_product(user, period)),
            (_("Customer"), _("By customer, most rejected first"), figures_goods.by_customer(user, period)),
        ],
        "defects": figures_goods.main_defects(user, period),
    }
    return render(request, "orders/quality_figures.html", context)


@allow(VIEW)
def order_trace(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an order came from and what became of it, both ways. Clause 3.3.4b."""
    order = visible_order(request, pk)
    return render(request, "orders/order_trace.html", {"record": order, **trace_of(order, request.user)})
