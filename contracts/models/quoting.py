"""Quotations 報價單: the term sheet of an opportunity as an offer that binds until a day, and the contract that follows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from contracts.amounts import line_amount
from contracts.models.parts import FROM_ZERO, MONEY, PERCENT, SHARE
from contracts.models.versions import Script
from customers.models import Opportunity
from customers.models.access import own
from kernel import clock
from kernel.models.agreements import agreed
from kernel.money import CHOICES as CURRENCIES
from kernel.searching import Searchable
from kernel.settings import define
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement

define("contracts.quotation_days", 30, _("How long a quotation holds unless said otherwise"), unit=_("days"))
define("contracts.proposal_days", 30, _("How long a proposal holds unless said otherwise"), unit=_("days"))

ANSWER = "quotation"  # the kind of promise: the customer answers until the day

CHANGE, SEE = "customers.change_opportunity", "customers.view_opportunity"
ITS_PEOPLE = ("owner", "opportunity__owner", "opportunity__follower")


class QuotationQuerySet(models.QuerySet):
    """Quotations as people reach them."""

    def visible_to(self, user: Any) -> QuotationQuerySet:
        """Those of the opportunities that this person sees (SECURITY C)."""
        if not user.has_perm(SEE):
            return self.none()
        return self.filter(opportunity__in=Opportunity.objects.visible_to(user).order_by().values("pk"))


class Quotation(Searchable, Stateful):
    """A quotation 報價單 to a customer, made from the term sheet of an opportunity. Clause 3.1.5a."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drafted")
        ISSUED = "issued", _("Sent to the customer")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Expired")
        VOIDED = "voided", _("Voided")

    state = FSMField(_("state"), choices=State.choices, default=State.DRAFT, protected=True, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    opportunity = models.ForeignKey(
        Opportunity, verbose_name=_("opportunity"), on_delete=models.PROTECT, related_name="quotations", editable=False
    )
    title = models.CharField(_("title"), max_length=120)
    script = models.CharField(_("writing"), max_length=4, choices=Script.choices, default=Script.HANT)
    valid_until = models.DateField(_("valid until"))
    note = models.TextField(_("note on the quotation"), blank=True, max_length=2_000)
    # conditions beside the term sheet, from a template: headings and texts whose places are filled when it is shown
    made_from = models.CharField(_("template"), max_length=140, blank=True, editable=False)
    sections = models.JSONField(_("text"), default=list, editable=False)
    customer_name = models.CharField(_("customer's name"), max_length=160, editable=False)
    customer_address = models.CharField(_("customer's address"), max_length=200, blank=True, editable=False)

    # taken over from the term sheet, and taken over anew while it is drafted
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, editable=False)
    tax_rate = models.DecimalField(_("tax rate"), **PERCENT, validators=SHARE, editable=False)
    payment_terms = models.TextField(_("payment terms"), blank=True, editable=False)
    delivery_terms = models.TextField(_("delivery terms"), blank=True, editable=False)
    delivery_on = models.DateField(_("delivery date"), null=True, editable=False)
    after_sales = models.TextField(_("after-sales service"), blank=True, editable=False)
    net_total = models.DecimalField(_("amount without tax"), **MONEY, default=Decimal(0), editable=False)
    tax_total = models.DecimalField(_("tax"), **MONEY, default=Decimal(0), editable=False)
    total = models.DecimalField(_("amount"), **MONEY, default=Decimal(0), editable=False)
    sheet_digest = models.CharField(max_length=16, editable=False)

    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("drafter"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    # who answers for it: the drafter, until it is handed over with its customer
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    issued_on = models.DateField(_("sent on"), null=True, editable=False)
    contract = models.OneToOneField(
        "contracts.Contract", null=True, editable=False, on_delete=models.PROTECT, related_name="quotation"
    )
    history = HistoricalRecords()
    objects = QuotationQuerySet.as_manager()

    TONES = {
        "draft": "idle",
        "issued": "wait",
        "accepted": "ok",
        "declined": "bad",
        "expired": "void",
        "voided": "void",
    }
    PATH = ("draft", "issued", "accepted")
    UNDER_WAY = ("draft", "issued")
    SEARCHED = ("number", "title", "customer_name")
    QUEUE = {
        "title": "title",
        "party": "customer_name",
        "amount": "total",
        "currency": "currency",
        "person": "drafted_by__name",
    }

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "valid_until"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gte=0, net_total__gte=0, tax_total__gte=0), name="quotation_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whoever drafts it answers for it."""
        self.owner_id = self.owner_id or self.drafted_by_id
        super().save(*args, **kwargs)

    def owner_of(self) -> Any:
        """Its drafter, or who took it over with the customer."""
        return self.owner

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.opportunity.customer_id

    def may_be_edited_by(self, user: Any) -> bool:
        """Whether this person may change it now: who works on it, while it is drafted."""
        return self.state == self.State.DRAFT and own(CHANGE, *ITS_PEOPLE)(self, user)

    def may_become_a_contract_by(self, user: Any) -> bool:
        """Whether this person may draft the contract from it now: accepted, and not drafted yet."""
        drafts = user.has_perm("contracts.add_contract") and self.opportunity.may_be_changed_by(user)
        return self.state == self.State.ACCEPTED and self.contract_id is None and drafts

    @cached_property
    def line_rows(self) -> list[QuotationLine]:
        """Its lines in order."""
        rows = list(self.lines.all())
        for row in rows:
            row.quotation = self
        return rows

    @cached_property
    def sheet(self) -> Any:
        """The term sheet of its opportunity as it stands, None when there is none."""
        return getattr(self.opportunity, "term_sheet", None)

    @requirement("3.1.5a", _("It has lines with a price"))
    def has_lines(self) -> bool:
        """Something is offered for something."""
        return bool(self.line_rows) and self.total > 0

    @requirement("3.1.5a", _("It says what the term sheet says now"), at="contracts:quotation_edit")
    def is_the_present_sheet(self) -> bool | Missing:
        """What was negotiated since it was drafted is taken over first."""
        same = self.sheet is not None and self.sheet.digest == self.sheet_digest
        return same or missing(_("The term sheet has changed: take it over anew."))

    @requirement("3.1.5c", _("The margin is at or above the floor, or the manager agreed"))
    def has_margin(self) -> bool:
        """The rule of the term sheet holds for what is offered outside, too."""
        sheet = self.sheet
        if sheet is None or not sheet.needs_agreement:
            return sheet is not None
        return agreed(self.opportunity, "3.1.5c", sheet.subject)

    @requirement("3.1.5a", _("The day until which it holds is not over"), at="contracts:quotation_edit")
    def has_validity(self) -> bool:
        """Nothing is offered that has expired already."""
        return self.valid_until >= clock.today()

    @transition(
        field=state,
        source=State.DRAFT,
        target=State.ISSUED,
        conditions=[has_lines, is_the_present_sheet, has_margin, has_validity],
        permission=own(CHANGE, *ITS_PEOPLE),
        custom={"label": _("Issue the quotation"), "clause": "3.1.5a", "forward": True},
    )
    def issue(self, by: Any) -> None:
        """It is registered and goes to the customer; from now on it is not changed."""
        self.issued_on = clock.today()

    @transition(
        field=state,
        source=State.DRAFT,
        target=State.VOIDED,
        permission=own(CHANGE, *ITS_PEOPLE),
        custom={"label": _("Void"), "clause": "3.1.5a", "comment": "required", "tone": "danger"},
    )
    def void(self, by: Any) -> None:
        """It is not sent; its number is kept."""

    @transition(
        field=state,
        source=State.ISSUED,
        target=State.ACCEPTED,
        permission=own(CHANGE, *ITS_PEOPLE),
        custom={
            "label": _("The customer accepts"),
            "clause": "3.1.5a",
            "forward": True,
            "comment": "optional",
            "keeps": (ANSWER,),
        },
    )
    def accept(self, by: Any) -> None:
        """A contract may be drafted from it."""

    @transition(
        field=state,
        source=State.ISSUED,
        target=State.DECLINED,
        permission=own(CHANGE, *ITS_PEOPLE),
        custom={
            "label": _("The customer declines"),
            "clause": "3.1.5a",
            "comment": "required",
            "tone": "danger",
            "keeps": (ANSWER,),
        },
    )
    def decline(self, by: Any) -> None:
        """The reason stands in its record; another may be made."""

    @transition(
        field=state,
        source=State.ISSUED,
        target=State.EXPIRED,
        permission=SYSTEM,
        custom={"label": _("Its day has passed"), "clause": "3.1.5a"},
    )
    def expire(self, by: Any) -> None:
        """Nobody answered until the day; it binds us no longer."""


class QuotationLine(models.Model):
    """A line of a quotation, as the term sheet had it."""

    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    description = models.CharField(_("description"), max_length=200)
    specification = models.TextField(_("specification"), blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_price = models.DecimalField(_("unit price"), **MONEY, validators=FROM_ZERO)
    discount_percent = models.DecimalField(_("discount"), **PERCENT, default=Decimal(0), validators=SHARE)
    tax_rate = models.DecimalField(_("tax rate"), **PERCENT, validators=SHARE)

    class Meta:
        verbose_name = _("quotation line")
        verbose_name_plural = _("quotation lines")
        default_permissions = ()
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_price__gte=0), name="quotationline_positive"),
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def amount(self) -> Decimal:
        """The line's amount without tax, in the quotation's currency."""
        return line_amount(self.quantity, self.unit_price, self.discount_percent, self.quotation.currency)
