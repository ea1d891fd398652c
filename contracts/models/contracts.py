"""Contract: its sequence of states from draft to archive, and who takes which step (REGULATION 3.2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField
from simple_history.models import HistoricalRecords

from contracts.models.access import ARCHIVE, CHANGE, CONCLUDED, LEGAL, REVIEW, ContractManager
from contracts.models.parts import MONEY, PERCENT, SHARE
from contracts.models.reviews import Side
from contracts.models.stages import DRAFTERS, PARTIES, ContractSteps, State
from contracts.models.templates import Kind
from contracts.models.versions import Script
from customers.models.access import reached_through
from kernel import clock
from kernel.money import CHOICES as CURRENCIES
from kernel.permissions import may
from kernel.searching import Searchable
from kernel.settings import define

HOURS = _("working hours")
define(
    "contracts.manager_review_hours", 16, _("Time for the manager's review of a contract"), unit=HOURS, clause="1.3.2"
)
define("contracts.legal_review_hours", 24, _("Time for the legal review of a contract"), unit=HOURS, clause="1.3.2")
define("contracts.revising_hours", 24, _("Time to amend a returned contract"), unit=HOURS, clause="1.3.2")
define("contracts.signing_hours", 120, _("Time to have an approved contract signed"), unit=HOURS, clause="1.3.2")
define("contracts.termination_hours", 16, _("Time to decide on a termination"), unit=HOURS, clause="1.3.2")
define("contracts.archive_hours", 24, _("Time to archive a signed contract"), unit=HOURS, clause="3.2.3c")


class Contract(Searchable, ContractSteps):
    """A contract 合同 with a customer. Clause 3.2."""

    State = State

    class Relation(models.TextChoices):
        NONE = "", _("None")
        SUPPLEMENTARY = "supplementary", _("Supplementary agreement")
        RENEWAL = "renewal", _("Renewal")

    state = FSMField(_("state"), choices=State.choices, default=State.DRAFT, protected=True, editable=False)
    number = models.CharField(_("contract number"), max_length=20, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.SALE, editable=False)
    script = models.CharField(_("writing"), max_length=4, choices=Script.choices, default=Script.HANT)
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="contracts"
    )
    opportunity = models.ForeignKey(
        "customers.Opportunity",
        verbose_name=_("opportunity"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contracts",
    )
    template = models.ForeignKey(
        "contracts.ContractTemplate",
        verbose_name=_("contract template"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contracts",
    )
    main_contract = models.ForeignKey(
        "self",
        verbose_name=_("main contract"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="supplements",
    )
    relation = models.CharField(
        _("relation"), max_length=20, choices=Relation.choices, default=Relation.NONE, blank=True
    )
    own_paper = models.BooleanField(_("on the customer's own paper"), default=False)
    own_paper_reason = models.TextField(_("reason for the customer's own paper"), blank=True, max_length=1_000)
    own_paper_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    # the parties as they stand in this contract
    our_name = models.CharField(_("our name"), max_length=120)
    our_address = models.CharField(_("our address"), max_length=200, blank=True)
    our_registration_number = models.CharField(_("our registration number"), max_length=20, blank=True)
    our_bank = models.CharField(_("our bank account"), max_length=200, blank=True)
    customer_name = models.CharField(_("customer's name"), max_length=160)
    customer_address = models.CharField(_("customer's address"), max_length=200, blank=True)
    customer_registration_number = models.CharField(_("customer's registration number"), max_length=40, blank=True)

    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, default="TWD")
    tax_rate = models.DecimalField(_("tax rate"), **PERCENT, default=Decimal(5), validators=SHARE)
    price_includes_tax = models.BooleanField(_("prices include tax"), default=False)
    net_total = models.DecimalField(_("amount without tax"), **MONEY, default=Decimal(0), editable=False)
    tax_total = models.DecimalField(_("tax"), **MONEY, default=Decimal(0), editable=False)
    total = models.DecimalField(_("contract amount"), **MONEY, default=Decimal(0), editable=False)
    payment_terms = models.TextField(_("payment terms"), blank=True, max_length=2_000)
    delivery_terms = models.TextField(_("delivery terms"), blank=True, max_length=2_000)
    after_sales = models.TextField(_("after-sales service"), blank=True, max_length=2_000)
    delivery_on = models.DateField(_("delivery date"), null=True, blank=True)
    period_start = models.DateField(_("period of performance from"), null=True, blank=True)
    period_end = models.DateField(_("period of performance until"), null=True, blank=True)

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
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    drafted_at = models.DateTimeField(default=clock.now, editable=False)
    text_version = models.PositiveSmallIntegerField(_("version"), default=0, editable=False)
    submitted_hash = models.CharField(max_length=64, blank=True, editable=False)
    terms_hash = models.CharField(
        max_length=64, blank=True, editable=False
    )  # what is commercial, as the manager approved it
    manager_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    legal_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    approved_hash = models.CharField(_("approved text"), max_length=64, blank=True, editable=False)
    approved_version = models.PositiveSmallIntegerField(null=True, editable=False)
    approved_on = models.DateField(_("approved on"), null=True, editable=False)
    signed_on = models.DateField(_("signing date"), null=True, editable=False)
    custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("custodian"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    paper_location = models.CharField(_("place of the paper"), max_length=120, blank=True)
    archived_on = models.DateField(_("archived on"), null=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    termination_on = models.DateField(_("ends on"), null=True, blank=True)
    termination_settlement = models.TextField(_("how both sides settle"), blank=True, max_length=2_000)
    termination_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    imported = models.BooleanField(default=False, editable=False)  # signed before; its text is on paper only
    history = HistoricalRecords()
    objects = ContractManager()

    TONES = {
        "draft": "idle",
        "manager_review": "wait",
        "legal_review": "wait",
        "revising": "active",
        "ready_to_sign": "active",
        "signed": "ok",
        "archived": "ok",
        "fulfilled": "ok",
        "terminating": "wait",
        "terminated": "void",
        "rejected": "bad",
        "voided": "void",
    }
    PATH = ("draft", "manager_review", "legal_review", "ready_to_sign", "signed", "archived")
    SEARCHED = ("number", "title", "customer_name")
    QUEUE = {
        "title": "title",
        "party": "customer_name",
        "amount": "total",
        "currency": "currency",
        "person": "drafted_by__name",
    }
    BUDGETS = {
        "manager_review": "contracts.manager_review_hours",
        "legal_review": "contracts.legal_review_hours",
        "revising": "contracts.revising_hours",
        "ready_to_sign": "contracts.signing_hours",
        "signed": "contracts.archive_hours",
        "terminating": "contracts.termination_hours",
    }
    OWED_BY_HOLDERS_OF = {"manager_review": REVIEW, "legal_review": LEGAL, "signed": ARCHIVE, "terminating": REVIEW}

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["-pk"]
        default_permissions = ("view", "add", "change")
        permissions = [
            ("review_contract", "Can review contracts as the manager"),
            ("legal_review_contract", "Can review contracts as legal"),
            ("archive_contract", "Can archive contracts"),
            ("view_ledger", "Can see the contract ledger"),
            ("export_ledger", "Can export the contract ledger"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["-signed_on", "-id"], condition=Q(signed_on__isnull=False), name="contract_ledger"),
            models.Index(fields=["state", "period_end"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gte=0, net_total__gte=0, tax_total__gte=0), name="contract_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(period_start=None) | Q(period_end=None) | Q(period_end__gte=models.F("period_start")),
                name="contract_period_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(manager_approved_by=models.F("drafted_by"))
                & ~Q(legal_approved_by=models.F("drafted_by"))
                & ~Q(manager_approved_by=models.F("submitted_by"))
                & ~Q(legal_approved_by=models.F("submitted_by"))
                & ~Q(legal_approved_by=models.F("manager_approved_by")),
                name="contract_duties_separate",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | ~Q(approved_hash=""), name="contract_signed_as_approved"
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

    def audience_of(self) -> list[Any]:
        """Who answers for it, and the customer's owner."""
        return [self.owner_of(), self.customer.owner]

    def preview_of(self, user: Any) -> dict[str, Any]:
        """Figures, deviations, differences to the previous version, and the checklist of the step that waits."""
        from contracts.preview import preview

        return preview(self, user)

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state's name; of an archived contract also that its period of performance runs."""
        label = str(self.State(self.state).label)
        return gettext("%(state)s · in performance") % {"state": label} if self.is_in_performance else label

    @property
    def is_in_performance(self) -> bool:
        """Whether it is archived and today lies in its period of performance."""
        if self.state != self.State.ARCHIVED or self.period_end is None:
            return False
        return (self.period_start or self.period_end) <= clock.today() <= self.period_end

    @property
    def is_editable(self) -> bool:
        """Whether the drafter may change its text now (from ready to sign, a change reopens it)."""
        return self.state in (self.State.DRAFT, self.State.REVISING, self.State.READY_TO_SIGN)

    @property
    def is_concluded(self) -> bool:
        """Whether it was signed."""
        return self.state in CONCLUDED

    @property
    def may_be_supplemented(self) -> bool:
        """Whether a supplementary agreement or renewal may start from it: a main contract (a renewal is one), signed."""
        return (
            self.is_concluded and self.state != self.State.TERMINATED and self.relation != self.Relation.SUPPLEMENTARY
        )

    @property
    def is_in_draft(self) -> bool:
        """Whether its print still bears the draft mark: until it is ready to sign."""
        return self.state != self.State.READY_TO_SIGN and not self.is_concluded

    def may_be_edited_by(self, user: Any) -> bool:
        """Whether this person may change the text in the present state."""
        return self.is_editable and may(CHANGE, only=DRAFTERS)(self, user)

    def side_of(self, user: Any) -> str:
        """The side for which this person reviews it now, "" when he may not."""
        for state, side, rule in (
            (self.State.MANAGER_REVIEW, Side.MANAGER, may(REVIEW, but_not=PARTIES)),
            (self.State.LEGAL_REVIEW, Side.LEGAL, may(LEGAL, but_not=(*PARTIES, "manager_approved_by"))),
        ):
            if self.state == state and rule(self, user):
                return side
        return ""


@reached_through
def customers_in_contracts(user: Any) -> models.QuerySet:
    """Legal, custodian and finance see a customer when they see a contract with it (SECURITY C)."""
    if not any(user.has_perm(p) for p in (LEGAL, ARCHIVE, "contracts.view_ledger")):
        return Contract.objects.none().values("customer")
    return Contract.objects.visible_to(user).order_by().values("customer")
