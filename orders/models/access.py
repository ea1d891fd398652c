"""Who sees which orders, and the rights of the departments that carry them out (SECURITY C)."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer

VIEW, VIEW_ALL, ENTER, DECIDE, VALUE = (
    f"orders.{name}" for name in ("view_order", "view_all_orders", "enter_order", "decide_order", "view_order_value")
)
PLAN, BUY, INSPECT, SHIP = (
    f"orders.{name}" for name in ("plan_production", "buy_materials", "inspect_goods", "ship_goods")
)


class Department(models.TextChoices):
    """A department that carries out its part of an order. Clause 3.3.1b."""

    PRODUCTION = "production", _("Production")
    PURCHASING = "purchasing", _("Purchasing")
    QUALITY = "quality", _("Quality inspection")
    LOGISTICS = "logistics", _("Logistics")


RIGHTS = {
    Department.PRODUCTION: PLAN,
    Department.PURCHASING: BUY,
    Department.QUALITY: INSPECT,
    Department.LOGISTICS: SHIP,
}


def departments_of(user: Any) -> list[str]:
    """The departments for which this person works."""
    return [department for department, right in RIGHTS.items() if user.has_perm(right)]


class OrderQuerySet(models.QuerySet):
    """Orders as people reach them."""

    def visible_to(self, user: Any) -> OrderQuerySet:
        """All for customer service, manager, finance; those issued to his department; those of one's own customers."""
        if not user.has_perm(VIEW):
            return self.none()
        if user.has_perm(VIEW_ALL):
            return self
        issued = apps.get_model("orders", "Acknowledgement").objects.filter(department__in=departments_of(user))
        helped = Customer.collaborators.through.objects.filter(user=user).values("customer")
        owned = Customer.objects.filter(owner=user).values("pk")
        asked = apps.get_model("orders", "OrderException").objects.filter(owner=user, state="open")
        return self.filter(
            Q(pk__in=issued.values("order"))
            | Q(customer__in=owned)
            | Q(customer__in=helped)
            | Q(pk__in=asked.values("order"))
        )

    def running(self) -> OrderQuerySet:
        """Those that departments work on or that are on their way."""
        return self.filter(state__in=RUNNING)


RUNNING = ("placed", "in_production", "inspecting", "ready_to_ship", "shipped", "delivered")


class OfOrder(models.QuerySet):
    """Rows of orders as people reach them: by the order (field `order`)."""

    def visible_to(self, user: Any) -> OfOrder:
        """Those of the orders that this person sees."""
        orders = apps.get_model("orders", "Order").objects.visible_to(user)
        return self.filter(order__in=orders.order_by().values("pk"))
