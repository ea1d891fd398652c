"""The risk register of customers and opportunities: identified, assessed, controlled. Clause 1.3.4."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from customers.models.access import own
from customers.models.customers import Customer
from customers.models.opportunities import Opportunity
from kernel.models.agreements import AGREE
from kernel.permissions import may
from kernel.searching import Searchable
from kernel.settings import define, setting
from kernel.steps import Stateful

define("customers.high_risk", 12, _("A risk is high from likelihood × impact of"), clause="1.3.4")
define(
    "customers.risk_hours",
    16,
    _("Time to confirm the measure against a high risk"),
    unit=_("working hours"),
    clause="1.3.4",
)


def needs_confirming(risk: Any) -> bool:
    """A high risk is controlled when the manager says so."""
    return bool(risk.is_high)


def needs_nobody(risk: Any) -> bool:
    """Of any other the owner says so himself."""
    return not risk.is_high


class RiskQuerySet(models.QuerySet):
    """Risks as people reach them."""

    def visible_to(self, user: Any) -> RiskQuerySet:
        """Those of customers whose file this person may read."""
        return self.filter(customer__in=Customer.objects.open_to(user).values("pk"))

    def high_open_for(self, record: Any) -> RiskQuerySet:
        """The high risks on an opportunity (and its customer as such), or on a customer, that nobody dealt with yet.

        A measure that is only reported does not count: the manager has not confirmed it.
        """
        rows = self.filter(state__in=(Risk.State.OPEN, Risk.State.REPORTED))
        if isinstance(record, Opportunity):
            rows = rows.filter(Q(opportunity=record) | Q(opportunity=None, customer=record.customer_id))
        else:
            rows = rows.filter(customer=record.pk)
        return rows.alias(level=F("likelihood") * F("impact")).filter(level__gte=setting("customers.high_risk"))


class Risk(Searchable, Stateful):
    """Something that may go wrong 風險, how likely and how bad, and what is done about it. Clause 1.3.4."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        REPORTED = "reported", _("Measure reported")
        ACCEPTED = "accepted", _("Accepted")
        CONTROLLED = "controlled", _("Controlled")
        CLOSED = "closed", _("Closed")

    state = FSMField(_("state"), choices=State.choices, default=State.OPEN, protected=True, editable=False)
    customer = models.ForeignKey(Customer, editable=False, on_delete=models.PROTECT, related_name="risks")
    opportunity = models.ForeignKey(
        Opportunity, verbose_name=_("opportunity"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="risks",
    )  # fmt: skip
    text = models.TextField(_("risk"))
    likelihood = models.PositiveSmallIntegerField(
        _("likelihood (1–5)"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    impact = models.PositiveSmallIntegerField(
        _("impact (1–5)"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    measure = models.TextField(_("measure"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="risks"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    history = HistoricalRecords()
    objects = RiskQuerySet.as_manager()

    TONES = {"open": "wait", "reported": "wait", "accepted": "active", "controlled": "ok", "closed": "void"}
    SEARCHED = ("text",)
    QUEUE = {"title": "text", "party": "customer__name", "person": "owner__name"}
    BUDGETS = {"reported": "customers.risk_hours"}
    OWED_BY_HOLDERS_OF = {"reported": AGREE}

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        default_permissions = ()
        indexes = [models.Index(fields=["customer", "state"], name="risk_of_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(likelihood__gte=1, likelihood__lte=5, impact__gte=1, impact__lte=5), name="risk_one_to_five"
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def level(self) -> int:
        """Likelihood × impact, 1 to 25."""
        return self.likelihood * self.impact

    @property
    def is_high(self) -> bool:
        """Whether it blocks a contract's approval while it is open."""
        return self.level >= setting("customers.high_risk")

    @transition(
        field=state,
        source=State.OPEN,
        target=State.ACCEPTED,
        permission=may(AGREE, but_not=("owner",)),
        custom={"label": _("Accept the risk"), "clause": "1.3.4", "comment": "required"},
    )
    def accept(self, by: Any) -> None:
        """The manager takes it as it is, with reason."""

    @transition(
        field=state,
        source=State.OPEN,
        target=State.CONTROLLED,
        conditions=[needs_nobody],
        permission=own("customers.change_customer", "owner", "customer__owner"),
        custom={
            "label": _("Measure taken"),
            "clause": "1.3.4",
            "asks": ["measure"],
            "tone": "primary",
            "forward": True,
        },
    )
    def control(self, by: Any) -> None:
        """The measure is taken; the risk is small now."""

    @transition(
        field=state,
        source=State.OPEN,
        target=State.REPORTED,
        conditions=[needs_confirming],
        permission=own("customers.change_customer", "owner", "customer__owner"),
        custom={
            "label": _("Report the measure"),
            "clause": "1.3.4",
            "asks": ["measure"],
            "tone": "primary",
            "forward": True,
        },
    )
    def report(self, by: Any) -> None:
        """The measure against a high risk is taken; whether it suffices is the manager's word."""

    @transition(
        field=state,
        source=State.REPORTED,
        target=State.CONTROLLED,
        permission=may(AGREE, but_not=("owner",), above=True),
        custom={"label": _("Confirm as controlled"), "clause": "1.3.4", "approval": True},
    )
    def confirm(self, by: Any) -> None:
        """The measure suffices: contracts need not wait for this risk any more."""

    @transition(
        field=state,
        source=State.REPORTED,
        target=State.OPEN,
        permission=may(AGREE, but_not=("owner",), above=True),
        custom={
            "label": _("The measure does not suffice"),
            "clause": "1.3.4",
            "approval": True,
            "comment": "required",
            "returns": True,
            "tone": "danger",
        },
    )
    def send_back(self, by: Any) -> None:
        """More must be done against it, as the manager says."""

    @transition(
        field=state,
        source=State.REPORTED,
        target=State.OPEN,
        permission=may("customers.change_customer", only=("owner",)),
        custom={"label": _("Withdraw"), "clause": "1.3.4", "tone": "quiet"},
    )
    def withdraw(self, by: Any) -> None:
        """Reported too early."""

    @transition(
        field=state,
        source=[State.ACCEPTED, State.CONTROLLED],
        target=State.CLOSED,
        permission=own("customers.change_customer", "owner", "customer__owner"),
        custom={"label": _("Close the risk"), "clause": "1.3.4", "comment": "optional", "tone": "quiet"},
    )
    def close(self, by: Any) -> None:
        """It can no longer happen."""
