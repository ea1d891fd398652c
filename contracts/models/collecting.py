"""Collection 回款: what the customer owes and when, the invoices asked for, the money that came in and what it paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from contracts.models.contracts import Contract
from contracts.models.parts import MONEY
from contracts.models.stages import DRAFTERS
from kernel import clock
from kernel.money import CHOICES as CURRENCIES
from kernel.permissions import may
from kernel.searching import Searchable

VIEW, REQUEST, ISSUE, RECORD = (
    f"contracts.{name}" for name in ("view_collection", "request_invoice", "issue_invoice", "record_receipt")
)
RUNNING = ("signed", "archived", "terminating")  # contracts of which money is still collected
NO_DAY = date(9999, 12, 31)
OF_THE_CONTRACT = tuple(f"contract__{path}" for path in DRAFTERS)


class OfContract(models.QuerySet):
    """Rows of contracts as people reach them: who sees collection, of the contracts that he sees."""

    def visible_to(self, user: Any) -> OfContract:
        """None without the right; else those of the contracts that this person sees (SECURITY C)."""
        if not user.has_perm(VIEW):
            return self.none()
        return self.filter(contract__in=Contract.objects.visible_to(user).order_by().values("pk"))


class PlannedPaymentQuerySet(OfContract):
    """Planned payments by what is still owed."""

    def open(self) -> PlannedPaymentQuerySet:
        """Those of running contracts that are not paid in full."""
        return self.filter(is_settled=False, contract__state__in=RUNNING)

    def overdue(self, today: date) -> PlannedPaymentQuerySet:
        """Of these, those whose day has passed."""
        return self.open().filter(due_on__lt=today)


class PlannedPayment(models.Model):
    """One payment that the customer owes under a signed contract 回款計劃. Clause 3.2.1b.

    `received` and `invoiced` are sums of its allocations and issued invoices, kept in the same transaction; the database
    refuses both above the amount and below zero.
    """

    contract = models.ForeignKey(
        "contracts.Contract", verbose_name=_("contract"), on_delete=models.PROTECT, related_name="planned_payments"
    )
    instalment = models.OneToOneField(
        "contracts.Instalment", null=True, editable=False, on_delete=models.PROTECT, related_name="planned_payment"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    name = models.CharField(_("name"), max_length=80)
    amount = models.DecimalField(_("planned"), **MONEY)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=200, blank=True)
    before_shipment = models.BooleanField(_("to be paid before shipment"), default=False)
    received = models.DecimalField(_("received"), **MONEY, default=Decimal(0), editable=False)
    invoiced = models.DecimalField(_("invoiced"), **MONEY, default=Decimal(0), editable=False)
    is_settled = models.BooleanField(_("paid in full"), default=False, editable=False)
    settled_on = models.DateField(_("paid in full on"), null=True, editable=False)
    history = HistoricalRecords()
    objects = PlannedPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned payment")
        verbose_name_plural = _("planned payments")
        default_permissions = ()
        permissions = [
            ("view_collection", "Can see what customers owe and paid"),
            ("request_invoice", "Can ask for invoices"),
            ("issue_invoice", "Can issue invoices"),
            ("record_receipt", "Can record money received"),
        ]
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(is_settled=False), name="plannedpayment_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=F("amount")), name="plannedpayment_received_within"
            ),
            models.CheckConstraint(
                condition=Q(invoiced__gte=0, invoiced__lte=F("amount")), name="plannedpayment_invoiced_within"
            ),
            models.CheckConstraint(
                condition=Q(is_settled=True, received=F("amount")) | Q(is_settled=False, received__lt=F("amount")),
                name="plannedpayment_settled_when_paid",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def file_id_of(self) -> int:
        """The customer's file."""
        key: int = self.contract.customer_id
        return key

    def get_absolute_url(self) -> str:
        """The collection of its contract."""
        return reverse("contracts:contract_collection", args=[self.contract_id])

    @property
    def open_amount(self) -> Decimal:
        """What the customer still owes of it."""
        return self.amount - self.received

    @property
    def to_invoice(self) -> Decimal:
        """What no invoice was issued for yet."""
        return self.amount - self.invoiced

    @property
    def days_overdue(self) -> int:
        """How many days its day has passed, 0 when it has not or all is paid."""
        if self.is_settled or self.due_on is None:
            return 0
        return max((clock.today() - self.due_on).days, 0)

    @property
    def tone(self) -> str:
        """The tone of its mark: paid, overdue, partly paid, to come."""
        if self.is_settled:
            return "ok"
        return "bad" if self.days_overdue else "active" if self.received else "idle"

    @property
    def standing(self) -> Any:
        """The same in a word."""
        words = {"ok": _("paid in full"), "bad": _("overdue"), "active": _("paid in part"), "idle": _("not due yet")}
        return words[self.tone]

    def may_be_invoiced_by(self, user: Any) -> bool:
        """Whether this person may ask for an invoice on it now: the drafter or the customer's owner, while it runs."""
        is_his = may(REQUEST, only=OF_THE_CONTRACT)(self, user)
        return is_his and self.contract.state in RUNNING and self.to_invoice > 0


class Receipt(Searchable, models.Model):
    """Money received 回款, as the bank shows it; entered by finance, never changed: a reversal is a row of its own."""

    is_append_only = True  # kernel.triggers: the database refuses to change or delete a row
    SEARCHED = ("number", "bank_reference", "payer")

    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    contract = models.ForeignKey(
        "contracts.Contract", verbose_name=_("contract"), on_delete=models.PROTECT, related_name="receipts"
    )
    amount = models.DecimalField(_("amount"), **MONEY)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES)
    received_on = models.DateField(_("received on"))
    bank_reference = models.CharField(_("bank reference"), max_length=60, unique=True)
    payer = models.CharField(_("paying company"), max_length=160)
    note = models.CharField(_("note"), max_length=400, blank=True)
    reverses = models.OneToOneField(
        "self", verbose_name=_("reverses"), null=True, on_delete=models.PROTECT, related_name="reversal"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("entered at"), default=clock.now)
    objects = OfContract.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="receipt_sign",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The collection of its contract."""
        return reverse("contracts:contract_collection", args=[self.contract_id])

    @cached_property
    def parts(self) -> list[Allocation]:
        """What it paid."""
        return list(self.allocations.all())

    @property
    def unallocated(self) -> Decimal:
        """What of it pays nothing yet: more came in than was owed."""
        return self.amount - sum((part.amount for part in self.parts), Decimal(0))

    @property
    def is_reversed(self) -> bool:
        """Whether a later row takes it back."""
        return hasattr(self, "reversal")


class Allocation(models.Model):
    """Which planned payment a receipt paid, and how much of it; negative where a reversal takes it back."""

    is_append_only = True

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="allocations")
    planned = models.ForeignKey(PlannedPayment, on_delete=models.PROTECT, related_name="allocations")
    amount = models.DecimalField(_("amount"), **MONEY)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="allocation_not_zero")]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.amount}"
