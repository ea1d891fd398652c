"""What orders contribute to lower pages: the menu, work of the home pages, the customer's and the contract's page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.panels import WorkGroup, WorkItem, navigation_item, section, work
from orders import joins, panels_goods, panels_supply  # noqa: F401  (declare their parts)
from orders.lists import awaiting_order
from orders.models import Acknowledgement, Order, OrderException
from orders.models.access import ENTER, RUNNING, VIEW, departments_of

SHOWN = 6
FULFILMENT = gettext_lazy("Fulfilment")

navigation_item(400, FULFILMENT, "orders:order_list", "box", gettext_lazy("Orders"), permission=VIEW)


@work(26)
def contracts_without_order(user: Any) -> WorkGroup | None:
    """For customer service: newly signed contracts without an order. Clause 3.3.1a."""
    if not user.has_perm(ENTER):
        return None
    found = list(awaiting_order(user)[: SHOWN + 1])
    if not found:
        return None
    items = [
        WorkItem(
            str(c.title), c.number, reverse("orders:order_create"), "wait", None, None, "", _("Enter the order"),
            c.customer_name, "3.3.1a",
        )
        for c in found[:SHOWN]
    ]  # fmt: skip
    return WorkGroup(
        _("Signed contracts without an order"), items, awaiting_order(user).count(), reverse("orders:order_create")
    )


@work(24)
def to_acknowledge(user: Any) -> WorkGroup | None:
    """For a department: orders to acknowledge or query. Clause 3.3.1b."""
    departments = departments_of(user)
    if not departments:
        return None
    rows = Acknowledgement.objects.filter(department__in=departments, state="waiting", order__state__in=RUNNING)
    found = list(rows.select_related("order").order_by("state_at", "pk")[: SHOWN + 1])
    if not found:
        return None
    items = [
        WorkItem(
            row.order.number, str(row.get_department_display()), row.get_absolute_url(), "wait", None, None, "",
            _("Acknowledge"), row.order.customer_name, "3.3.1b",
            reverse("orders:acknowledgement_step", args=[row.pk, "acknowledge"]),
        )
        for row in found[:SHOWN]
    ]  # fmt: skip
    return WorkGroup(_("Orders to acknowledge"), items, rows.count(), reverse("orders:order_list"))


@work(25)
def queries(user: Any) -> WorkGroup | None:
    """For customer service: queries of departments that wait for an answer. Clause 3.3.1b."""
    if not user.has_perm(ENTER):
        return None
    rows = Acknowledgement.objects.filter(state="queried", order__state__in=RUNNING)
    found = list(rows.select_related("order").order_by("state_at", "pk")[: SHOWN + 1])
    if not found:
        return None
    items = [
        WorkItem(
            row.query[:120], row.order.number, row.get_absolute_url(), "bad", None, None, "", _("Answer"),
            row.order.customer_name, "3.3.1b", reverse("orders:acknowledgement_step", args=[row.pk, "reply"]),
        )
        for row in found[:SHOWN]
    ]  # fmt: skip
    return WorkGroup(_("Queries of the departments"), items, rows.count(), reverse("orders:order_list"))


@work(23)
def problems_of_mine(user: Any) -> WorkGroup | None:
    """For whoever was named to solve a problem, and for customer service: the open ones. Clauses 3.3.6b, 2.2.2d."""
    if not user.has_perm(VIEW):
        return None
    rows = OrderException.objects.filter(state="open")
    rows = rows if user.has_perm(ENTER) else rows.filter(owner=user)
    found = list(rows.select_related("order").order_by("raised_at", "pk")[: SHOWN + 1])
    if not found:
        return None
    items = [
        WorkItem(
            row.what[:120], f"{row.order.number} · {row.get_kind_display()}", row.get_absolute_url(), "bad", None, None,
            "", _("Solve"), row.order.customer_name, "3.3.6b",
        )
        for row in found[:SHOWN]
    ]  # fmt: skip
    return WorkGroup(_("Problems of orders"), items, rows.count(), reverse("orders:order_list"))


@section("customers.customer", 220, "orders/_of_record.html")
def orders_of_customer(customer: Any, user: Any) -> dict[str, Any] | None:
    """The orders of a customer that this person may see."""
    return _orders(user, customer=customer)


@section("contracts.contract", 220, "orders/_of_record.html")
def orders_of_contract(contract: Any, user: Any) -> dict[str, Any] | None:
    """The orders entered from a contract."""
    return _orders(user, contract=contract) if contract.state in ("signed", "archived", "fulfilled") else None


def _orders(user: Any, **which: Any) -> dict[str, Any] | None:
    if not user.has_perm(VIEW):
        return None
    rows = list(Order.objects.visible_to(user).filter(**which).order_by("-pk")[:20])
    return {"orders": rows, "may_enter": user.has_perm(ENTER), "contract": which.get("contract")}
