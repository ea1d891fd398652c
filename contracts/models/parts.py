"""What a contract consists of: clause blocks, priced lines, instalments."""

from __future__ import annotations

import hashlib
import unicodedata
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from contracts.amounts import line_amount
from contracts.placeholders import validate

MONEY = {"max_digits": 16, "decimal_places": 2}
PERCENT = {"max_digits": 5, "decimal_places": 2}
FROM_ZERO = [MinValueValidator(Decimal(0))]
SHARE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class Subject(models.TextChoices):
    """What a clause block settles; all but the last must be in every contract. Clause 3.2.1b."""

    RIGHTS = "rights", _("Rights and duties")
    SPECIFICATION = "specification", _("Specification")
    PRICE = "price", _("Price")
    PAYMENT = "payment", _("Payment terms")
    DELIVERY = "delivery", _("Delivery date")
    LIABILITY = "liability", _("Liability for breach")
    OTHER = "other", _("Other")


REQUIRED_SUBJECTS = [s for s in Subject if s is not Subject.OTHER]
COMMERCIAL_SUBJECTS = {Subject.PRICE, Subject.PAYMENT, Subject.DELIVERY, Subject.SPECIFICATION}


class ClauseBlock(models.Model):
    """A clause block 條款: heading and text with flat `[[name]]` placeholders."""

    position = models.PositiveSmallIntegerField(_("position"), default=1)
    subject = models.CharField(_("settles"), max_length=20, choices=Subject.choices, default=Subject.OTHER)
    heading = models.CharField(_("heading"), max_length=120)
    text = models.TextField(_("text"), blank=True, max_length=20_000, validators=[validate])
    is_required = models.BooleanField(_("required"), default=False)
    is_commercial = models.BooleanField(_("commercial"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.heading


class ContractClause(ClauseBlock):
    """A clause of a contract, taken from the template or added by the drafter."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="clauses")
    template_clause = models.ForeignKey(
        "contracts.TemplateClause", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    is_standard_term = models.BooleanField(_("standard term"), default=False, editable=False)

    class Way(models.TextChoices):
        MEETING = "meeting", _("In a meeting, read out and explained")
        CALL = "call", _("By telephone or video")
        WRITING = "writing", _("In writing, marked in the text and confirmed")

    # that a standard term was pointed out and explained to the customer, as it read then (mainland: Civil Code 496)
    explained_on = models.DateField(_("explained on"), null=True, editable=False)
    explained_how = models.CharField(_("in what way"), max_length=10, choices=Way.choices, blank=True, editable=False)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("explained by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    explained_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("contract clause")
        verbose_name_plural = _("contract clauses")
        default_permissions = ()
        ordering = ["position", "pk"]

    @property
    def wording_sha256(self) -> str:
        """The digest of heading and text as they stand, with one kind of line end."""
        wording = f"{self.heading}\n{self.text}".replace("\r\n", "\n")
        return hashlib.sha256(unicodedata.normalize("NFC", wording).encode()).hexdigest()

    @property
    def is_explained(self) -> bool:
        """Whether the customer was told of this very wording."""
        return self.explained_on is not None and self.explained_sha256 == self.wording_sha256


class ContractLine(models.Model):
    """A line of what is sold: quantity, price, discount; its cost is frozen when the contract is approved."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    description = models.CharField(_("description"), max_length=200)
    specification = models.TextField(_("specification"), blank=True, max_length=2_000)
    quantity = models.DecimalField(
        _("quantity"), max_digits=14, decimal_places=3, validators=[MinValueValidator(Decimal("0.001"))]
    )
    unit = models.CharField(_("unit"), max_length=20)
    unit_price = models.DecimalField(_("unit price"), **MONEY, validators=FROM_ZERO)
    discount_percent = models.DecimalField(_("discount"), **PERCENT, default=Decimal(0), validators=SHARE)
    tax_rate = models.DecimalField(_("tax rate"), **PERCENT, default=Decimal(5), validators=SHARE)
    unit_cost = models.DecimalField(_("unit cost"), **MONEY, null=True, blank=True, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("contract line")
        verbose_name_plural = _("contract lines")
        default_permissions = ()
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gt=0, unit_price__gte=0), name="contractline_positive"),
            models.CheckConstraint(
                condition=models.Q(discount_percent__gte=0, discount_percent__lte=100), name="contractline_discount"
            ),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def amount(self) -> Decimal:
        """The line's amount in the contract's currency, as entered (with or without tax)."""
        return line_amount(self.quantity, self.unit_price, self.discount_percent, self.contract.currency)


class Instalment(models.Model):
    """One payment of the instalment plan 分期付款計劃: an amount, by share of the total or fixed, and when it is due."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="instalments")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=80)
    percent = models.DecimalField(_("share of the total"), **PERCENT, null=True, blank=True, validators=SHARE)
    amount = models.DecimalField(_("amount"), **MONEY, default=Decimal(0), validators=FROM_ZERO)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=200, blank=True)
    before_shipment = models.BooleanField(_("to be paid before shipment"), default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        default_permissions = ()
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["due_on"])]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="instalment_positive")]

    def __str__(self) -> str:
        return self.name

    def file_id_of(self) -> Any:
        """The customer file that the instalment belongs to."""
        return self.contract.customer_id
