"""Feedback 客戶反饋: an inquiry, complaint or suggestion with the time promised, its rounds and what was said (3.4)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField
from simple_history.models import HistoricalRecords

from aftersales.models.access import RECORD, RUNNING, Department, FeedbackQuerySet, departments_of
from aftersales.models.causes import CauseCategory
from aftersales.models.stages import FeedbackSteps, State
from kernel import calendar, clock
from kernel.searching import Searchable
from kernel.settings import define, setting

HOURS = _("working hours")


class Kind(models.TextChoices):
    """What the customer came with. Clause 3.4.1a."""

    INQUIRY = "inquiry", _("Inquiry")
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")


class Severity(models.TextChoices):
    """How much it matters to the customer."""

    LOW = "low", pgettext_lazy("severity", "Low")
    NORMAL = "normal", pgettext_lazy("severity", "Normal")
    HIGH = "high", pgettext_lazy("severity", "High")


DEFAULT_HOURS = {
    ("inquiry", "low"): 24, ("inquiry", "normal"): 16, ("inquiry", "high"): 8,
    ("complaint", "low"): 40, ("complaint", "normal"): 24, ("complaint", "high"): 16,
    ("suggestion", "low"): 80, ("suggestion", "normal"): 80, ("suggestion", "high"): 40,
}  # fmt: skip
LABELS = {
    "inquiry": _("Time promised for an inquiry (severity: {severity})"),
    "complaint": _("Time promised for a complaint (severity: {severity})"),
    "suggestion": _("Time promised for a suggestion (severity: {severity})"),
}
for (_kind, _severity), _hours in DEFAULT_HOURS.items():
    define(
        f"aftersales.{_kind}_{_severity}_hours", _hours, format_lazy(LABELS[_kind], severity=Severity(_severity).label),
        unit=HOURS, clause="3.4.1c",
    )  # fmt: skip


def default_time(kind: str, severity: str) -> datetime:
    """The time that is promised unless another is entered, on the working calendar. Clause 3.4.1c."""
    hours = Decimal(setting(f"aftersales.{kind}_{severity}_hours"))
    return calendar.add_working_hours(clock.now(), hours)


class Feedback(Searchable, FeedbackSteps):
    """One feedback of a customer. Clauses 3.4.1 – 3.4.3, 2.2.3a."""

    State, Kind, Severity, Department = State, Kind, Severity, Department

    class Channel(models.TextChoices):
        PHONE = "phone", pgettext_lazy("channel", "Phone")
        EMAIL = "email", _("E-mail")
        ONLINE = "online", _("Online form")
        LINK = "link", _("By his link")
        VISIT = "visit", _("Visit")
        OTHER = "other", _("Other")

    state = FSMField(_("state"), choices=State.choices, default=State.RECEIVED, protected=True, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    kind = models.CharField(pgettext_lazy("feedback", "kind"), max_length=10, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.PHONE)
    severity = models.CharField(_("severity"), max_length=6, choices=Severity.choices, default=Severity.NORMAL)
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="feedback",
    )  # fmt: skip
    customer_name = models.CharField(_("customer's name"), max_length=160, blank=True)
    contact = models.ForeignKey(
        "customers.Contact", verbose_name=_("contact at the customer"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    # who wrote, where he is no contact of ours: personal, outside history, never shown to departments
    reporter = models.CharField(_("your name"), max_length=80, blank=True)
    reporter_reach = models.CharField(_("phone or e-mail"), max_length=120, blank=True)
    order = models.ForeignKey(
        "orders.Order", verbose_name=_("order"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="feedback",
    )  # fmt: skip
    product = models.CharField(_("product"), max_length=160, blank=True)
    subject = models.CharField(_("in one line"), max_length=120)
    text = models.TextField(_("what the customer says"), max_length=5_000)
    earlier = models.ForeignKey(
        "self", verbose_name=_("earlier feedback"), null=True, blank=True, editable=False, on_delete=models.PROTECT,
        related_name="later",
    )  # fmt: skip
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("customer service"), null=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    received_at = models.DateTimeField(_("received at"), default=clock.now, editable=False)
    promised_at = models.DateTimeField(_("promised time"))
    told_at = models.DateTimeField(_("customer told at"), null=True, editable=False)
    department = models.CharField(_("department"), max_length=12, choices=Department.choices, blank=True)
    cause_category = models.ForeignKey(
        CauseCategory, verbose_name=_("cause category"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="feedback",
    )  # fmt: skip
    cause = models.TextField(_("cause"), blank=True, max_length=2_000)
    solution = models.TextField(_("solution"), blank=True, max_length=2_000)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("responsible person"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    reported_at = models.DateTimeField(_("result reported at"), null=True, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    waiting_since = models.DateTimeField(_("waiting for the customer since"), null=True, editable=False)
    rest_hours = models.DecimalField(max_digits=8, decimal_places=2, null=True, editable=False)
    answer = models.TextField(_("what the customer answers"), blank=True, max_length=2_000)
    score = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    history = HistoricalRecords(excluded_fields=["reporter", "reporter_reach"])
    objects = FeedbackQuerySet.as_manager()

    SEARCHED = ("number", "customer_name", "subject")
    TONES = {
        "received": "wait", "assigned": "wait", "investigating": "active", "solving": "active", "resolved": "wait",
        "confirmed": "ok", "closed": "void", "lapsed": "void",
    }  # fmt: skip
    PATH = ("received", "assigned", "investigating", "solving", "resolved", "confirmed")
    QUEUE = {"title": "subject", "party": "customer_name", "person": "handler__name"}

    class Meta:
        verbose_name = pgettext_lazy("customer's", "feedback")
        verbose_name_plural = pgettext_lazy("customers'", "feedback")
        default_permissions = ("view",)
        permissions = [
            ("view_all_feedback", "Can see the feedback of all customers"),
            ("record_feedback", "Can record feedback, pass it on and speak to the customer"),
            ("decide_feedback", "Can close feedback as unreasonable or let it lapse"),
            ("advise_feedback", "Can investigate and solve feedback routed to technical staff"),
        ]
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "promised_at"], name="feedback_state"),
            models.Index(fields=["department", "state"], name="feedback_department"),
            models.Index(fields=["received_at"], name="feedback_received"),
            models.Index(fields=["state", "received_at"], name="feedback_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def owner_of(self) -> Any:
        """Customer service, who took it in hand."""
        return self.handler

    def audience_of(self) -> list[Any]:
        """Customer service, who answers for the solution, and the customer's salesperson."""
        people = {self.handler, self.responsible, self.customer.owner if self.customer else None}
        return sorted((p for p in people if p), key=lambda p: p.pk)

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.customer_id

    @cached_property
    def is_running(self) -> bool:
        """Whether somebody owes something on it."""
        return self.state in RUNNING

    def may_be_served_by(self, user: Any) -> bool:
        """Whether this person speaks to the customer about it."""
        return self.is_running and user.has_perm(RECORD)

    def may_be_found_out_by(self, user: Any) -> bool:
        """Whether this person enters cause and solution: the department, or customer service. Clause 3.4.2b."""
        open_ = self.state in (State.ASSIGNED, State.INVESTIGATING, State.SOLVING)
        return open_ and (user.has_perm(RECORD) or self.department in departments_of(user))

    def knows_who_by(self, user: Any) -> bool:
        """Whether this person may read how the customer is reached; departments never do."""
        return bool(user.has_perm(RECORD) or (self.customer and self.customer.is_served_by(user)))

    def _end_round(self, result: str) -> None:
        FeedbackRound.objects.create(
            feedback=self, number=self.round, result=result, department=self.department,
            cause_category=self.cause_category, cause=self.cause, solution=self.solution,
            responsible=self.responsible, promised_at=self.promised_at, resolved_at=self.resolved_at,
            answer=self.answer, score=self.score,
        )  # fmt: skip

    def _begin_round(self) -> None:
        """The round that ended is kept; the next one has a time of its own, which the customer is told."""
        self._end_round("dissatisfied")
        self.round += 1
        self.cause_category, self.cause, self.solution = None, "", ""
        self.resolved_at, self.reported_at, self.reminders, self.told_at = None, None, 0, None
        self.promised_at = default_time(self.kind, self.severity)


class OfFeedback(models.QuerySet):
    """Rows of feedback as people reach them: by the feedback (field `feedback`)."""

    def visible_to(self, user: Any) -> OfFeedback:
        """Those of the feedback that this person sees."""
        return self.filter(feedback__in=Feedback.objects.visible_to(user).order_by().values("pk"))


class FeedbackRound(models.Model):
    """A round 第 N 次處理 that ended: cause, solution, who was responsible, what the customer said. Clause 3.4.3b."""

    is_append_only = True
    may_be_redacted = True  # a person is erased from its words; that it was done is written before

    class Result(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied")
        DISSATISFIED = "dissatisfied", _("Not satisfied")
        CLOSED = "closed", _("Closed by the manager")
        SILENT = "silent", _("Closed without an answer")

    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=12, choices=Result.choices)
    department = models.CharField(max_length=12, choices=Department.choices, blank=True)
    cause_category = models.ForeignKey(CauseCategory, null=True, on_delete=models.PROTECT, related_name="+")
    cause = models.TextField(blank=True)
    solution = models.TextField(blank=True)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    promised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    ended_at = models.DateTimeField(default=clock.now)
    objects = OfFeedback.as_manager()

    class Meta:
        verbose_name = _("round of a feedback")
        verbose_name_plural = _("rounds of feedback")
        default_permissions = ()
        ordering = ["feedback", "number", "pk"]
        indexes = [models.Index(fields=["result", "ended_at"], name="feedbackround_result")]

    def __str__(self) -> str:
        return f"{self.feedback_id} · {self.number}"


class FeedbackMessage(models.Model):
    """What was said: to the customer, by him, or within the house. Clauses 3.4.1c, 3.4.2c, 3.4.3a."""

    is_append_only = True
    may_be_redacted = True  # a person is erased from its words; that it was done is written before

    class What(models.TextChoices):
        TIME = "time", _("Promised time")
        PROGRESS = "progress", _("Progress")
        RESULT = "result", _("Result, and the question whether he is satisfied")
        REMINDER = "reminder", _("Reminder to answer")
        CUSTOMER = "customer", _("The customer writes")
        NOTE = "note", _("Note within the house")

    class How(models.TextChoices):
        LETTER = "letter", _("By e-mail, with his link")
        PHONE = "phone", _("By phone, noted here")
        PAGE = "page", _("On his page")
        MAIL = "mail", _("By e-mail")

    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="messages")
    what = models.CharField(pgettext_lazy("message", "what"), max_length=10, choices=What.choices)
    how = models.CharField(_("how"), max_length=8, choices=How.choices, blank=True)
    text = models.TextField(_("text"), max_length=2_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    objects = OfFeedback.as_manager()

    class Meta:
        verbose_name = _("message on a feedback")
        verbose_name_plural = _("messages on feedback")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.text[:60]
