"""What reviewers leave behind: the versions they saw, their opinions on clauses, their checklists (clauses 3.2.2, 3.2.3a)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from contracts.models.access import LEGAL, REVIEW
from kernel import clock
from kernel.permissions import ABOVE


class Side(models.TextChoices):
    """Who reviews: the manager first, then legal."""

    MANAGER = "manager", _("Sales manager")
    LEGAL = "legal", _("Legal")


class Point(models.TextChoices):
    """What a reviewer looks at. Clause 3.2.2a."""

    COMPANY_INTEREST = "company_interest", _("The company's interest")
    BUSINESS_NEED = "business_need", _("Business need")
    RISK_CONTROL = "risk_control", _("Risk control")
    LEGAL_RISK = "legal_risk", _("Legal risk")
    LOOPHOLES = "loopholes", _("Loopholes")
    CLEAR_AND_EXACT = "clear_and_exact", _("Terms are clear and exact")


POINTS = {
    Side.MANAGER: list(Point),
    Side.LEGAL: [Point.LEGAL_RISK, Point.LOOPHOLES, Point.CLEAR_AND_EXACT],
}


class ContractVersion(models.Model):
    """The content of a contract as it was submitted: never changed, compared with what comes after."""

    is_append_only = True  # kernel.triggers: the database refuses to change or delete a row

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()
    text_hash = models.CharField(max_length=64)
    commercial_hash = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("contract version")
        verbose_name_plural = _("contract versions")
        default_permissions = ()
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="contractversion_once")]

    def __str__(self) -> str:
        return f"{self.contract_id} v{self.number}"


class ReviewOpinionQuerySet(models.QuerySet):
    """Opinions by what is still to be done about them."""

    def open(self) -> ReviewOpinionQuerySet:
        """Those that their author has neither accepted as settled nor waived."""
        return self.filter(accepted_at=None, waived_at=None)

    def blocking(self) -> ReviewOpinionQuerySet:
        """Those that must be settled before the contract is ready to sign."""
        return self.filter(kind=ReviewOpinion.Kind.BLOCKING)


class ReviewOpinion(models.Model):
    """A reviewer's opinion 審核意見 on a clause or on the contract; answered by the drafter, accepted by its author."""

    class Kind(models.TextChoices):
        BLOCKING = "blocking", _("Blocking opinion")
        ADVISORY = "advisory", _("Advisory opinion")

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="opinions")
    clause = models.ForeignKey(
        "contracts.ContractClause",
        verbose_name=_("contract clause"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="opinions",
    )
    # stays when the clause is deleted, so that the change is known to answer this opinion
    clause_key = models.PositiveBigIntegerField(null=True, editable=False)
    about = models.CharField(_("about"), max_length=120, blank=True, editable=False)
    version_number = models.PositiveSmallIntegerField(editable=False)
    side = models.CharField(max_length=10, choices=Side.choices, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.BLOCKING)
    text = models.TextField(_("opinion"), max_length=4_000)
    proposed_wording = models.TextField(_("proposed wording"), blank=True, max_length=20_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(default=clock.now, editable=False)
    answer = models.TextField(_("answer"), blank=True, max_length=4_000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    accepted_at = models.DateTimeField(null=True, editable=False)
    waived_at = models.DateTimeField(null=True, editable=False)
    waive_reason = models.TextField(_("reason"), blank=True, max_length=1_000)
    history = HistoricalRecords()
    objects = ReviewOpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("review opinion")
        verbose_name_plural = _("review opinions")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["contract"], condition=Q(accepted_at=None, waived_at=None), name="opinion_open")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(answered_at__isnull=False), name="opinion_answered_before_accepted"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_open(self) -> bool:
        """Neither accepted nor waived."""
        return self.accepted_at is None and self.waived_at is None

    @property
    def is_blocking(self) -> bool:
        """Whether it must be settled before signing."""
        return self.kind == self.Kind.BLOCKING

    @property
    def tone(self) -> str:
        """The tone of its mark."""
        if not self.is_open:
            return "ok" if self.accepted_at else "void"
        return "bad" if self.is_blocking and not self.answered_at else "wait"

    def is_authored_by(self, user: Any) -> bool:
        """Whether this person settles it: its author while he reviews, or who stands in for an author no longer active."""
        holds = user.has_perm(REVIEW if self.side == Side.MANAGER else LEGAL)
        if self.by_id == user.pk:
            return holds or user.has_perm(ABOVE)
        return holds and not self.by.is_active


class ReviewPoint(models.Model):
    """One point of a reviewer's checklist on one version. Clause 3.2.2a."""

    class Verdict(models.TextChoices):
        OK = "ok", _("In order")
        REMARK = "remark", _("Acceptable, with a remark")
        ISSUE = "issue", _("Not in order")

    contract = models.ForeignKey("contracts.Contract", on_delete=models.PROTECT, related_name="points")
    version_number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    point = models.CharField(_("point"), max_length=20, choices=Point.choices)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    note = models.TextField(_("opinion"), blank=True, max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("review point")
        verbose_name_plural = _("review points")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "version_number", "side", "point"], name="reviewpoint_once")
        ]

    def __str__(self) -> str:
        return f"{self.point}: {self.verdict}"

    @property
    def tone(self) -> str:
        """The tone of its mark."""
        return {"ok": "ok", "remark": "wait", "issue": "bad"}[self.verdict]
