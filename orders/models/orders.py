"""Order 訂單 and its lines: what is made, bought or taken from stock for a customer, until when, and how far it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.searching import Searchable
from kernel.settings import define
from orders.models.access import ENTER, RUNNING, OfOrder, OrderQuerySet
from orders.models.stages import OrderSteps, State

HOURS = _("working hours")
define("orders.entry_hours", 16, _("Time to enter the order of a signed contract"), unit=HOURS, clause="3.3.1a")
define("orders.placing_hours", 8, _("Time to place an entered order"), unit=HOURS, clause="3.3.1a")

QUANTITY = {"max_digits": 14, "decimal_places": 3}
NONE = Decimal(0)
ON_PAGE = 30  # rows of one kind on an order's page


class Order(Searchable, OrderSteps):
    """An order 訂單: part or all of what a signed contract leaves open. Clause 3.3."""

    State = State

    state = FSMField(_("state"), choices=State.choices, default=State.DRAFT, protected=True, editable=False)
    number = models.CharField(_("order number"), max_length=20, unique=True, editable=False)
    contract = models.ForeignKey(
        "contracts.Contract", verbose_name=_("contract"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="orders",
    )  # fmt: skip
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="orders",
        editable=False,
    )
    customer_name = models.CharField(_("customer's name"), max_length=160, editable=False)
    contact = models.ForeignKey(
        "customers.Contact", verbose_name=_("contact at the customer"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    ship_to = models.CharField(_("shipping address"), max_length=200, blank=True)
    note = models.TextField(_("note for all departments"), blank=True, max_length=2_000)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("customer service"), on_delete=models.PROTECT, related_name="+",
        editable=False,
    )  # fmt: skip
    salesperson = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("salesperson"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    entered_at = models.DateTimeField(_("entered at"), default=clock.now, editable=False)
    ordered_on = models.DateField(_("order date"), null=True, blank=True)
    placed_at = models.DateTimeField(_("placed at"), null=True, editable=False)
    promised_on = models.DateField(_("promised delivery date"), null=True, editable=False)
    shipped_on = models.DateField(_("shipped on"), null=True, editable=False)
    delivered_on = models.DateField(_("delivered on"), null=True, editable=False)
    completed_on = models.DateField(_("completed on"), null=True, editable=False)
    held_from = models.CharField(max_length=20, blank=True, editable=False)
    imported = models.BooleanField(default=False, editable=False)
    legacy_number = models.CharField(_("number in the old system"), max_length=40, blank=True, editable=False)
    history = HistoricalRecords()
    objects = OrderQuerySet.as_manager()

    SEARCHED = ("number", "customer_name", "legacy_number")
    TONES = {
        "draft": "idle", "placed": "active", "in_production": "active", "inspecting": "wait", "ready_to_ship": "active",
        "shipped": "active", "delivered": "ok", "completed": "ok", "on_hold": "bad", "cancelled": "void",
    }  # fmt: skip
    PATH = ("draft", "placed", "in_production", "inspecting", "ready_to_ship", "shipped", "delivered", "completed")
    QUEUE = {"title": "number", "party": "customer_name", "person": "entered_by__name"}
    BUDGETS = {"draft": "orders.placing_hours"}

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        default_permissions = ()
        permissions = [
            ("view_order", "Can see the orders that concern him"),
            ("view_all_orders", "Can see all orders"),
            ("enter_order", "Can enter, place and complete orders"),
            ("decide_order", "Can hold, cancel and change orders"),
            ("view_order_value", "Can see what orders are worth"),
            ("plan_production", "Can plan and carry out production"),
            ("buy_materials", "Can buy from suppliers and keep stock"),
            ("inspect_goods", "Can inspect goods"),
            ("ship_goods", "Can pack and ship goods"),
        ]
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "promised_on"], name="order_by_promise"),
            models.Index(fields=["customer", "-ordered_on"], name="order_of_customer"),
            models.Index(fields=["ordered_on"], name="order_by_day"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(imported=True) | Q(contract__isnull=False), name="order_has_a_contract"),
            models.CheckConstraint(condition=~Q(state="on_hold") | ~Q(held_from=""), name="order_knows_where_it_stood"),
            models.UniqueConstraint(
                fields=["legacy_number"], condition=~Q(legacy_number=""), name="order_legacy_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def words_of(self) -> dict[str, str]:
        """Number and customer: what a colleague knows it by."""
        return {"title": f"{self.number} {self.customer_name}"[:200]}

    def owner_of(self) -> Any:
        """Customer service, who entered it and follows it up."""
        return self.entered_by

    def audience_of(self) -> list[Any]:
        """Customer service and the customer's salesperson."""
        return [person for person in (self.entered_by, self.customer.owner) if person]

    @property
    def is_running(self) -> bool:
        """Whether the departments may work on it."""
        return self.state in RUNNING

    @property
    def days_left(self) -> int | None:
        """Days until the promised date, negative when it has passed; None once all is received or nothing is promised."""
        if self.promised_on is None or self.delivered_on or not self.is_running:
            return None
        return (self.promised_on - clock.today()).days

    @cached_property
    def line_rows(self) -> list[OrderLine]:
        """Its lines in order."""
        rows = list(self.lines.select_related("product"))
        for row in rows:
            row.order = self
        return rows

    @cached_property
    def exception_rows(self) -> list[Any]:
        """Its problems, the open ones first."""
        rows = list(self.exceptions.select_related("owner").order_by(F("resolved_at").asc(nulls_first=True), "-pk"))
        for row in rows:
            row.order = self
        return rows

    @cached_property
    def inspection_rows(self) -> list[Any]:
        """Its inspections in order, the first of them; the page and its tracker read them once."""
        return list(self.inspections.select_related("line", "inspector").order_by("pk")[:ON_PAGE])

    @cached_property
    def shipment_rows(self) -> list[Any]:
        """Its shipments, the newest first."""
        return list(self.shipments.order_by("-pk")[:ON_PAGE])

    @cached_property
    def acknowledgement_rows(self) -> list[Any]:
        """What each department answered."""
        rows = list(self.acknowledgements.all())
        for row in rows:
            row.order = self
        return rows

    def may_be_edited_by(self, user: Any) -> bool:
        """Whether this person may change it directly: customer service, while it is not placed."""
        return self.state == State.DRAFT and user.has_perm(ENTER)

    def may_be_served_by(self, user: Any) -> bool:
        """Whether this person follows it up: contacts, problems, receipt."""
        return self.is_running and user.has_perm(ENTER)

    def is_clear_for(self, department: str) -> bool:
        """Whether a department may work on its part: acknowledged, no query open. Clause 3.3.1b."""
        return self.acknowledgements.filter(department=department, state="acknowledged").exists()


class OrderLine(models.Model):
    """A line of an order 訂單明細: what, how much, until when, and how far it is; what it costs stands elsewhere.

    The counts are kept in the same transaction as the act that changes them (orders/flow.py); the database refuses
    0 ≤ received ≤ shipped ≤ accepted ≤ produced ≤ quantity to be broken. Clause 3.3.
    """

    class Route(models.TextChoices):
        MAKE = "make", _("Make")
        BUY = "buy", _("Buy")
        STOCK = "stock", _("From stock")
        SERVICE = "service", pgettext_lazy("route", "Service")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    contract_line = models.ForeignKey(
        "contracts.ContractLine", null=True, editable=False, on_delete=models.PROTECT, related_name="order_lines"
    )
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        editable=False,
    )  # fmt: skip
    description = models.CharField(_("description"), max_length=200, editable=False)
    specification = models.TextField(_("specification"), blank=True, max_length=2_000)
    quantity = models.DecimalField(_("quantity"), **QUANTITY, validators=[MinValueValidator(Decimal("0.001"))])
    unit = models.CharField(_("unit"), max_length=20, editable=False)
    deliver_on = models.DateField(_("delivery date"), null=True, blank=True)
    requirements = models.TextField(_("customer's requirements"), blank=True, max_length=2_000)
    route = models.CharField(_("route"), max_length=8, choices=Route.choices, default=Route.MAKE)
    produced = models.DecimalField(_("produced"), **QUANTITY, default=NONE, editable=False)
    accepted = models.DecimalField(pgettext_lazy("inspection", "accepted"), **QUANTITY, default=NONE, editable=False)
    shipped = models.DecimalField(_("shipped"), **QUANTITY, default=NONE, editable=False)
    received = models.DecimalField(pgettext_lazy("goods", "received"), **QUANTITY, default=NONE, editable=False)
    history = HistoricalRecords()
    objects = OfOrder.as_manager()

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        default_permissions = ()
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    quantity__gt=0,
                    produced__lte=F("quantity"),
                    accepted__lte=F("produced"),
                    shipped__lte=F("accepted"),
                    received__lte=F("shipped"),
                    received__gte=0,
                ),
                name="orderline_counts_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def tone(self) -> str:
        """How far it is, as its customer sees it: all received, on the move, or not begun."""
        return "ok" if self.received >= self.quantity else "active" if self.produced else "idle"

    @property
    def to_inspect(self) -> Decimal:
        """What is there and did not pass its final inspection yet."""
        return self.produced - self.accepted

    @property
    def to_ship(self) -> Decimal:
        """What passed and did not leave yet."""
        return self.accepted - self.shipped

    @property
    def to_make(self) -> Decimal:
        """What is not there yet."""
        return self.quantity - self.produced

    def gaps(self) -> list[str]:
        """Which of the four that a line needs are missing, each with the line's name. Clause 3.3.1b."""
        needed = {
            gettext("specification"): self.specification,
            gettext("delivery date"): self.deliver_on,
            gettext("customer's requirements"): self.requirements,
        }
        return [f"{self.description}: {name}" for name, value in needed.items() if not value]

    def open_in_contract(self) -> Decimal:
        """What the contract leaves open for this line: its quantity less what the other living orders took."""
        if self.contract_line is None:
            return NONE
        return self.contract_line.quantity - ordered_of(self.contract_line, but=self.order_id)


def ordered_of(contract_line: Any, *, but: int | None = None) -> Decimal:
    """How much of a contract line is ordered already, cancelled orders and one named order left out."""
    rows = OrderLine.objects.filter(contract_line=contract_line).exclude(order__state="cancelled").exclude(order=but)
    return rows.aggregate(total=Sum("quantity"))["total"] or NONE


class LineValue(models.Model):
    """What an order line is worth, frozen when the order is placed; a table of its own, which no department reads.

    Money of the contract's currency; `net` is without tax and not rounded: figures round their sum once. Clause 5.1.1a.
    """

    line = models.OneToOneField(OrderLine, on_delete=models.CASCADE, related_name="value")
    currency = models.CharField(max_length=3)
    unit_price = models.DecimalField(max_digits=16, decimal_places=4)
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, default=NONE)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=NONE)
    includes_tax = models.BooleanField(default=False)
    unit_cost = models.DecimalField(max_digits=16, decimal_places=4, null=True)

    class Meta:
        verbose_name = _("value of an order line")
        verbose_name_plural = _("values of order lines")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, discount_percent__gte=0, discount_percent__lte=100),
                name="linevalue_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}"

    def net_of(self, quantity: Decimal) -> Decimal:
        """What a quantity of it comes to without tax, exact."""
        gross = quantity * self.unit_price * (100 - self.discount_percent) / 100
        return gross * 100 / (100 + self.tax_rate) if self.includes_tax else gross
