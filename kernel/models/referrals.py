"""Referral: a decision handed to another 轉交, a question to another decider 徵詢, a copy for somebody to know 抄送."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.models.changes import StateChange, signature_of


class ReferralQuerySet(models.QuerySet):
    """Referrals as people reach them."""

    def visible_to(self, user: Any) -> ReferralQuerySet:
        """Those that he wrote or that are addressed to him or to whom he stands in for, in the right that is asked of him."""
        return self.filter(Q(sender=user.pk) | addressed_to(user)) if user.is_active else self.none()

    def of(self, record: Any) -> ReferralQuerySet:
        """All of one record, the oldest first."""
        people = ("sender", "sender_for", "to", "answered_by", "answered_for")
        rows = self.filter(model=record._meta.label_lower, row=record.pk)
        return rows.select_related(*people).order_by("id")

    def open(self) -> ReferralQuerySet:
        """Not answered, and whoever is asked still works here; whether the record still stands so is asked with it."""
        return self.filter(answered_at=None, to__is_active=True).exclude(kind=Referral.Kind.COPY)

    def live(self, record: Any) -> ReferralQuerySet:
        """The open ones of a record as it stands: each ends by itself when the record moves."""
        return self.of(record).open().filter(state=record.state, since=record.state_at)

    def copies_of(self, user: Any) -> ReferralQuerySet:
        """What was copied to this person."""
        return self.filter(kind=Referral.Kind.COPY, to=user.pk)


def addressed_to(user: Any) -> Q:
    """A condition on referrals: to himself, or to somebody whose right in question he holds as a deputy now."""
    deputed: dict[str, Any] = getattr(user, "deputed_rights", {})
    rules = [Q(right=right, to__in=sorted(absent)) for right, absent in sorted(deputed.items())]
    return reduce(or_, rules, Q(to=user.pk))


class Referral(models.Model):
    """Who brought a record before whom in which state, why, and what came of it. Clauses 1.3.1, 2.1."""

    class Kind(models.TextChoices):
        TRANSFER = "transfer", _("Transfer")
        ASK = "ask", _("Consultation")
        COPY = "copy", pgettext_lazy("referral", "Copy")

    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    title = models.CharField(max_length=200)
    # the record as it stood: with any later step the referral is void, without anybody having to end it
    state = models.CharField(max_length=40)
    since = models.DateTimeField()
    right = models.CharField(max_length=100, blank=True)  # what whoever is asked must hold; none for a copy
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sender_for = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referrals")
    text = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)  # answered, handed or taken back; a copy: read
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_for = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(_("answer"), blank=True)
    history = HistoricalRecords()
    objects = ReferralQuerySet.as_manager()

    ICONS: ClassVar[dict[str, str]] = {"transfer": "right", "ask": "chat", "copy": "mail"}

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        default_permissions = ()
        indexes = [
            models.Index(fields=["model", "row", "since"], name="referral_of_record"),
            models.Index(fields=["to", "kind", "-id"], name="referral_to"),
            models.Index(fields=["sender", "kind"], condition=Q(answered_at=None), name="referral_open_from"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(sender=F("to")), name="referral_to_another"),
            models.UniqueConstraint(
                fields=["model", "row", "since", "sender"],
                condition=Q(kind="transfer", answered_at=None),
                name="referral_one_transfer",
            ),
            models.UniqueConstraint(
                fields=["model", "row", "since", "sender", "to"],
                condition=Q(kind="ask", answered_at=None),
                name="referral_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.sender} → {self.to}"

    @property
    def key(self) -> str:
        """How the queue's links name the record."""
        return f"{self.model}:{self.row}"

    @property
    def model_class(self) -> Any:
        """The record's model."""
        return StateChange(model=self.model).model_class

    @property
    def kind_words(self) -> str:
        """The kind of record, in the reader's language."""
        return str(self.model_class._meta.verbose_name)

    @property
    def from_words(self) -> str:
        """Who wrote it, and for whom as a deputy: B for A."""
        return signature_of(self.sender, self.sender_for)

    @property
    def answered_words(self) -> str:
        """Who answered, and for whom as a deputy."""
        return signature_of(self.answered_by, self.answered_for)

    @property
    def is_taken_back(self) -> bool:
        """Whether the one who handed it over took it back himself."""
        return self.answered_at is not None and self.answered_by_id == self.sender_id
