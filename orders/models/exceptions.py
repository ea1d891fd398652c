"""OrderException 異常: a delay, damage, loss, wrong goods or a problem of any stage, solved and told to the customer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.permissions import May
from kernel.settings import define
from kernel.steps import Stateful, requirement
from orders.models.access import ENTER, OfOrder
from orders.models.orders import Order

define("orders.exception_hours", 24, _("Time to solve a problem of an order"), unit=_("working hours"), clause="3.3.6b")
define(
    "orders.tell_hours", 8, _("Time to tell the customer of a problem with his order"), unit=_("working hours"),
    clause="3.3.6b",
)  # fmt: skip


class OwnerOrService(May):
    """Whoever was named to solve it, or customer service."""

    def by_own_right(self, record: Any, user: Any) -> bool:
        """Whether he is one of them."""
        return bool(user.is_active and (record.owner_id == user.pk or user.has_perm(ENTER)))

    def rows(self, user: Any, kept: Any = None) -> Q:
        """The same as a condition on rows."""
        return Q(pk__isnull=False) if user.has_perm(ENTER) else Q(owner=user)


class OrderException(Stateful):
    """A problem of an order 異常. Clauses 3.3.6b, 2.2.3b, 2.2.2d."""

    class State(models.TextChoices):
        OPEN = "open", _("In hand")
        RESOLVED = "resolved", _("Solved")

    class Kind(models.TextChoices):
        DELAY = "delay", _("Delay in transport")
        DAMAGE = "damage", _("Damaged goods")
        LOSS = "loss", _("Lost goods")
        WRONG = "wrong_goods", _("Wrong goods")
        PLAN_LATE = "plan_late", _("Plan ends after the delivery date")
        SUPPLY_LATE = "supply_late", _("Supplier is late")
        QUALITY = "quality", _("Quality problem")
        OTHER = "other", _("Other")

    class Party(models.TextChoices):
        CARRIER = "carrier", _("Carrier")
        SUPPLIER = "supplier", _("Supplier")
        PRODUCTION = "production", _("Production")
        PURCHASING = "purchasing", _("Purchasing")
        QUALITY = "quality", _("Quality inspection")
        LOGISTICS = "logistics", _("Logistics")
        SALES = "sales", _("Sales and customer service")
        CUSTOMER = "customer", _("Customer")
        NOBODY = "nobody", _("Nobody (force majeure)")

    state = FSMField(_("state"), choices=State.choices, default=State.OPEN, protected=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="exceptions", editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    source = models.CharField(max_length=80, blank=True, editable=False)  # what raised it: one open row per source
    what = models.TextField(_("what happened"), max_length=2_000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who solves it"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField(_("raised at"), default=clock.now, editable=False)
    cause = models.TextField(_("cause"), blank=True, max_length=2_000)
    party = models.CharField(_("responsible party"), max_length=12, choices=Party.choices, blank=True)
    solution = models.TextField(_("solution"), blank=True, max_length=2_000)
    told_on = models.DateField(_("customer told on"), null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, editable=False)
    history = HistoricalRecords()
    objects = OfOrder.as_manager()

    TONES = {"open": "bad", "resolved": "ok"}
    PATH = ("open", "resolved")
    QUEUE = {"title": "what", "party": "order__customer_name", "person": "owner__name"}
    BUDGETS = {"open": "orders.exception_hours"}

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "owner"], name="orderexception_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "source"], condition=Q(state="open") & ~Q(source=""), name="orderexception_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.order.number}"

    def words_of(self) -> dict[str, str]:
        """What happened, with the order."""
        return {"title": f"{self.order.number} {self.what}"[:200]}

    def owner_of(self) -> Any:
        """Who was named to solve it, else customer service."""
        return self.owner or self.order.entered_by

    def audience_of(self) -> list[Any]:
        """Who solves it, and customer service, who tells the customer."""
        return [person for person in {self.owner, self.order.entered_by} if person]

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.order.customer_id

    @requirement("3.3.6b", _("Cause, responsible party and solution are entered"), at="orders:orderexception_edit")
    def is_explained(self) -> bool:
        """All three are there."""
        return bool(self.cause.strip() and self.party and self.solution.strip())

    @requirement("3.3.6b", _("The customer was told"), at="orders:orderexception_edit")
    def is_told(self) -> bool:
        """The day on which he was told the result."""
        return self.told_on is not None

    @transition(
        field=state,
        source=State.OPEN,
        target=State.RESOLVED,
        conditions=[is_explained, is_told],
        permission=OwnerOrService(""),
        custom={"label": _("Mark as solved"), "clause": "3.3.6b", "forward": True, "keeps": ("tell_customer",)},
    )
    def resolve(self, by: Any) -> None:
        """It is solved and the customer knows."""
        self.resolved_at = clock.now()

    @transition(
        field=state,
        source=State.RESOLVED,
        target=State.OPEN,
        permission=OwnerOrService(""),
        custom={"label": _("Reopen"), "clause": "3.3.6b", "comment": "required", "tone": "danger"},
    )
    def reopen(self, by: Any) -> None:
        """It was not solved after all."""
        self.resolved_at, self.told_on = None, None
