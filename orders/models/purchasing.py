"""PurchaseOrder 採購單: materials and bought goods from a qualified supplier, followed until they are here (3.3.3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
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
from orders.models.access import BUY, Department
from orders.models.materials import Material, PlanMaterial
from orders.models.orders import NONE, QUANTITY, Order, OrderLine
from orders.models.suppliers import VIEW_PURCHASE, Supplier

define("orders.progress_days", 7, _("Note the progress of an open purchase at least every"), unit=_("days"),
       clause="3.3.3c")  # fmt: skip
define("orders.purchase_hours", 16, _("Time to send a requested purchase to the supplier"), unit=_("working hours"),
       clause="3.3.3a")  # fmt: skip

PRICE = {"max_digits": 16, "decimal_places": 4}
EDIT = "orders:purchaseorder_edit"
OPEN = ("requested", "ordered")


class PurchaseQuerySet(models.QuerySet):
    """Purchases as people reach them."""

    def visible_to(self, user: Any) -> PurchaseQuerySet:
        """All, for those who may see what is paid: purchasing, finance, manager, director."""
        return self if user.has_perm(VIEW_PURCHASE) else self.none()

    def late(self) -> PurchaseQuerySet:
        """Ordered, and the day on which they were expected has passed."""
        return self.filter(state="ordered", expected_on__lt=clock.today())


class PurchaseOrder(Searchable, Stateful):
    """A purchase order 採購單 to one supplier. Clauses 3.3.3a, 3.3.3b, 3.3.3c."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("To be ordered")
        ORDERED = "ordered", _("Ordered")
        RECEIVED = "received", pgettext_lazy("goods", "Received")
        CANCELLED = "cancelled", _("Cancelled")

    state = FSMField(_("state"), choices=State.choices, default=State.REQUESTED, protected=True, editable=False)
    number = models.CharField(_("purchase number"), max_length=20, unique=True, editable=False)
    supplier = models.ForeignKey(
        Supplier, verbose_name=_("supplier"), on_delete=models.PROTECT, related_name="purchases"
    )
    currency = models.CharField(_("currency"), max_length=3, editable=False)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    promised_on = models.DateField(_("expected at first"), null=True, editable=False)
    delay_cause = models.CharField(_("cause of the delay"), max_length=200, blank=True, editable=False)
    note = models.TextField(_("note to the supplier"), blank=True, max_length=2_000)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    ordered_on = models.DateField(_("ordered on"), null=True, editable=False)
    received_on = models.DateField(pgettext_lazy("goods", "received on"), null=True, editable=False)
    history = HistoricalRecords()
    objects = PurchaseQuerySet.as_manager()

    SEARCHED = ("number",)
    TONES = {"requested": "wait", "ordered": "active", "received": "ok", "cancelled": "void"}
    PATH = ("requested", "ordered", "received")
    QUEUE = {"title": "number", "party": "supplier__name", "person": "requested_by__name"}
    BUDGETS = {"requested": "orders.purchase_hours"}

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        default_permissions = ()
        permissions = [("view_purchase", "Can see suppliers, purchases and what is paid")]
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "expected_on"], name="purchase_by_day")]

    def __str__(self) -> str:
        return self.number

    def words_of(self) -> dict[str, str]:
        """Its number with the supplier's name."""
        return {"title": f"{self.number} {self.supplier.name}"[:200]}

    def owner_of(self) -> Any:
        """The buyer."""
        return self.requested_by

    def file_id_of(self) -> int | None:
        """No customer's file: it may be for several."""
        return None

    @cached_property
    def line_rows(self) -> list[PurchaseLine]:
        """Its lines in order."""
        rows = list(self.lines.select_related("material", "order_line__order"))
        for row in rows:
            row.purchase = self
        return rows

    @cached_property
    def concerned(self) -> list[tuple[Order, date]]:
        """The running orders for which it is, each with the day on which it is needed there first."""
        needs = PlanMaterial.objects.filter(purchase_lines__purchase=self).select_related("plan__order__entered_by")
        days = [(need.plan.order, need.needed_on) for need in needs]
        bought = OrderLine.objects.filter(purchase_lines__purchase=self).select_related("order__entered_by")
        days += [(line.order, line.deliver_on) for line in bought]
        first: dict[Order, date] = {}
        for order, day in days:
            if day and order.state not in ("completed", "cancelled"):
                first[order] = min(day, first.get(order, day))
        return sorted(first.items(), key=lambda row: row[0].pk)

    @property
    def is_overdue(self) -> bool:
        """Whether the day on which it is expected has passed."""
        return self.state == self.State.ORDERED and self.expected_on is not None and self.expected_on < clock.today()

    @property
    def is_delayed(self) -> bool:
        """Whether it is later than it was to be at first, or its day has passed. A flag, not a state."""
        if self.state != self.State.ORDERED or self.expected_on is None:
            return False
        return self.is_overdue or self.expected_on > (self.promised_on or self.expected_on)

    @property
    def total(self) -> Decimal:
        """What its lines come to, without tax, in its currency, not rounded."""
        return sum((line.amount for line in self.line_rows), NONE)

    def may_be_edited_by(self, user: Any) -> bool:
        """Purchasing, until it is ordered."""
        return self.state == self.State.REQUESTED and bool(user.has_perm(BUY))

    def may_be_followed_by(self, user: Any) -> bool:
        """Purchasing, while it is ordered: progress, dates, receipts."""
        return self.state == self.State.ORDERED and bool(user.has_perm(BUY))

    # --- evidence --------------------------------------------------------------------------------------
    @requirement("3.3.3b", _("The supplier has a qualification that is valid today"))
    def has_qualified_supplier(self) -> bool | Missing:
        """None valid, no order; names the supplier."""
        valid = self.supplier.qualifications.valid_on(clock.today()).exists()
        return True if valid else missing(self.supplier.name)

    @requirement("3.3.3a", _("It has lines, each with a price"), at=EDIT)
    def has_priced_lines(self) -> bool | Missing:
        """Names the lines without one."""
        bare = [str(line) for line in self.line_rows if line.unit_price is None]
        return missing(*bare) if bare or not self.line_rows else True

    @requirement("3.3.3c", _("It says when the goods are expected, from today on"), at=EDIT)
    def has_day(self) -> bool:
        """Without a day nobody could follow it."""
        return self.expected_on is not None and self.expected_on >= clock.today()

    @requirement("3.3.1b", _("The orders whose lines it buys run, and purchasing acknowledged them"))
    def is_clear(self) -> bool | Missing:
        """Nothing is bought for an order that stands still, has ended, or is queried; names them."""
        orders = {line.order_line.order for line in self.line_rows if line.order_line}
        held = [o.number for o in orders if not (o.is_running and o.is_clear_for(Department.PURCHASING))]
        return missing(*sorted(held)) if held else True

    @requirement("3.3.3c", _("Everything is received"))
    def is_complete(self) -> bool | Missing:
        """The whole quantity of each line was accepted; names what is open."""
        open_ = [str(line) for line in self.line_rows if line.rest > 0]
        return missing(*open_) if open_ or not self.line_rows else True

    # --- steps -----------------------------------------------------------------------------------------
    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.ORDERED,
        conditions=[has_qualified_supplier, has_priced_lines, has_day, is_clear],
        permission=may(BUY),
        custom={"label": _("Order from the supplier"), "clause": "3.3.3b", "forward": True},
    )
    def order(self, by: Any) -> None:
        """It is sent; from now on its progress is noted."""
        self.ordered_on, self.promised_on = clock.today(), self.expected_on

    @transition(
        field=state,
        source=State.ORDERED,
        target=State.RECEIVED,
        conditions=[is_complete],
        permission=SYSTEM,
        custom={"label": _("Everything is here"), "clause": "3.3.3c", "keeps": ("purchase_progress",)},
    )
    def receive(self, by: Any) -> None:
        """Taken when the last quantity was accepted."""
        self.received_on = clock.today()

    @transition(
        field=state,
        source=[State.REQUESTED, State.ORDERED],
        target=State.CANCELLED,
        permission=may(BUY),
        custom={"label": _("Cancel the purchase"), "clause": "3.3.3c", "comment": "required", "tone": "danger"},
    )
    def cancel(self, by: Any) -> None:
        """It is not carried out; what is missing stands on the shortage list again."""

    @transition(
        field=state,
        source=[State.REQUESTED, State.ORDERED],
        target=State.CANCELLED,
        permission=SYSTEM,
        custom={"label": _("The order was cancelled"), "clause": "3.3"},
    )
    def drop(self, by: Any) -> None:
        """Taken when the only order for which it was is cancelled."""


class PurchaseLineQuerySet(models.QuerySet):
    """Lines of purchases."""

    def coming(self) -> PurchaseLineQuerySet:
        """Those of open purchases, not received in full yet."""
        return self.filter(purchase__state__in=OPEN, accepted__lt=F("quantity"))


class PurchaseLine(models.Model):
    """What is bought: a material, or a line of an order by the route "buy"; what of it came and was accepted. 3.3.3."""

    purchase = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines", editable=False)
    material = models.ForeignKey(
        Material, verbose_name=_("material"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="purchase_lines",
    )  # fmt: skip
    order_line = models.ForeignKey(
        OrderLine, verbose_name=_("order line"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="purchase_lines",
    )  # fmt: skip
    needs = models.ManyToManyField(PlanMaterial, related_name="purchase_lines", editable=False)
    quantity = models.DecimalField(_("quantity"), **QUANTITY, validators=[MinValueValidator(Decimal("0.001"))])
    unit_price = models.DecimalField(
        _("purchase price"), **PRICE, null=True, blank=True, validators=[MinValueValidator(NONE)]
    )
    accepted = models.DecimalField(pgettext_lazy("goods", "accepted"), **QUANTITY, default=NONE, editable=False)
    rejected = models.DecimalField(pgettext_lazy("goods", "rejected"), **QUANTITY, default=NONE, editable=False)
    history = HistoricalRecords()
    objects = PurchaseLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a purchase")
        verbose_name_plural = _("lines of purchases")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(material=None, order_line__isnull=False) | Q(material__isnull=False, order_line=None),
                name="purchaseline_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, accepted__gte=0, accepted__lte=F("quantity"), rejected__gte=0),
                name="purchaseline_counts_within",
            ),
        ]

    def __str__(self) -> str:
        return str(self.material or self.order_line)

    @property
    def unit(self) -> str:
        """In what it is counted."""
        return (self.material or self.order_line).unit

    @property
    def rest(self) -> Decimal:
        """What is still to come."""
        return self.quantity - self.accepted

    @property
    def amount(self) -> Decimal:
        """Quantity times price, not rounded; nought without a price."""
        return self.quantity * (self.unit_price or NONE)


class OfPurchase(models.QuerySet):
    """Rows of purchases as people reach them."""

    def visible_to(self, user: Any) -> OfPurchase:
        """Those of the purchases that this person sees."""
        return self if user.has_perm(VIEW_PURCHASE) else self.none()


class PurchaseNote(models.Model):
    """What the supplier said on a day, and the new day where it moved: a row that stays. Clause 3.3.3c."""

    is_append_only = True

    purchase = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="notes", editable=False)
    text = models.TextField(_("progress"), max_length=2_000)
    expected_on = models.DateField(_("new expected day"), null=True, blank=True)
    cause = models.CharField(_("cause of the delay"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"), default=clock.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    objects = OfPurchase.as_manager()

    class Meta:
        verbose_name = _("note on a purchase")
        verbose_name_plural = _("notes on purchases")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text[:60]


class GoodsReceipt(models.Model):
    """Goods that came in: accepted and rejected quantity, the day, by whom; a row that stays. Clause 3.3.3c."""

    is_append_only = True

    line = models.ForeignKey(PurchaseLine, on_delete=models.PROTECT, related_name="receipts", editable=False)
    accepted = models.DecimalField(_("accepted quantity"), **QUANTITY, validators=[MinValueValidator(NONE)])
    rejected = models.DecimalField(
        _("rejected quantity"), **QUANTITY, default=NONE, validators=[MinValueValidator(NONE)]
    )
    on = models.DateField(pgettext_lazy("goods", "received on"))
    promised_on = models.DateField(editable=False)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("goods receipt")
        verbose_name_plural = _("goods receipts")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(accepted__gte=0, rejected__gte=0), name="goodsreceipt_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.accepted}"
