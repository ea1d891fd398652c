"""Invoice requests 開票申請: sales asks, finance issues or refuses; a red-letter reversal 紅沖 is a row of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from contracts.models.collecting import ISSUE, OF_THE_CONTRACT, RUNNING, OfContract, PlannedPayment
from contracts.models.parts import MONEY
from kernel import clock
from kernel.permissions import may
from kernel.searching import Searchable
from kernel.settings import define
from kernel.steps import Missing, Stateful, missing, requirement

define("contracts.invoice_hours", 16, _("Time to issue a requested invoice"), unit=_("working hours"), clause="1.3.2")


class InvoiceRequest(Searchable, Stateful):
    """A request to issue an invoice 開票申請 on one planned payment."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("To be issued")
        ISSUED = "issued", _("Issued")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Kind(models.TextChoices):
        UNIFORM = "uniform", _("Uniform invoice")
        SPECIAL = "special", _("Special VAT invoice")
        GENERAL = "general", _("General VAT invoice")
        COMMERCIAL = "commercial", _("Commercial invoice")

    state = FSMField(_("state"), choices=State.choices, default=State.REQUESTED, protected=True, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    contract = models.ForeignKey(
        "contracts.Contract", verbose_name=_("contract"), on_delete=models.PROTECT, related_name="invoice_requests"
    )
    planned = models.ForeignKey(
        PlannedPayment, verbose_name=_("planned payment"), on_delete=models.PROTECT, related_name="invoice_requests"
    )
    reverses = models.ForeignKey(
        "self",
        verbose_name=_("reverses"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="reversals",
    )
    kind = models.CharField(_("kind of invoice"), max_length=12, choices=Kind.choices, default=Kind.UNIFORM)
    amount = models.DecimalField(_("amount"), **MONEY)
    note = models.CharField(_("note"), max_length=400, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    invoice_number = models.CharField(_("invoice number"), max_length=40, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    history = HistoricalRecords()
    objects = OfContract.as_manager()

    TONES = {"requested": "wait", "issued": "ok", "refused": "bad", "withdrawn": "void"}
    PATH = ("requested", "issued")
    SEARCHED = ("number", "invoice_number")
    QUEUE = {
        "title": "planned__name",
        "party": "contract__customer_name",
        "amount": "amount",
        "currency": "contract__currency",
        "person": "requested_by__name",
    }
    BUDGETS = {"requested": "contracts.invoice_hours"}
    OWED_BY_HOLDERS_OF = {"requested": ISSUE}

    class Meta:
        verbose_name = _("invoice request")
        verbose_name_plural = _("invoice requests")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="invoicerequest_positive"),
            models.UniqueConstraint(
                fields=["invoice_number"], condition=~Q(invoice_number=""), name="invoicerequest_number_once"
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(state__in=["requested", "issued"]), name="invoicerequest_reversed_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (Q(issued_on__isnull=False) & ~Q(invoice_number="")),
                name="invoicerequest_issued_with_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.planned.name}"

    def owner_of(self) -> Any:
        """Who asked."""
        return self.requested_by

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.contract.customer_id

    def preview_of(self, user: Any) -> dict[str, Any]:
        """The plan it belongs to."""
        return {"record": self, "planned": self.planned}

    @property
    def is_reversal(self) -> bool:
        """Whether it takes back an invoice issued before."""
        return self.reverses_id is not None

    @property
    def signed_amount(self) -> Decimal:
        """Its amount, negative for a reversal."""
        return -self.amount if self.is_reversal else self.amount

    def may_be_reversed_by(self, user: Any) -> bool:
        """Whether this person may ask for its reversal: who may ask for invoices on it, or finance."""
        if self.state != self.State.ISSUED or self.is_reversal or not self.contract.is_concluded:
            return False
        asks = may("contracts.request_invoice", only=OF_THE_CONTRACT)(self, user)
        return asks and not any(r.state in ("requested", "issued") for r in self.reversals.all())

    @requirement("3.2.1b", _("It stays within what is not invoiced yet"))
    def is_within_the_plan(self) -> bool | Missing:
        """The planned payment has so much left; a reversal takes back an invoice that was issued."""
        if self.is_reversal:
            return self.reverses.state == self.State.ISSUED
        return self.amount <= self.planned.to_invoice or missing(_("More than the planned payment has left."))

    @requirement("3.2.1b", _("The contract still runs"))
    def is_of_a_running_contract(self) -> bool:
        """Nothing new is invoiced on a contract that has ended; what was issued wrongly may still be reversed."""
        return self.is_reversal or self.contract.state in RUNNING

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.ISSUED,
        conditions=[is_within_the_plan, is_of_a_running_contract],
        permission=may(ISSUE, but_not=("requested_by",)),
        custom={
            "label": _("Issue the invoice"),
            "clause": "3.2",
            "approval": True,
            "forward": True,
            "asks": ["invoice_number", "issued_on"],
            "form": "contracts.collecting_forms.IssueForm",
        },
    )
    def issue(self, by: Any) -> None:
        """Finance issued it under this number; the plan counts it as invoiced."""
        self.issued_by = by

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.REFUSED,
        permission=may(ISSUE, but_not=("requested_by",)),
        custom={"label": _("Refuse"), "clause": "3.2", "approval": True, "comment": "required", "tone": "danger"},
    )
    def refuse(self, by: Any) -> None:
        """Finance does not issue it; another may be asked for."""

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.WITHDRAWN,
        permission=may(only=("requested_by",)),
        custom={"label": _("Withdraw"), "clause": "3.2", "tone": "quiet"},
    )
    def withdraw(self, by: Any) -> None:
        """Who asked takes it back before it is issued."""
