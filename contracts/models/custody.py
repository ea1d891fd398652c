"""Custody of the paper original: lent to whom, why, until when; returned, lost, found again (clause 3.2.3c)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from contracts.models.access import ARCHIVE
from contracts.models.contracts import Contract
from kernel import clock
from kernel.permissions import may
from kernel.steps import Stateful

RETURN = "loan_return"  # the promise of the borrower


class LoanQuerySet(models.QuerySet):
    """Loans as people reach them."""

    def visible_to(self, user: Any) -> LoanQuerySet:
        """One's own, and those of contracts that one sees."""
        seen = Contract.objects.visible_to(user).order_by().values("pk")
        return self.filter(Q(borrower=user) | Q(contract__in=seen))

    def outstanding(self) -> LoanQuerySet:
        """Those whose original is not in its place: out, or lost."""
        return self.filter(state__in=Loan.OUTSTANDING)


class Loan(Stateful):
    """The loan 借閱 of a contract's paper original to a colleague. Clause 3.2.3c."""

    class State(models.TextChoices):
        OUT = "out", _("On loan")
        RETURNED = "returned", _("Returned")
        LOST = "lost", _("Original lost")

    OUTSTANDING = ("out", "lost")

    state = FSMField(_("state"), choices=State.choices, default=State.OUT, protected=True, editable=False)
    contract = models.ForeignKey(
        Contract, verbose_name=_("contract"), on_delete=models.PROTECT, related_name="loans", editable=False
    )
    borrower = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("borrower"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200)
    due_on = models.DateField(_("to be returned by"))
    lent_on = models.DateField(_("lent on"), default=clock.today, editable=False)
    lent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lent by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    returned_on = models.DateField(_("returned on"), null=True, editable=False)
    history = HistoricalRecords()
    objects = LoanQuerySet.as_manager()

    TONES = {"out": "wait", "returned": "ok", "lost": "bad"}
    PATH = ("out", "returned")
    QUEUE = {"title": "contract__title", "party": "contract__customer_name", "person": "borrower__name"}

    class Meta:
        verbose_name = _("loan of an original")
        verbose_name_plural = _("loans of originals")
        default_permissions = ()
        indexes = [models.Index(fields=["state", "-id"], name="loan_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state__in=("out", "lost")), name="loan_one_original"
            ),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("lent_on")), name="loan_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.contract.number} → {self.borrower}"

    @transition(
        field=state,
        source=State.OUT,
        target=State.RETURNED,
        permission=may(ARCHIVE),
        custom={
            "label": _("Take back"),
            "clause": "3.2.3c",
            "forward": True,
            "comment": "optional",
            "keeps": (RETURN,),
        },
    )
    def take_back(self, by: Any) -> None:
        """The original is in its place again."""
        self.returned_on = clock.today()

    @transition(
        field=state,
        source=State.OUT,
        target=State.LOST,
        permission=may(ARCHIVE),
        custom={"label": _("Report the loss"), "clause": "3.2.3c", "comment": "required", "tone": "danger"},
    )
    def report_loss(self, by: Any) -> None:
        """The original is gone; how and what follows is in the record of the step."""

    @transition(
        field=state,
        source=State.LOST,
        target=State.RETURNED,
        permission=may(ARCHIVE),
        custom={"label": _("Found again"), "clause": "3.2.3c", "forward": True, "comment": "required"},
    )
    def recover(self, by: Any) -> None:
        """It turned up and is in its place again."""
        self.returned_on = clock.today()

    def file_id_of(self) -> int | None:
        """No customer's file: the borrower may be of any department, and what he owes is not to name the customer."""
        return None

    def owner_of(self) -> Any:
        """Who holds the paper."""
        return self.borrower

    def audience_of(self) -> list[Any]:
        """Who holds it, who lent it, and the contract's custodian."""
        return [self.borrower, self.lent_by, self.contract.custodian]
