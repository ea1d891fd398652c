"""Survey 滿意度調查: one customer asked on one occasion, or passed over with the reason; and what he answers (3.4.4)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from aftersales.models.access import RECORD, VIEW_ALL, Department, own_customers
from aftersales.models.campaigns import Campaign
from aftersales.models.feedback import Feedback
from aftersales.models.questionnaires import VIEW_SURVEYS, Occasion, Question, Questionnaire
from kernel import clock
from kernel.wording import Worded


class SurveyQuerySet(models.QuerySet):
    """Surveys as people reach them: by the customer."""

    def visible_to(self, user: Any) -> SurveyQuerySet:
        """All for customer service and manager; those of his own customers for a salesperson (SECURITY C)."""
        if not user.has_perm(VIEW_SURVEYS):
            return self.none()
        return self if user.has_perm(VIEW_ALL) else self.filter(own_customers(user))

    def asked(self) -> SurveyQuerySet:
        """Those that were really asked."""
        return self.filter(passed_over="")

    def open(self) -> SurveyQuerySet:
        """Those that may still be answered."""
        stopped = Q(campaign__state=Campaign.State.FINISHED)
        return self.asked().filter(answered_at=None, expires_at__gt=clock.now()).exclude(stopped)


class Survey(Worded, models.Model):
    """One customer and one occasion: asked by letter or phone, answered once. Clauses 3.4.4a, 3.4.4b."""

    Occasion = Occasion

    class How(models.TextChoices):
        LINK = "link", pgettext_lazy("survey", "By questionnaire")
        PHONE = "phone", pgettext_lazy("survey", "By phone")

    class PassedOver(models.TextChoices):
        RECENT = "recent", _("asked a short time ago")
        REFUSED = "refused", _("wishes no surveys")
        UNREACHABLE = "unreachable", _("neither address nor number is known")

    occasion = models.CharField(_("occasion"), max_length=8, choices=Occasion.choices)
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("survey campaign"), null=True, on_delete=models.PROTECT, related_name="surveys"
    )
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="surveys")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="surveys")
    customer_name = models.CharField(_("customer"), max_length=160)
    contact = models.ForeignKey("customers.Contact", null=True, on_delete=models.PROTECT, related_name="+")
    feedback = models.ForeignKey(Feedback, null=True, on_delete=models.PROTECT, related_name="surveys")
    order = models.ForeignKey("orders.Order", null=True, on_delete=models.PROTECT, related_name="surveys")
    # what the answers are counted by, as it was when he was asked
    product = models.CharField(_("product"), max_length=160, blank=True)
    department = models.CharField(_("department"), max_length=12, choices=Department.choices, blank=True)
    how = models.CharField(_("how"), max_length=5, choices=How.choices, default=How.LINK)
    passed_over = models.CharField(_("not asked because"), max_length=11, choices=PassedOver.choices, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("customer service"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    written_at = models.DateTimeField(null=True)  # when its letter was handed to the mailer; None again when taken back
    expires_at = models.DateTimeField(_("answers until"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_how = models.CharField(max_length=5, choices=How.choices, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    wants_call = models.BooleanField(_("asks for a call"), default=False)
    made = models.ForeignKey(  # the feedback that his answers made
        Feedback, null=True, on_delete=models.PROTECT, related_name="from_surveys"
    )
    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        default_permissions = ("view",)
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["customer", "asked_at"], name="survey_of_customer"),
            models.Index(fields=["campaign", "answered_at"], name="survey_of_campaign"),
            models.Index(fields=["answered_at"], name="survey_answered"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "customer"], name="survey_once_a_campaign"),
            models.UniqueConstraint(fields=["feedback"], name="survey_once_a_feedback"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(occasion="order"), name="survey_once_an_order"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.customer_name

    def file_id_of(self) -> int:
        """The customer's file."""
        return self.customer_id

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("aftersales:survey_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it may still be answered."""
        is_over = self.campaign is not None and not self.campaign.is_asking
        return not (self.passed_over or self.answered_at or is_over) and self.expires_at > clock.now()

    @property
    def standing(self) -> tuple[str, Any]:
        """Its tone, and how it stands in words."""
        if self.passed_over:
            return "void", _("Not asked: %(why)s") % {"why": self.get_passed_over_display()}
        if self.answered_at:
            return "ok", _("Answered")
        if not self.is_open:
            return "void", _("Not answered")
        if self.how == self.How.PHONE:
            return "wait", _("To be called")
        return ("active", _("Waiting for an answer")) if self.written_at else ("idle", _("Held back"))

    @property
    def standing_words(self) -> str:
        """How it stands, for files."""
        return str(self.standing[1])

    def may_be_taken_by(self, user: Any) -> bool:
        """Whether this person enters the customer's answers on the phone. Clause 3.4.4b."""
        return self.is_open and user.has_perm(RECORD)


class AnswerQuerySet(models.QuerySet):
    """Answers as people reach them: by the survey."""

    def visible_to(self, user: Any) -> AnswerQuerySet:
        """Those of surveys that this person sees."""
        if user.has_perm(VIEW_SURVEYS) and user.has_perm(VIEW_ALL):
            return self
        return self.filter(survey__in=Survey.objects.visible_to(user).order_by().values("pk"))


class Answer(models.Model):
    """What a customer answered to one question; kept as he said it, outside of every history. Clause 3.4.4b."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(null=True)
    text = models.TextField(blank=True, max_length=2_000)
    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("survey", "answer")
        verbose_name_plural = pgettext_lazy("survey", "answers")
        default_permissions = ()
        ordering = ["question__position", "pk"]
        indexes = [models.Index(fields=["question", "number"], name="answer_counted")]
        constraints = [models.UniqueConstraint(fields=["survey", "question"], name="answer_once")]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """The answer in words, in the reader's language."""
        return self.question.said(self.number, self.text)


class SurveyRefusal(models.Model):
    """A contact who wishes no surveys: he said so by his link or to customer service. Clause 3.4.4a."""

    contact = models.OneToOneField("customers.Contact", on_delete=models.CASCADE, related_name="survey_refusal")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("refusal of surveys")
        verbose_name_plural = _("refusals of surveys")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.contact_id)
