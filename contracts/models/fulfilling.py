"""Obligation: one term of an archived contract that is to be kept by a day, with who answers for it and the evidence."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from contracts.models.access import CHANGE, REVIEW
from contracts.models.collecting import RUNNING
from contracts.models.contracts import Contract
from kernel.permissions import may
from kernel.steps import Stateful, requirement

SEE = "contracts.view_contract"
WHOSE = ("responsible", "contract__owner", "contract__customer__owner")


class ObligationQuerySet(models.QuerySet):
    """Obligations as people reach them."""

    def visible_to(self, user: Any) -> ObligationQuerySet:
        """Those of the contracts that this person sees."""
        return self.filter(contract__in=Contract.objects.visible_to(user).order_by().values("pk"))


class Obligation(Stateful):
    """A term to be kept 履約事項. Clause 3.2.1b."""

    class State(models.TextChoices):
        OPEN = "open", _("To be done")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("Delivery")
        ACCEPTANCE = "acceptance", _("Acceptance")
        WARRANTY = "warranty", _("Warranty")
        OTHER = "other", _("Other")

    state = FSMField(_("state"), choices=State.choices, default=State.OPEN, protected=True, editable=False)
    contract = models.ForeignKey(
        "contracts.Contract", verbose_name=_("contract"), on_delete=models.PROTECT, related_name="obligations"
    )
    kind = models.CharField(_("term"), max_length=12, choices=Kind.choices, default=Kind.DELIVERY)
    what = models.CharField(_("what is to be done"), max_length=200, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("responsible"), on_delete=models.PROTECT, related_name="+"
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=400, blank=True)
    history = HistoricalRecords()
    objects = ObligationQuerySet.as_manager()

    TONES = {"open": "wait", "done": "ok", "dropped": "void"}
    PATH = ("open", "done")
    QUEUE = {"title": "what", "party": "contract__customer_name", "person": "responsible__name"}

    class Meta:
        verbose_name = _("obligation")
        verbose_name_plural = _("obligations")
        default_permissions = ()
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(done_on__isnull=False) & ~Q(evidence="")),
                name="obligation_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return self.what or str(self.get_kind_display())

    def owner_of(self) -> Any:
        """Who answers for it."""
        return self.responsible

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.contract.customer_id

    def get_absolute_url(self) -> str:
        """The collection and fulfilment of its contract."""
        from django.urls import reverse

        return reverse("contracts:contract_collection", args=[self.contract_id]) + "#obligations"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return bool(self.state == self.State.OPEN)

    def may_be_changed_by(self, user: Any) -> bool:
        """Whether this person may say who does it and until when: who works on the contract, while it runs."""
        may_change = may(CHANGE, only=WHOSE)(self, user) or may(REVIEW)(self, user)
        return self.is_open and self.contract.state in RUNNING and may_change

    @requirement("3.2.1b", _("The contract still runs"))
    def is_of_a_running_contract(self) -> bool:
        """What was promised under a contract that has ended is closed with it."""
        return self.contract.state in RUNNING

    @transition(
        field=state,
        source=State.OPEN,
        target=State.DONE,
        conditions=[is_of_a_running_contract],
        permission=may(SEE, only=WHOSE),
        custom={
            "label": _("Mark as done"),
            "clause": "3.2",
            "forward": True,
            "asks": ["done_on", "evidence"],
            "form": "contracts.collecting_forms.DoneForm",
        },
    )
    def complete(self, by: Any) -> None:
        """It was kept on that day; the evidence says by what this is seen."""

    @transition(
        field=state,
        source=State.OPEN,
        target=State.DROPPED,
        conditions=[is_of_a_running_contract],
        permission=may(REVIEW),
        custom={"label": _("Drop"), "clause": "3.2", "comment": "required", "tone": "danger"},
    )
    def drop(self, by: Any) -> None:
        """The manager finds that it need not be done; the reason stands in its record."""

    @transition(
        field=state,
        source=State.DONE,
        target=State.OPEN,
        conditions=[is_of_a_running_contract],
        permission=may(SEE, only=WHOSE),
        custom={"label": _("Not done after all"), "clause": "3.2", "comment": "required", "tone": "danger"},
    )
    def reopen(self, by: Any) -> None:
        """It was marked by mistake, or the customer found fault."""
        self.done_on, self.evidence = None, ""
