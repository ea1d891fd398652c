"""The trace of an order both ways: contract, order, plan and purchases, inspections, rework, shipments, feedback. 3.3.4b."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from contracts.models import Contract
from orders.models import Inspection, Order, OrderLine, ReworkTask, ShipmentLine

MOST = 100  # rows of one kind on a line


@dataclass(frozen=True)
class Trace:
    """One link of the chain: what it is, where it is read, how it stands, and when it was."""

    label: str
    url: str = ""
    tone: str = "idle"
    state: str = ""
    on: date | None = None
    detail: str = ""


# (rank, what is asked: (order, user) → traces before or after the goods themselves)
_before: list[tuple[int, Callable[[Order, Any], list[Trace]]]] = []
_after: list[tuple[int, Callable[[Order, Any], list[Trace]]]] = []


def traced_before(rank: int) -> Callable:
    """Add what comes before the inspections, as plans and purchases: `(order, user) -> traces`, two queries at most."""

    def register(source: Callable[[Order, Any], list[Trace]]) -> Callable:
        _before.append((rank, source))
        return source

    return register


def traced_after(rank: int) -> Callable:
    """Add what comes after the shipments, as feedback: `(order, user) -> traces`, two queries at most."""

    def register(source: Callable[[Order, Any], list[Trace]]) -> Callable:
        _after.append((rank, source))
        return source

    return register


def trace_of(order: Order, user: Any) -> dict[str, Any]:
    """The whole chain as this person may see it: above, each line with its goods, below."""
    above = [*_contract(order, user), *_drawn(_before, order, user)]
    return {"above": above, "lines": _lines(order), "below": _drawn(_after, order, user)}


def _drawn(sources: list[tuple[int, Any]], order: Order, user: Any) -> list[Trace]:
    return [trace for _rank, source in sorted(sources, key=lambda found: found[0]) for trace in source(order, user)]


def _contract(order: Order, user: Any) -> list[Trace]:
    """The contract, for who may see it."""
    if order.contract_id is None or not user.has_perm("contracts.view_contract"):
        return []
    contract = Contract.objects.visible_to(user).filter(pk=order.contract_id).first()
    if contract is None:
        return []
    state = str(contract.get_state_display())
    return [Trace(contract.number, contract.get_absolute_url(), contract.state_tone, state, contract.signed_on)]


def _lines(order: Order) -> list[tuple[OrderLine, list[Trace]]]:
    """Each line with its inspections, rework and shipments in the order in which they happened; three queries."""
    found: dict[int, list[tuple[Any, Trace]]] = {line.pk: [] for line in order.line_rows}
    for row in Inspection.objects.filter(order=order).select_related("inspector").order_by("pk")[:MOST]:
        row.order = order
        found[row.line_id].append((row.state_at, _of_inspection(row)))
    for task in ReworkTask.objects.filter(order=order).order_by("pk")[:MOST]:
        found[task.line_id].append((task.state_at, _of_rework(task)))
    shipped = ShipmentLine.objects.filter(shipment__order=order).select_related("shipment").order_by("pk")[:MOST]
    for part in shipped:
        found[part.line_id].append((part.shipment.state_at, _of_shipment(part)))
    return [
        (line, [trace for _at, trace in sorted(found[line.pk], key=lambda pair: pair[0])]) for line in order.line_rows
    ]


def _of_inspection(row: Inspection) -> Trace:
    detail = _("accepted %(accepted)s, rejected %(rejected)s") % {
        "accepted": _plain(row.accepted), "rejected": _plain(row.rejected),
    } if row.inspected_at else _plain(row.quantity)  # fmt: skip
    label = f"{row.get_kind_display()} {row.report_number}".strip()
    return Trace(label, row.get_absolute_url(), row.state_tone, row.get_state_display(), row.state_at.date(), detail)


def _of_rework(task: ReworkTask) -> Trace:
    label = f"{task.get_kind_display()} · {_('round %(n)s') % {'n': task.round}}"
    day, detail = task.state_at.date(), _plain(task.quantity)
    return Trace(label, task.get_absolute_url(), task.state_tone, task.get_state_display(), day, detail)


def _of_shipment(part: ShipmentLine) -> Trace:
    row = part.shipment
    day, detail = row.state_at.date(), _plain(part.quantity)
    return Trace(row.number, row.get_absolute_url(), row.state_tone, row.get_state_display(), day, detail)


def _plain(number: Any) -> str:
    return "" if number is None else f"{number.normalize():f}"
