"""OrderChange: a change or cancellation of a placed order, asked for with a reason and decided by the manager (3.3)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from kernel.permissions import may
from kernel.settings import define
from kernel.steps import Missing, Stateful, missing, requirement
from orders.models.access import DECIDE, OfOrder
from orders.models.orders import QUANTITY, Order, OrderLine

define("orders.change_hours", 8, _("Time to decide on a change of an order"), unit=_("working hours"), clause="1.3.2")


class OrderChange(Stateful):
    """A change of a placed order 訂單變更; a cancellation is the whole order's. Clause 3.3."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("To be decided")
        APPROVED = "approved", pgettext_lazy("decision", "Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    state = FSMField(_("state"), choices=State.choices, default=State.REQUESTED, protected=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="changes", editable=False)
    line = models.ForeignKey(
        OrderLine, verbose_name=_("order line"), null=True, on_delete=models.PROTECT, related_name="changes",
        editable=False,
    )  # fmt: skip
    cancels = models.BooleanField(_("cancels the whole order"), default=False, editable=False)
    quantity = models.DecimalField(
        _("new quantity"), **QUANTITY, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    deliver_on = models.DateField(_("new delivery date"), null=True, blank=True)
    specification = models.TextField(_("new specification"), blank=True, max_length=2_000)
    requirements = models.TextField(_("new requirements"), blank=True, max_length=2_000)
    reason = models.TextField(_("reason"), max_length=2_000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")
    history = HistoricalRecords()
    objects = OfOrder.as_manager()

    TONES = {"requested": "wait", "approved": "ok", "refused": "bad", "withdrawn": "void"}
    QUEUE = {"title": "reason", "party": "order__customer_name", "person": "asked_by__name"}
    BUDGETS = {"requested": "orders.change_hours"}
    OWED_BY_HOLDERS_OF = {"requested": DECIDE}

    class Meta:
        verbose_name = _("change of an order")
        verbose_name_plural = _("changes of orders")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cancels=True, line=None) | Q(cancels=False, line__isnull=False),
                                   name="orderchange_of_line_or_whole"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.order.number} · {self.reason[:60]}"

    def owner_of(self) -> Any:
        """Who asked."""
        return self.asked_by

    def audience_of(self) -> list[Any]:
        """Who asked, and customer service."""
        return [self.asked_by, self.order.entered_by]

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.order.customer_id

    @requirement("3.3.1a", _("The order still runs"))
    def is_of_a_running_order(self) -> bool:
        """What has ended or has not begun is not changed."""
        return self.order.is_running or self.order.state == Order.State.ON_HOLD

    @requirement("3.3.1a", _("Not less than what is made already, and nothing has left of a whole order"))
    def is_not_below_shipped(self) -> bool | Missing:
        """A quantity cannot go below what was produced; a cancellation is refused once goods have left."""
        if self.cancels:
            gone = [str(line) for line in self.order.line_rows if line.shipped]
            return missing(*gone) if gone else True
        return self.quantity is None or self.line is None or self.quantity >= self.line.produced

    @requirement("3.3.1a", _("Not more than the contract leaves open"))
    def is_within_contract(self) -> bool:
        """Nothing is ordered that was not agreed."""
        return self.quantity is None or self.quantity <= self.line.open_in_contract()

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.APPROVED,
        conditions=[is_of_a_running_order, is_not_below_shipped, is_within_contract],
        permission=may(DECIDE, but_not=("asked_by",)),
        custom={"label": _("Approve"), "clause": "3.3", "approval": True},
    )
    def approve(self, by: Any) -> None:
        """It is carried out at once and told to all departments."""

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.REFUSED,
        permission=may(DECIDE, but_not=("asked_by",)),
        custom={"label": _("Refuse"), "clause": "3.3", "approval": True, "comment": "required", "tone": "danger"},
    )
    def refuse(self, by: Any) -> None:
        """The order stays as it is."""

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.WITHDRAWN,
        permission=may(only=("asked_by",)),
        custom={"label": _("Withdraw"), "clause": "3.3", "tone": "quiet"},
    )
    def withdraw(self, by: Any) -> None:
        """The one who asked takes it back before a decision."""
