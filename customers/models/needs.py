"""The needs stage: what the customer needs, what we propose and show, and what he asks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models.contacting import EvidenceQuerySet
from customers.models.contacts import Contact
from customers.models.opportunities import Opportunity
from kernel import clock


class Need(models.Model):
    """What the customer needs 業務需求, in three parts. Clause 3.1.4a."""

    opportunity = models.ForeignKey(Opportunity, editable=False, on_delete=models.PROTECT, related_name="needs")
    needs = models.TextField(_("needs"))
    pain_points = models.TextField(_("pain points"))
    expected_solution = models.TextField(_("expected solution"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)
    carried_from = models.ForeignKey(Opportunity, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("needs record")
        verbose_name_plural = _("needs records")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["opportunity"], name="need_one_each")]

    def __str__(self) -> str:
        return self.needs[:60]


class Proposal(models.Model):
    """A proposal 項目方案 made for this customer: a registered document, sent to him. Clause 3.1.4b."""

    opportunity = models.ForeignKey(Opportunity, editable=False, on_delete=models.PROTECT, related_name="proposals")
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"))
    document = models.ForeignKey(
        "documents.Document", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    sent_to = models.ForeignKey(
        Contact, verbose_name=_("sent to"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # of one written here: what its present version says ([{"heading", "text"}]), from which the next one is written
    made_from = models.CharField(_("template"), max_length=140, blank=True, editable=False)
    script = models.CharField(_("writing"), max_length=4, blank=True, editable=False)
    valid_until = models.DateField(_("valid until"), null=True, editable=False)
    sections = models.JSONField(_("text"), default=list, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_on=None) | Q(sent_to__isnull=False), name="proposal_sent_to_someone"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Demonstration(models.Model):
    """A demonstration with explanation 演示講解, held or waived with reason. Clause 3.1.4b."""

    opportunity = models.ForeignKey(
        Opportunity, editable=False, on_delete=models.PROTECT, related_name="demonstrations"
    )
    held_at = models.DateTimeField(_("held at"), null=True, blank=True)
    presenter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("presenter"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    attendees = models.CharField(_("attendees of the customer"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    waived = models.BooleanField(_("waived"), default=False)
    waive_reason = models.TextField(_("reason of the waiver"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)
    history = HistoricalRecords()
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("demonstration")
        verbose_name_plural = _("demonstrations")
        default_permissions = ()
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(waived=True) & ~Q(waive_reason="")) | (Q(waived=False) & Q(held_at__isnull=False)),
                name="demonstration_held_or_waived",
            )
        ]

    def __str__(self) -> str:
        return str(_("Waived")) if self.waived else f"{clock.local(self.held_at):%Y/%m/%d}"


class Question(models.Model):
    """A question, concern or problem of the customer 客戶疑問, until it is answered or closed. Clauses 3.1.4c, 3.1.6a."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        CONCERN = "concern", _("Concern")
        PROBLEM = "problem", _("Problem")

    opportunity = models.ForeignKey(Opportunity, editable=False, on_delete=models.PROTECT, related_name="questions")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.QUESTION)
    text = models.TextField(_("what he asks"))
    raised_by = models.ForeignKey(
        Contact, verbose_name=_("raised by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField(_("raised"), default=clock.now, editable=False)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(null=True, editable=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("assigned to"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="assigned_questions",
    )  # fmt: skip
    closed_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        default_permissions = ()
        ordering = ["id"]
        indexes = [models.Index(fields=["opportunity", "kind"], name="question_of_opportunity")]
        constraints = [
            models.CheckConstraint(condition=Q(answered_at=None) | ~Q(answer=""), name="question_answered_in_words"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(answered_at__isnull=False), name="question_accepted_after_answer"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def file_id_of(self) -> int:
        """The customer's file."""
        return self.opportunity.customer_id

    def get_absolute_url(self) -> str:
        """Its line among the opportunity's questions."""
        return f"{reverse('customers:question_list', args=[self.opportunity_id])}#q{self.pk}"

    @property
    def is_done(self) -> bool:
        """Whether nothing is owed on it any more."""
        return bool(self.closed_at or self.accepted_at)

    @property
    def tone(self) -> str:
        """The tone of its mark."""
        return "ok" if self.is_done else "active" if self.answered_at else "wait"
