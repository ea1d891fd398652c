"""Mail 來信: what came in by e-mail, each letter once, to be recorded, put to a feedback, or set aside (3.4.1b)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from aftersales.models.access import RECORD, VIEW_ALL
from aftersales.models.feedback import HOURS, Feedback
from kernel import clock
from kernel.permissions import may
from kernel.settings import define
from kernel.steps import SYSTEM, Stateful

define("aftersales.mail_hours", 4, _("Time to record what came in by e-mail"), unit=HOURS, clause="3.4.1c")
define(
    "aftersales.mail_tries", 20, _("Letters of one sender that are taken in; more are set aside"), unit=_("an hour"),
    clause="3.4.1b",
)  # fmt: skip
define(
    "aftersales.mail_days", 180, _("Text and sender of letters that came in are forgotten after"), unit=_("days"),
    clause="3.4.1b",
)  # fmt: skip


class MailQuerySet(models.QuerySet):
    """Letters as people reach them."""

    def visible_to(self, user: Any) -> MailQuerySet:
        """All for customer service, manager and director; none for anybody else: a letter is a customer's own words."""
        return self if user.has_perm(VIEW_ALL) else self.none()

    def waiting(self) -> MailQuerySet:
        """Those that nobody has sorted yet, the oldest first."""
        return self.filter(state="waiting").order_by("received_at", "pk")


class Mail(Stateful):
    """One letter that came in by e-mail. Clause 3.4.1b."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be sorted")
        RECORDED = "recorded", _("Recorded as feedback")
        ATTACHED = "attached", _("Put to its feedback")
        DISCARDED = "discarded", _("Not for us")
        IGNORED = "ignored", _("Set aside unread")

    class Reason(models.TextChoices):
        AUTO = "auto", _("Automatic reply")
        BOUNCE = "bounce", _("Undeliverable letter come back")
        LIST = "list", _("Mailing list")
        NOBODY = "nobody", _("No sender who could be answered")
        OWN = "own", _("Our own letter")
        FLOOD = "flood", _("Too many letters of one sender")

    state = FSMField(_("state"), choices=State.choices, default=State.WAITING, protected=True, editable=False)
    # the letter itself is personal: outside history, forgotten when its time is over
    key = models.CharField(max_length=64, unique=True, editable=False)  # of Message-ID and sender: twice is once
    message_id = models.CharField(max_length=250, editable=False)
    sender = models.CharField(_("sender"), max_length=120, blank=True, editable=False)
    sender_name = models.CharField(_("sender's name"), max_length=80, blank=True, editable=False)
    subject = models.CharField(_("subject"), max_length=200, blank=True, editable=False)
    text = models.TextField(_("text"), blank=True, editable=False)
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    contact = models.ForeignKey(
        "customers.Contact", verbose_name=_("contact at the customer"), null=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    feedback = models.ForeignKey(
        Feedback, verbose_name=_("feedback"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="mails",
    )  # fmt: skip
    reason = models.CharField(max_length=8, choices=Reason.choices, blank=True, editable=False)
    refused = models.TextField(_("files that did not come in"), blank=True, editable=False)
    received_at = models.DateTimeField(_("received at"), default=clock.now, editable=False)
    history = HistoricalRecords(excluded_fields=["sender", "sender_name", "subject", "text", "message_id", "refused"])
    objects = MailQuerySet.as_manager()

    TONES: ClassVar = {"waiting": "wait", "recorded": "ok", "attached": "ok", "discarded": "void", "ignored": "void"}
    QUEUE: ClassVar = {"title": "subject"}
    BUDGETS: ClassVar = {"waiting": "aftersales.mail_hours"}
    OWED_BY_HOLDERS_OF: ClassVar = {"waiting": RECORD}

    class Meta:
        verbose_name = _("letter by e-mail")
        verbose_name_plural = _("letters by e-mail")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "received_at"], name="mail_state")]

    def __str__(self) -> str:
        return self.subject or self.sender_name or self.sender or f"#{self.pk}"

    def words_of(self) -> dict[str, str]:
        """Its number alone: subject and sender are personal and are forgotten, what is stored about it is not."""
        return {"title": f"E-mail {self.pk or ''}".strip()}

    @transition(
        field=state, source=State.WAITING, target=State.RECORDED, permission=may(RECORD),
        custom={
            "label": _("Record as feedback"), "clause": "3.4.1c", "forward": True,
            "form": "aftersales.forms_mail.RecordMailForm",
        },
    )  # fmt: skip
    def record(self, by: Any) -> None:
        """Customer service reads it, says what it is, and the customer hears the promised time."""

    @transition(
        field=state, source=State.WAITING, target=State.ATTACHED, permission=may(RECORD),
        custom={
            "label": _("Put to a feedback"), "clause": "3.4.1c", "form": "aftersales.forms_mail.AttachMailForm",
        },
    )  # fmt: skip
    def attach(self, by: Any) -> None:
        """It belongs to a feedback that is known already."""

    @transition(
        field=state, source=State.WAITING, target=State.ATTACHED, permission=SYSTEM,
        custom={"label": _("Recognised as an answer"), "clause": "3.4.1b"},
    )  # fmt: skip
    def attach_by_itself(self, by: Any) -> None:
        """It answers a feedback of its sender's."""

    @transition(
        field=state, source=State.WAITING, target=State.DISCARDED, permission=may(RECORD),
        custom={"label": _("Discard it"), "clause": "3.4.1b", "comment": "required", "tone": "danger"},
    )  # fmt: skip
    def discard(self, by: Any) -> None:
        """Advertising, or nothing that customer service has to do with."""

    @transition(
        field=state, source=State.WAITING, target=State.IGNORED, permission=SYSTEM,
        custom={"label": _("Set aside by itself"), "clause": "3.4.1b"},
    )  # fmt: skip
    def ignore(self, by: Any) -> None:
        """A machine wrote it, or too much came from there: nobody is answered and nothing is opened."""

    @transition(
        field=state, source=[State.DISCARDED, State.IGNORED], target=State.WAITING, permission=may(RECORD),
        custom={"label": _("Sort it after all"), "clause": "3.4.1b"},
    )  # fmt: skip
    def restore(self, by: Any) -> None:
        """It was a customer's letter after all."""


class MailSeen(models.Model):
    """A place in the mailbox that was taken care of, whatever it held; a letter whose reading failed is tried again."""

    mailbox = models.CharField(max_length=160)
    validity = models.PositiveBigIntegerField()
    uid = models.PositiveBigIntegerField()
    mail = models.ForeignKey(Mail, null=True, on_delete=models.PROTECT, related_name="places")
    tries = models.PositiveSmallIntegerField(default=0)
    is_done = models.BooleanField(default=False)
    error = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("place in the mailbox")
        verbose_name_plural = _("places in the mailbox")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["mailbox", "validity", "uid"], name="mailseen_once")]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.validity}:{self.uid}"
