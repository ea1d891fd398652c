"""The term sheet of the negotiation: terms, lines with price and frozen cost, margin, and its assessment."""

from __future__ import annotations

import hashlib
import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from catalog.models import CURRENCIES, MONEY
from customers.models.access import MARGIN
from customers.models.contacting import EvidenceQuerySet
from customers.models.opportunities import Opportunity
from kernel.money import quantize
from kernel.settings import define, setting

define(
    "customers.floor_margin", Decimal(20), _("Floor margin: below it the manager must agree"), unit="%", clause="3.1.5c"
)

TERMS = ("form_of_cooperation", "price_terms", "payment_terms", "delivery_terms", "after_sales")
PERCENT = {"max_digits": 5, "decimal_places": 2, "validators": [MinValueValidator(0), MaxValueValidator(100)]}


class TermSheet(models.Model):
    """What both sides negotiate 合作條件表. Clauses 3.1.5a, 3.1.5b, 3.1.5c."""

    class Intention(models.TextChoices):
        YES = "yes", _("Reached")
        PENDING = "pending", _("Pending")
        NO = "no", _("No intention")

    opportunity = models.OneToOneField(Opportunity, editable=False, on_delete=models.PROTECT, related_name="term_sheet")
    form_of_cooperation = models.TextField(_("form of cooperation"), blank=True)
    price_terms = models.TextField(_("price"), blank=True)
    payment_terms = models.TextField(_("payment terms"), blank=True)
    delivery_terms = models.TextField(_("delivery terms"), blank=True)
    delivery_on = models.DateField(_("delivery date"), null=True, blank=True)
    after_sales = models.TextField(_("after-sales service"), blank=True)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, default="TWD")
    tax_rate = models.DecimalField(_("tax rate (%)"), default=Decimal(5), **PERCENT)
    intention = models.CharField(
        _("cooperation intent"), max_length=8, choices=Intention.choices, default=Intention.PENDING
    )
    our_interest = models.TextField(_("our interest"), blank=True)
    fairness = models.TextField(_("why it is fair and reasonable to both"), blank=True)
    risks = models.TextField(_("risks"), blank=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    assessed_at = models.DateTimeField(null=True, editable=False)
    assessed_digest = models.CharField(max_length=16, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("term sheet")
        verbose_name_plural = _("term sheets")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(tax_rate__gte=0, tax_rate__lte=100), name="termsheet_tax_rate"),
            models.CheckConstraint(
                condition=Q(assessed_at=None) | (~Q(our_interest="") & ~Q(fairness="") & ~Q(risks="")),
                name="termsheet_assessment_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity}"

    # --- figures: Decimals in the sheet's currency, without tax --------------------------------------
    @property
    def total(self) -> Decimal:
        """The sum of the lines' amounts."""
        return sum((line.amount for line in self.lines.all()), Decimal(0))

    @property
    def cost(self) -> Decimal | None:
        """The sum of the lines' costs; None while the cost of a line is not known."""
        costs = [line.cost for line in self.lines.all()]
        known = [cost for cost in costs if cost is not None]
        return sum(known, Decimal(0)) if len(known) == len(costs) else None

    @property
    def margin_percent(self) -> Decimal | None:
        """The gross margin as a percentage of the total, rounded half up; None without a total or a known cost."""
        total, cost = self.total, self.cost
        if cost is None or not total:
            return None
        return ((total - cost) * 100 / total).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

    @property
    def needs_agreement(self) -> bool:
        """Whether the manager must agree: the margin is below the floor, or cannot be known. Clause 3.1.5c."""
        if not self.lines.all():
            return False
        margin = self.margin_percent
        return margin is None or margin < setting("customers.floor_margin")

    @property
    def digest(self) -> str:
        """A short digest of terms and lines, by which a later change is noticed."""
        terms = [str(getattr(self, name)) for name in (*TERMS, "delivery_on", "currency", "tax_rate")]
        lines = [line.content for line in self.lines.all()]
        return hashlib.sha256(json.dumps([terms, lines], ensure_ascii=False).encode()).hexdigest()[:16]

    @property
    def subject(self) -> str:
        """What exactly the manager agrees to: this margin on these terms."""
        return f"margin={self.margin_percent};sheet={self.digest}"

    @property
    def is_assessed(self) -> bool:
        """Whether interest, risks and fairness were written down."""
        return self.assessed_at is not None

    @property
    def stated(self) -> list[tuple[Any, str]]:
        """Payment, delivery and the assessment in words, as far as they are written."""
        names = ("payment_terms", "delivery_terms", "our_interest", "risks", "fairness")
        return [(self._meta.get_field(n).verbose_name, getattr(self, n)) for n in names if getattr(self, n)]

    def lacking(self) -> list[Any]:
        """The parts that clause 3.1.5a asks for and that are empty."""
        empty = [self._meta.get_field(name).verbose_name for name in TERMS if not getattr(self, name).strip()]
        if not any(line.amount > 0 for line in self.lines.all()):
            empty.append(_("lines with a price"))
        return empty


class TermSheetLine(models.Model):
    """One product or service of a term sheet; its cost is frozen when the line is saved."""

    sheet = models.ForeignKey(TermSheet, editable=False, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    description = models.CharField(_("description"), max_length=160)
    specification = models.TextField(_("specification"), blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=3, validators=[MinValueValidator(Decimal("0.001"))]
    )
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_price = models.DecimalField(_("unit price"), **MONEY, validators=[MinValueValidator(0)])
    discount_percent = models.DecimalField(_("discount (%)"), default=Decimal(0), **PERCENT)
    unit_cost = models.DecimalField(_("unit cost"), **MONEY, null=True, blank=True, validators=[MinValueValidator(0)])
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("term sheet line")
        verbose_name_plural = _("term sheet lines")
        default_permissions = ()
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gte=0, discount_percent__gte=0, discount_percent__lte=100),
                name="termsheetline_figures",
            )
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def amount(self) -> Decimal:
        """Quantity × price less discount, in the sheet's currency, rounded half up."""
        net = self.quantity * self.unit_price * (100 - self.discount_percent) / 100
        return quantize(net, self.sheet.currency)

    @property
    def cost(self) -> Decimal | None:
        """Quantity × frozen cost; None when it is not known."""
        return None if self.unit_cost is None else quantize(self.quantity * self.unit_cost, self.sheet.currency)

    @property
    def content(self) -> list[str]:
        """What the digest covers, cost included: an agreement is to a margin."""
        numbers = (self.quantity, self.unit_price, self.discount_percent, self.unit_cost)
        plain = ["" if n is None else f"{Decimal(n).normalize():f}" for n in numbers]
        return [self.description, self.specification, self.unit, str(self.product_id or ""), *plain]

    def hidden_fields(self, user: Any) -> tuple[str, ...]:
        """The history's fields that this person may not see."""
        return () if user.has_perm(MARGIN) else ("unit_cost",)
