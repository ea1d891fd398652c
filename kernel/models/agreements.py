"""Agreement: where a clause says that the manager must agree, his dated agreement with reason is evidence a guard reads."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.permissions import ABOVE, may
from kernel.steps import Stateful

AGREE = "kernel.agree_exception"


ABOUT: dict[str, Any] = {}  # clause → the sentence of what is asked for, with %(title)s


def name_request(clause: str, sentence: Any) -> None:
    """Declare how requests for an agreement under a clause read; `%(title)s` is replaced by the matter."""
    ABOUT[clause] = sentence


def titled(clause: str, title: str) -> str:
    """What is asked for and on which matter, in the reader's language."""
    return str(ABOUT[clause]) % {"title": title} if clause in ABOUT else title


class AgreementQuerySet(models.QuerySet):
    """Agreements as people reach them."""

    def visible_to(self, user: Any) -> AgreementQuerySet:
        """Those he asked for, and all of them for who decides on them."""
        if user.has_perm(AGREE) or user.has_perm(ABOVE):
            return self
        return self.filter(asked_by=user)

    def for_record(self, record: models.Model, clause: str = "") -> AgreementQuerySet:
        """Those on one record, newest first, for one clause if named."""
        rows = self.filter(model=record._meta.label_lower, row=record.pk).order_by("-id")
        return rows.filter(clause=clause) if clause else rows


class Agreement(Stateful):
    """An exception that somebody asks for and the manager agrees to or refuses, with reason. Clause 1.3.1."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    state = FSMField(_("state"), choices=State.choices, default=State.REQUESTED, protected=True, editable=False)
    clause = models.CharField(_("clause"), max_length=12)
    model = models.CharField(max_length=60, editable=False)
    row = models.PositiveBigIntegerField(editable=False)
    file = models.PositiveBigIntegerField(null=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    # what exactly is agreed to; a guard compares it, so that a later change of the figures needs a new agreement
    subject = models.CharField(_("subject"), max_length=200)
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    # whose matter it is; he asked or another did for him, he does not decide on it (SECURITY S1)
    beneficiary = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    history = HistoricalRecords()
    objects = AgreementQuerySet.as_manager()

    TONES = {"requested": "wait", "agreed": "ok", "refused": "bad", "withdrawn": "void"}
    QUEUE = {"title": "title", "person": "asked_by__name"}
    BUDGETS = {"requested": "kernel.agreement_hours"}
    OWED_BY_HOLDERS_OF = {"requested": AGREE}

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        default_permissions = ()
        permissions = [("agree_exception", "Can agree to exceptions")]
        indexes = [models.Index(fields=["model", "row"]), models.Index(fields=["clause", "state"])]

    def __str__(self) -> str:
        return titled(self.clause, self.title)

    def words_of(self) -> dict[str, str]:
        """The matter, and the clause by which a reader is told what is asked."""
        return {"title": self.title, "about": self.clause}

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.AGREED,
        permission=may(AGREE, but_not=("asked_by", "beneficiary")),
        custom={"label": _("Agree"), "clause": "1.3.1", "approval": True, "comment": "required"},
    )
    def agree(self, by: Any) -> None:
        """The exception holds from now on, with the decider's reason."""
        self.decided_by = by

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.REFUSED,
        permission=may(AGREE, but_not=("asked_by", "beneficiary")),
        custom={"label": _("Refuse"), "clause": "1.3.1", "approval": True, "comment": "required", "tone": "danger"},
    )
    def refuse(self, by: Any) -> None:
        """The exception is refused for good; another may be asked for."""
        self.decided_by = by

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.WITHDRAWN,
        permission=may(only=("asked_by",)),
        custom={"label": _("Withdraw"), "clause": "1.3.1", "tone": "quiet"},
    )
    def withdraw(self, by: Any) -> None:
        """The one who asked takes it back before a decision."""

    def file_id_of(self) -> int | None:
        """The file of the record it is about."""
        return self.file

    def audience_of(self) -> list[Any]:
        """Who asked."""
        return [self.asked_by]

    def owner_of(self) -> Any:
        """Who asked."""
        return self.asked_by

    def preview_of(self, user: Any) -> dict[str, Any]:
        """What the app of the record in question shows of it."""
        from kernel.panels import drawn_sections

        return {"sections": drawn_sections(self, user)}

    @property
    def subject_record(self) -> models.Model:
        """The record it is about."""
        return apps.get_model(self.model)._base_manager.get(pk=self.row)


def agreed(record: models.Model, clause: str, subject: str) -> bool:
    """Whether the manager agreed to exactly this on this record: evidence for a guard."""
    return Agreement.objects.for_record(record, clause).filter(state=Agreement.State.AGREED, subject=subject).exists()


def ask(record: Any, clause: str, subject: str, *, title: str, reason: str, by: Any) -> Agreement:
    """Ask for an agreement once: the open request of the same subject is returned instead of a second one."""
    rows = Agreement.objects.for_record(record, clause).filter(subject=subject)
    existing = rows.filter(state__in=[Agreement.State.REQUESTED, Agreement.State.AGREED]).first()
    if existing:
        return existing
    from kernel.advance import begin

    return begin(
        Agreement(
            model=record._meta.label_lower,
            row=record.pk,
            file=record.file_id_of(),
            clause=clause,
            subject=subject,
            title=title[:200],
            reason=reason,
            asked_by=by,
            beneficiary=record.owner_of(),
        ),
        by=by,
    )
