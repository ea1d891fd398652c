"""Shipment 發貨單: what leaves, how it is packed and carried, the news of its way, and what the customer received."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.permissions import may
from kernel.searching import Searchable
from kernel.settings import define
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement
from orders.models.access import ENTER, SHIP, Department, OfOrder
from orders.models.orders import NONE, QUANTITY, Order, OrderLine

define("orders.packing_hours", 16, _("Time to pack and ship"), unit=_("working hours"), clause="3.3.5a")
define("orders.tracking_days", 2, _("News of goods on their way at least every"), unit=_("days"), clause="3.3.6a")
define("orders.tell_shipped_hours", 4, _("Time to tell the customer that his goods left, where no letter can"),
       unit=_("working hours"), clause="3.3.5c")  # fmt: skip


class PackingItem(models.Model):
    """What is to be checked whenever goods are packed 包裝檢查項目: the company's own list. Clause 3.3.5b."""

    position = models.PositiveSmallIntegerField(_("position"), default=1)
    text = models.CharField(_("to check"), max_length=160)
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("point of the packing checklist")
        verbose_name_plural = _("packing checklist")
        default_permissions = ("add", "change", "view")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Shipment(Searchable, Stateful):
    """Goods of one order that leave together. Clauses 3.3.5a, 3.3.5b, 3.3.5c, 3.3.6a."""

    class State(models.TextChoices):
        PACKING = "packing", _("Packing")
        SHIPPED = "shipped", _("On the way")
        DELIVERED = "delivered", pgettext_lazy("goods", "Received")
        CANCELLED = "cancelled", _("Cancelled")

    class Method(models.TextChoices):
        CARRIER = "carrier", _("Carrier")
        OWN_TRUCK = "own_truck", _("Own truck")
        PICK_UP = "pick_up", _("Picked up by the customer")
        SEA = "sea", _("By sea")

    # what each way of shipping is identified by. Clause 3.3.5c
    IDENTIFIED_BY = {
        Method.CARRIER: ("carrier", "tracking_number"),
        Method.OWN_TRUCK: ("vehicle", "driver"),
        Method.PICK_UP: ("slip",),
        Method.SEA: ("carrier", "bill_of_lading"),
    }

    state = FSMField(_("state"), choices=State.choices, default=State.PACKING, protected=True, editable=False)
    number = models.CharField(_("shipment number"), max_length=20, unique=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments", editable=False)
    ship_to = models.CharField(_("shipping address"), max_length=200, blank=True)
    method = models.CharField(_("way of shipping"), max_length=10, choices=Method.choices, default=Method.CARRIER)
    carrier = models.CharField(_("carrier"), max_length=80, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    vehicle = models.CharField(_("vehicle"), max_length=40, blank=True)
    driver = models.CharField(_("driver"), max_length=60, blank=True)
    slip = models.CharField(_("pick-up slip"), max_length=60, blank=True)
    bill_of_lading = models.CharField(_("bill of lading"), max_length=60, blank=True)
    packages = models.PositiveSmallIntegerField(_("packages"), default=1, validators=[MinValueValidator(1)])
    expected_on = models.DateField(_("expected arrival"), null=True, blank=True)
    packed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("packed by"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    shipped_at = models.DateTimeField(_("shipped at"), null=True, editable=False)
    told_at = models.DateTimeField(_("customer told at"), null=True, editable=False)
    received_on = models.DateField(pgettext_lazy("goods", "received on"), null=True, blank=True)
    received_by = models.CharField(_("received by"), max_length=60, blank=True)
    history = HistoricalRecords()
    objects = OfOrder.as_manager()

    SEARCHED = ("number", "tracking_number", "bill_of_lading")
    TONES = {"packing": "wait", "shipped": "active", "delivered": "ok", "cancelled": "void"}
    PATH = ("packing", "shipped", "delivered")
    QUEUE = {"title": "number", "party": "order__customer_name", "person": "packed_by__name"}
    BUDGETS = {"packing": "orders.packing_hours"}
    OWED_BY_HOLDERS_OF = {"packing": SHIP}

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "expected_on"], name="shipment_by_arrival")]

    def __str__(self) -> str:
        return self.number

    def words_of(self) -> dict[str, str]:
        """Its number and its order's."""
        return {"title": f"{self.number} {self.order.number}"}

    def owner_of(self) -> Any:
        """Logistics until it left, then customer service, who follows it."""
        return self.packed_by if self.state == self.State.PACKING else self.order.entered_by

    def audience_of(self) -> list[Any]:
        """Customer service, and who packed it."""
        return [person for person in {self.order.entered_by, self.packed_by} if person]

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.order.customer_id

    @cached_property
    def line_rows(self) -> list[ShipmentLine]:
        """What is in it."""
        return list(self.lines.select_related("line"))

    @cached_property
    def check_rows(self) -> list[PackingCheck]:
        """Its packing checklist."""
        return list(self.checks.select_related("done_by"))

    @property
    def identity(self) -> list[tuple[Any, str]]:
        """What it is followed by on its way: (what it is called, what it reads), as far as entered."""
        names = self.IDENTIFIED_BY[self.Method(self.method)]
        return [(self._meta.get_field(name).verbose_name, value) for name in names if (value := getattr(self, name))]

    @property
    def is_short(self) -> bool:
        """Whether less was received than was shipped."""
        return any(row.received is not None and row.received < row.quantity for row in self.line_rows)

    # --- evidence --------------------------------------------------------------------------------------
    @requirement("3.3.1b", _("The order is being carried out"))
    def is_of_a_running_order(self) -> bool:
        """Nothing leaves for an order that stands still or has ended."""
        return self.order.is_running

    @requirement("3.3.1b", _("Logistics has acknowledged its part of the order"))
    def is_acknowledged(self) -> bool:
        """Acknowledged, and no query open."""
        return self.order.is_clear_for(Department.LOGISTICS)

    @requirement("3.3.5a", _("Everything in it has passed its final inspection"), at="orders:shipment_edit")
    def has_passed(self) -> bool | Missing:
        """Accepted quantity that did not leave yet, and at least something."""
        if not self.line_rows:
            return missing(_("Nothing is in it"))
        over = [row.line.description for row in self.line_rows if row.quantity > row.line.to_ship]
        return missing(*over) if over else True

    @requirement("3.3.5b", _("Every point of the packing checklist is done"), part="packing")
    def is_packed(self) -> bool | Missing:
        """Each point ticked by name and time."""
        open_ = [row.text for row in self.check_rows if row.done_at is None]
        if not self.check_rows:
            return missing(_("The packing checklist is empty"))
        return missing(*open_) if open_ else True

    @requirement("3.3.5c", _("It is known how it goes and by which number"), at="orders:shipment_edit")
    def has_identity(self) -> bool | Missing:
        """Carrier and tracking number; vehicle and driver; slip; or carrier and bill of lading, by the way of shipping."""
        names = self.IDENTIFIED_BY[self.Method(self.method)]
        lacking = [self._meta.get_field(name).verbose_name for name in names if not getattr(self, name).strip()]
        return missing(*lacking) if lacking else True

    @requirement("3.2.1b", _("What must be paid before shipment is paid: customer service knows more"))
    def is_free_to_go(self) -> bool:
        """The contract keeps nothing back for a payment; no amount is told here."""
        contract = self.order.contract
        return contract is None or not contract.payment_hold()

    # --- steps -----------------------------------------------------------------------------------------
    @transition(
        field=state,
        source=State.PACKING,
        target=State.SHIPPED,
        conditions=[is_of_a_running_order, is_acknowledged, has_passed, is_packed, has_identity, is_free_to_go],
        permission=may(SHIP),
        custom={"label": _("Ship"), "clause": "3.3.5a", "forward": True},
    )
    def ship(self, by: Any) -> None:
        """It leaves; the customer is told."""
        self.shipped_at = clock.now()

    @transition(
        field=state,
        source=State.PACKING,
        target=State.CANCELLED,
        permission=may(SHIP),
        custom={"label": _("Do not ship"), "clause": "3.3.5a", "comment": "required", "tone": "danger"},
    )
    def cancel(self, by: Any) -> None:
        """What was packed stays; it can be packed again."""

    @transition(
        field=state,
        source=State.PACKING,
        target=State.CANCELLED,
        permission=SYSTEM,
        custom={"label": _("Cancelled with its order"), "clause": "3.3"},
    )
    def lapse(self, by: Any) -> None:
        """Its order was cancelled."""

    @transition(
        field=state,
        source=State.SHIPPED,
        target=State.DELIVERED,
        permission=may(ENTER),
        custom={"label": _("Confirm receipt"), "clause": "3.3.6a", "forward": True,
                "asks": ["received_on", "received_by"], "form": "orders.forms_shipping.ReceiptForm",
                "keeps": ("tracking",)},
    )  # fmt: skip
    def receive(self, by: Any) -> None:
        """The customer has it: when, by whom, and how much."""


class ShipmentLine(models.Model):
    """Part of an order line in a shipment 發貨明細."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.DecimalField(_("quantity"), **QUANTITY, validators=[MinValueValidator(Decimal("0.001"))])
    received = models.DecimalField(pgettext_lazy("goods", "received"), **QUANTITY, null=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("line of a shipment")
        verbose_name_plural = _("lines of shipments")
        default_permissions = ()
        ordering = ["line__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shipmentline_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & (Q(received=None) | Q(received__gte=0, received__lte=F("quantity"))),
                name="shipmentline_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line.description} × {self.quantity.normalize():f}"

    def open_to_return(self, *, lost: bool) -> Decimal:
        """How much of it may still come back (of what was received), or be written off as lost (of what was not)."""
        known = self.returns.exclude(state="withdrawn").filter(is_lost=lost)
        gone: Decimal = known.aggregate(total=Sum("quantity"))["total"] or NONE
        received = self.received or NONE
        return (self.quantity - received if lost else received) - gone


class PackingCheck(models.Model):
    """One point of a shipment's packing checklist, ticked by name and time. Clause 3.3.5b."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="checks")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(_("to check"), max_length=160)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("point of a packing checklist")
        verbose_name_plural = _("points of packing checklists")
        default_permissions = ()
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class TrackingEntry(models.Model):
    """News of goods on their way 運輸跟蹤: when, where, what. Clause 3.3.6a."""

    is_append_only = True

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="entries", editable=False)
    at = models.DateTimeField(_("when"), default=clock.now)
    place = models.CharField(_("where"), max_length=80, blank=True)
    what = models.CharField(_("what"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("tracking entry")
        verbose_name_plural = _("tracking entries")
        default_permissions = ()
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.place} {self.what}".strip()
