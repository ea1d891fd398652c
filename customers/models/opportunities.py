"""Opportunities: the rows, their fields and who reaches them; the six stages and their guards are in `stages`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField
from simple_history.models import HistoricalRecords

from catalog.models import CURRENCIES, MONEY
from customers.models import evidence
from customers.models.access import LOG, MANAGE, VIEW_ALL
from customers.models.customers import Customer
from customers.models.stages import OPEN, Stages, State
from kernel import clock
from kernel.numbering import next_number
from kernel.searching import Searchable


class OpportunityQuerySet(models.QuerySet):
    """Opportunities as people reach them."""

    def visible_to(self, user: Any) -> OpportunityQuerySet:
        """All for the manager and the director; a salesperson's own; those that a person helps with or follows."""
        if not user.has_perm("customers.view_opportunity"):
            return self.none()
        if user.has_perm(VIEW_ALL):
            return self
        # asked of each row, not read as lists: so few rows are not joined to all customers
        helps = Opportunity.collaborators.through.objects.filter(user_id=user.pk, opportunity_id=OuterRef("pk"))
        assists = Customer.collaborators.through.objects.filter(user_id=user.pk, customer_id=OuterRef("customer_id"))
        mine = Q(owner=user) | Q(follower=user) | Q(customer__owner=user)
        return self.filter(mine | Q(Exists(helps)) | Q(Exists(assists)))

    def open(self) -> OpportunityQuerySet:
        """Those in one of the six stages."""
        return self.filter(state__in=OPEN)

    def search(self, text: str) -> OpportunityQuerySet:
        """By number, name, or the customer's name, pinyin, initials and number."""
        word = text.strip()
        if not word:
            return self
        found = Q(number__icontains=word) | Q(name__icontains=word)
        return self.filter(found | Q(customer__in=Customer.objects.search(word).values("pk")))


class Opportunity(Searchable, Stages):
    """A deal in the making 商機, from market research to the signing of its contract. Clause 3.1."""

    State = State

    class Source(models.TextChoices):
        INQUIRY = "inquiry", _("Inquiry of the customer")
        WEB = "web", _("Web")
        REPORT = "report", _("Industry report")
        EXHIBITION = "exhibition", _("Exhibition")
        REFERRAL = "referral", _("Referral")
        REPEAT = "repeat", _("Repeat customer")
        OTHER = "other", _("Other")

    class Screening(models.TextChoices):
        KEY = "key_development", _("Key development")
        ORDINARY = "ordinary", _("Ordinary")
        UNSUITABLE = "unsuitable", _("Unsuitable")

    class LostReason(models.TextChoices):
        PRICE = "price", _("Price")
        COMPETITOR = "competitor", _("A competitor was chosen")
        NO_NEED = "no_need", _("No need, or no budget")
        TERMS = "terms", _("Terms could not be agreed")
        UNSUITABLE = "unsuitable", _("Unsuitable customer")
        SILENT = "silent", _("The customer does not answer")
        OTHER = "other", _("Other")

    state = FSMField(_("state"), choices=State.choices, default=State.RESEARCH, protected=True, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="opportunities"
    )
    name = models.CharField(_("matter"), max_length=160)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="opportunities"
    )
    collaborators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("collaborators"), blank=True, related_name="helps_with_opportunities"
    )
    segment = models.ForeignKey(
        "customers.Segment", verbose_name=_("segment"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="opportunities",
    )  # fmt: skip
    expected_value = models.DecimalField(
        _("expected value"), **MONEY, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, default="TWD")
    signed_value = models.DecimalField(_("amount signed for"), **MONEY, null=True, editable=False)
    signed_currency = models.CharField(
        _("currency signed in"), max_length=3, choices=CURRENCIES, editable=False, blank=True
    )
    expected_close_on = models.DateField(_("expected signing"), null=True, blank=True)
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    product_note = models.CharField(_("products wanted"), max_length=160, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices, default=Source.OTHER)
    screening = models.CharField(_("screening decision"), max_length=16, choices=Screening.choices, blank=True)
    screening_reason = models.TextField(_("reason"), blank=True)
    screened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    screened_at = models.DateTimeField(null=True, editable=False)
    no_questions = models.BooleanField(_("the customer raised no question or concern"), default=False)
    follower = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("follower"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="follows",
    )  # fmt: skip
    lost_from = models.CharField(max_length=16, choices=State.choices, blank=True, editable=False)
    lost_reason = models.CharField(_("why it was lost"), max_length=12, choices=LostReason.choices, blank=True)
    carried_from = models.ForeignKey(
        "self", verbose_name=_("evidence carried over from"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="carried_to", editable=False,
    )  # fmt: skip
    opened_on = models.DateField(_("opened"), default=clock.today, editable=False)
    closed_on = models.DateField(_("closed"), null=True, editable=False)
    imported = models.BooleanField(default=False, editable=False)
    history = HistoricalRecords()
    objects = OpportunityQuerySet.as_manager()

    TONES = {**dict.fromkeys(OPEN, "active"), "won": "ok", "lost": "void"}
    PATH = OPEN
    SEARCHED = ("number", "name")
    QUEUE = {
        "title": "name",
        "party": "customer__name",
        "amount": "expected_value",
        "currency": "currency",
        "person": "owner__name",
    }
    BUDGETS = {stage: f"customers.{stage}_hours" for stage in OPEN[:-1]}

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        indexes = [
            models.Index(fields=["state", "state_at", "id"], name="opportunity_board"),
            models.Index(fields=["owner", "state", "state_at"], name="opportunity_of_owner"),
            models.Index(fields=["segment", "state"], name="opportunity_of_segment"),
            models.Index(fields=["closed_on"], name="opportunity_closed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expected_value=None) | Q(expected_value__gte=0), name="opportunity_value_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(screening="") | ~Q(screening_reason=""), name="opportunity_screened_with_reason"
            ),
            models.CheckConstraint(condition=~Q(state="lost") | ~Q(lost_from=""), name="opportunity_lost_from_a_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save under its number."""
        with transaction.atomic():
            if not self.number:
                self.number = next_number("opportunity", clock.today().year, "OP-{year}-{n:04d}")
            super().save(*args, **kwargs)

    @property
    def value(self) -> Decimal | None:
        """What it is worth: once won the amount of its contract, until then what is expected."""
        return self.expected_value if self.signed_value is None else self.signed_value

    @property
    def value_currency(self) -> str:
        """The currency of that value."""
        return self.signed_currency or self.currency

    @cached_property
    def evidence(self) -> evidence.Evidence:
        """What its guards read; reload the row to read it anew."""
        return evidence.gather([self])[self.pk]

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Reload, evidence included."""
        self.__dict__.pop("evidence", None)
        super().refresh_from_db(*args, **kwargs)

    # --- what the kernel and the pages ask ---------------------------------------------------------
    @property
    def is_open(self) -> bool:
        """Whether it is in one of the six stages."""
        return self.state in OPEN

    @property
    def wanted(self) -> str:
        """What the customer wants to buy, as one line."""
        return self.product_note or (str(self.product) if self.product_id else "")

    def owner_of(self) -> Any:
        """The follower once it is followed up, the owner before."""
        return self.follower if self.state == State.FOLLOW_UP and self.follower_id else self.owner

    def audience_of(self) -> list[Any]:
        """Its owner and its follower."""
        return list({p.pk: p for p in (self.owner, self.follower) if p}.values())

    def may_be_changed_by(self, user: Any) -> bool:
        """Whether this person enters evidence: owner, follower, the customer's owner, a helping salesperson, the manager."""
        if not user.has_perm("customers.change_opportunity"):
            return False
        people = {self.owner_id, self.follower_id, self.customer.owner_id}
        return user.has_perm(MANAGE) or user.pk in people or self.collaborators.filter(pk=user.pk).exists()

    def may_be_logged_by(self, user: Any) -> bool:
        """Whether this person notes a contact with the customer here; customer service may, too. Clause 2.2.3d."""
        return user.has_perm(LOG) or self.may_be_changed_by(user)
