"""Who sees which feedback: customer service all, a department what is routed to it, a salesperson his customers' (SECURITY C)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from kernel.permissions import May
from orders.models.access import RIGHTS as ORDER_RIGHTS
from orders.models.access import Department as OrderDepartment

VIEW, VIEW_ALL, RECORD, DECIDE, ADVISE = (
    f"aftersales.{name}"
    for name in ("view_feedback", "view_all_feedback", "record_feedback", "decide_feedback", "advise_feedback")
)


class Department(models.TextChoices):
    """Who may be asked to investigate and solve. Clause 3.4.2a."""

    PRODUCTION = OrderDepartment.PRODUCTION.value, OrderDepartment.PRODUCTION.label
    PURCHASING = OrderDepartment.PURCHASING.value, OrderDepartment.PURCHASING.label
    QUALITY = OrderDepartment.QUALITY.value, OrderDepartment.QUALITY.label
    LOGISTICS = OrderDepartment.LOGISTICS.value, OrderDepartment.LOGISTICS.label
    TECHNICAL = "technical", _("Technical staff")
    SERVICE = "service", _("Customer service")


RIGHTS: dict[str, str] = {
    **{department.value: right for department, right in ORDER_RIGHTS.items()},
    Department.TECHNICAL.value: ADVISE,
    Department.SERVICE.value: RECORD,
}


def departments_of(user: Any) -> list[str]:
    """The departments for which this person answers feedback."""
    return [department for department, right in RIGHTS.items() if user.has_perm(right)]


def own_customers(user: Any) -> Q:
    """Rows of the customers that this person owns or helps with."""
    helped = Customer.collaborators.through.objects.filter(user=user).values("customer")
    return Q(customer__in=Customer.objects.filter(owner=user).values("pk")) | Q(customer__in=helped)


class FeedbackQuerySet(models.QuerySet):
    """Feedback as people reach it."""

    def visible_to(self, user: Any) -> FeedbackQuerySet:
        """All for customer service and manager; what is routed to his department; that of one's own customers."""
        if not user.has_perm(VIEW):
            return self.none()
        if user.has_perm(VIEW_ALL):
            return self
        return self.filter(Q(department__in=departments_of(user)) | own_customers(user))

    def running(self) -> FeedbackQuerySet:
        """Those on which somebody owes something."""
        return self.filter(state__in=RUNNING)


RUNNING = ("received", "assigned", "investigating", "solving", "resolved")
IN_HAND = ("assigned", "investigating", "solving")


class Solver(May):
    """Whoever works for the department to which it is routed, or customer service. Clause 3.4.2b."""

    def by_own_right(self, record: Any, user: Any) -> bool:
        """Whether he is one of them."""
        return bool(user.is_active and (user.has_perm(RECORD) or record.department in departments_of(user)))

    def rows(self, user: Any, kept: Any = None) -> Q:
        """The same as a condition on rows."""
        return Q(pk__isnull=False) if user.has_perm(RECORD) else Q(department__in=departments_of(user))
