"""GoodsReturn 退貨 and CreditNote 折讓: what comes of goods that arrived damaged, wrong, too few or not at all (3.3.6b)."""

from __future__ import annotations

from decimal import Decimal
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
from kernel.steps import Stateful, requirement
from orders.models.access import DECIDE, ENTER, INSPECT, SHIP, VALUE, OfOrder
from orders.models.inspections import DefectCause
from orders.models.orders import QUANTITY, Order
from orders.models.shipments import ShipmentLine

SETTLE = "contracts.record_receipt"  # finance, who enters what it did with a credit note

define(
    "orders.return_hours", 40, _("Time for goods that come back to arrive"), unit=_("working hours"), clause="3.3.6b"
)
define("orders.credit_hours", 8, _("Time to decide on a credit note"), unit=_("working hours"), clause="1.3.2")


class GoodsReturn(Stateful):
    """Goods that come back, or are lost on their way: their quantity is open again. Clauses 3.3.6b, 2.2.3b."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("To come back")
        RECEIVED = "received", _("Back in the house")
        INSPECTED = "inspected", _("Looked at")
        CLOSED = "closed", _("Closed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    state = FSMField(_("state"), choices=State.choices, default=State.REQUESTED, protected=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns", editable=False)
    shipment_line = models.ForeignKey(
        ShipmentLine, verbose_name=_("what was shipped"), on_delete=models.PROTECT, related_name="returns",
    )  # fmt: skip
    quantity = models.DecimalField(_("quantity"), **QUANTITY, validators=[MinValueValidator(Decimal("0.001"))])
    is_lost = models.BooleanField(_("it is lost and does not come back"), default=False)
    cause = models.ForeignKey(
        DefectCause,
        verbose_name=pgettext_lazy("defect", "cause"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.TextField(_("reason"), max_length=2_000)
    usable = models.DecimalField(
        _("of it fit to be shipped again"), **QUANTITY, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    finding = models.TextField(_("findings"), blank=True, max_length=2_000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")
    history = HistoricalRecords()
    objects = OfOrder.as_manager()

    TONES = {"requested": "wait", "received": "active", "inspected": "active", "closed": "ok", "withdrawn": "void"}
    PATH = ("requested", "received", "inspected", "closed")
    QUEUE = {"title": "reason", "party": "order__customer_name", "person": "asked_by__name"}
    BUDGETS = {"requested": "orders.return_hours", "received": "orders.inspect_hours"}
    OWED_BY_HOLDERS_OF = {"received": INSPECT}

    class Meta:
        verbose_name = _("goods return")
        verbose_name_plural = _("goods returns")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"], name="goodsreturn_waiting")]

    def __str__(self) -> str:
        return f"{self.order.number} · {self.shipment_line}"

    def words_of(self) -> dict[str, str]:
        """The order and what comes back."""
        return {"title": f"{self.order.number} {self.shipment_line}"[:200]}

    def owner_of(self) -> Any:
        """Customer service, who asked for it."""
        return self.asked_by

    def audience_of(self) -> list[Any]:
        """Who asked, and customer service."""
        return list({self.asked_by, self.order.entered_by})

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.order.customer_id

    def comes_back(self: Any) -> bool:
        """The route of goods that arrive again."""
        return not self.is_lost

    def is_gone(self: Any) -> bool:
        """The route of goods that are lost."""
        return self.is_lost

    @requirement("3.3.1b", _("The order is being carried out"))
    def is_of_a_running_order(self) -> bool:
        """The quantities of an order that has ended or stands still do not move."""
        return self.order.is_running

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.RECEIVED,
        conditions=[comes_back, is_of_a_running_order],
        permission=may(SHIP),
        custom={"label": _("Goods are back"), "clause": "3.3.6b", "forward": True},
    )
    def take_back(self, by: Any) -> None:
        """They stand in the house again, and count neither as shipped nor as accepted."""

    @transition(
        field=state,
        source=State.RECEIVED,
        target=State.INSPECTED,
        conditions=[is_of_a_running_order],
        permission=may(INSPECT),
        custom={"label": _("Enter what was found"), "clause": "3.3.4b", "forward": True,
                "asks": ["usable", "finding"], "form": "orders.forms_shipping.ReturnResultForm"},
    )  # fmt: skip
    def look_at(self, by: Any) -> None:
        """What is fit may be shipped again; the rest is made or bought anew."""

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.CLOSED,
        conditions=[is_gone, is_of_a_running_order],
        permission=may(ENTER),
        custom={"label": _("Write off and replace"), "clause": "3.3.6b", "forward": True},
    )
    def write_off(self, by: Any) -> None:
        """It is lost: its quantity is made or bought anew."""

    @transition(
        field=state,
        source=State.INSPECTED,
        target=State.CLOSED,
        permission=may(ENTER),
        custom={"label": _("Close"), "clause": "3.3.6b", "forward": True},
    )
    def close(self, by: Any) -> None:
        """The customer knows what becomes of it."""

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.WITHDRAWN,
        permission=may(ENTER),
        custom={"label": _("Withdraw"), "clause": "3.3.6b", "comment": "required", "tone": "danger"},
    )
    def withdraw(self, by: Any) -> None:
        """Nothing comes back after all."""


class CreditNoteQuerySet(models.QuerySet):
    """Credit notes as people reach them."""

    def visible_to(self, user: Any) -> CreditNoteQuerySet:
        """Those of orders whose worth this person may know: never the departments that carry them out."""
        if not user.has_perm(VALUE):
            return self.none()
        return self.filter(order__in=Order.objects.visible_to(user).order_by().values("pk"))


class CreditNote(Stateful):
    """Money given back or off for a problem of an order 折讓; decided by the manager, settled by finance. 3.3.6b."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("To be decided")
        APPROVED = "approved", pgettext_lazy("decision", "Approved")
        SETTLED = "settled", _("Settled by finance")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    state = FSMField(_("state"), choices=State.choices, default=State.REQUESTED, protected=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credit_notes", editable=False)
    amount = models.DecimalField(
        _("amount"), max_digits=16, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    currency = models.CharField(max_length=3, editable=False)
    reason = models.TextField(_("reason"), max_length=2_000)
    settlement = models.TextField(_("what finance did"), blank=True, max_length=2_000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")
    history = HistoricalRecords()
    objects = CreditNoteQuerySet.as_manager()

    TONES = {"requested": "wait", "approved": "active", "settled": "ok", "refused": "bad", "withdrawn": "void"}
    PATH = ("requested", "approved", "settled")
    QUEUE = {"title": "reason", "party": "order__customer_name", "amount": "amount", "currency": "currency",
             "person": "asked_by__name"}  # fmt: skip
    BUDGETS = {"requested": "orders.credit_hours"}
    OWED_BY_HOLDERS_OF = {"requested": DECIDE}

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="creditnote_of_something")]

    def __str__(self) -> str:
        return f"{self.order.number} · {self.reason[:60]}"

    def words_of(self) -> dict[str, str]:
        """The order and why; never the amount, for this is stored in notices."""
        return {"title": f"{self.order.number} {self.reason}"[:200]}

    def owner_of(self) -> Any:
        """Who asked."""
        return self.asked_by

    def audience_of(self) -> list[Any]:
        """Who asked, and customer service."""
        return list({self.asked_by, self.order.entered_by})

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.order.customer_id

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.APPROVED,
        permission=may(DECIDE, but_not=("asked_by",)),
        custom={"label": _("Approve"), "clause": "3.3.6b", "approval": True},
    )
    def approve(self, by: Any) -> None:
        """Finance may settle it."""

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.REFUSED,
        permission=may(DECIDE, but_not=("asked_by",)),
        custom={"label": _("Refuse"), "clause": "3.3.6b", "approval": True, "comment": "required", "tone": "danger"},
    )
    def refuse(self, by: Any) -> None:
        """Nothing is given back."""

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.WITHDRAWN,
        permission=may(only=("asked_by",)),
        custom={"label": _("Withdraw"), "clause": "3.3.6b", "tone": "quiet"},
    )
    def withdraw(self, by: Any) -> None:
        """The one who asked takes it back before a decision."""

    @transition(
        field=state,
        source=State.APPROVED,
        target=State.SETTLED,
        permission=may(SETTLE),
        custom={"label": _("Note what was done"), "clause": "3.3.6b", "forward": True, "asks": ["settlement"]},
    )
    def settle(self, by: Any) -> None:
        """Finance has given it: a credit invoice, an offset or a payment."""
