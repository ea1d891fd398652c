"""Seals, the request to use one on an approved text, and the register of what was sealed or refused (clause 3.2.3b)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from contracts.models.access import REVIEW
from contracts.models.contracts import Contract
from kernel import clock
from kernel.permissions import may
from kernel.searching import Searchable
from kernel.settings import define
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement

KEEP = "contracts.keep_seal"
MOST_COPIES = 99
HOURS = _("working hours")
define("contracts.seal_approval_hours", 8, _("Time to decide on a seal request"), unit=HOURS, clause="1.3.2")
define("contracts.sealing_hours", 8, _("Time to seal what was approved"), unit=HOURS, clause="1.3.2")


class Seal(models.Model):
    """A seal 印章 of the company and who keeps it; contract seal and company seal are kept apart. Clause 3.2.3b."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("Contract seal")
        COMPANY = "company", _("Company seal")
        REPRESENTATIVE = "representative", _("Seal of the legal representative")
        OTHER = "other", _("Other seal")

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.CONTRACT)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("seal keeper"), on_delete=models.PROTECT, related_name="seals_kept"
    )
    is_in_use = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["name"]
        default_permissions = ("view", "add", "change")
        permissions = [("keep_seal", "Can keep a seal and record its use")]

    def __str__(self) -> str:
        return self.name


class SealRequestQuerySet(models.QuerySet):
    """Seal requests as people reach them: with their contract."""

    def visible_to(self, user: Any) -> SealRequestQuerySet:
        """Those of contracts that this person sees."""
        return self.filter(contract__in=Contract.objects.visible_to(user).order_by().values("pk"))

    def open(self) -> SealRequestQuerySet:
        """Those still to be decided on or to be sealed."""
        return self.filter(state__in=SealRequest.OPEN)


class SealRequest(Searchable, Stateful):
    """A seal request 用印申請: this approved text, so many copies, with that seal. Clause 3.2.3b."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Seal requested")
        APPROVED = "approved", _("Approved, to be sealed")
        SEALED = "sealed", _("Sealed")
        REFUSED = "refused", _("Seal refused")
        VOIDED = "voided", _("Voided")

    OPEN = ("requested", "approved")

    state = FSMField(_("state"), choices=State.choices, default=State.REQUESTED, protected=True, editable=False)
    contract = models.ForeignKey(
        Contract, verbose_name=_("contract"), on_delete=models.PROTECT, related_name="seal_requests", editable=False
    )
    seal = models.ForeignKey(Seal, verbose_name=_("seal"), on_delete=models.PROTECT, related_name="requests")
    copies = models.PositiveSmallIntegerField(
        _("copies"), default=2, validators=[MinValueValidator(1), MaxValueValidator(MOST_COPIES)]
    )
    purpose = models.CharField(_("purpose"), max_length=200)

    # the approved text as it stood when the seal was asked for
    number = models.CharField(_("contract number"), max_length=20, editable=False)
    text_version = models.PositiveSmallIntegerField(_("version"), editable=False)
    text_hash = models.CharField(_("text hash"), max_length=64, editable=False)
    pages = models.PositiveSmallIntegerField(_("pages"), editable=False)

    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handler"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approver"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    history = HistoricalRecords()
    objects = SealRequestQuerySet.as_manager()

    SEARCHED = ("number", "purpose")

    TONES = {"requested": "wait", "approved": "active", "sealed": "ok", "refused": "bad", "voided": "void"}
    PATH = ("requested", "approved", "sealed")
    QUEUE = {"title": "contract__title", "party": "contract__customer_name", "person": "requested_by__name"}
    BUDGETS = {"requested": "contracts.seal_approval_hours", "approved": "contracts.sealing_hours"}
    OWED_BY_HOLDERS_OF = {"requested": REVIEW}

    class Meta:
        verbose_name = _("seal request")
        verbose_name_plural = _("seal requests")
        default_permissions = ()
        indexes = [models.Index(fields=["state", "-id"], name="sealrequest_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "seal"],
                condition=Q(state__in=("requested", "approved")),
                name="sealrequest_one_open",
            ),
            models.CheckConstraint(condition=Q(copies__gte=1, pages__gte=1), name="sealrequest_some_paper"),
            models.CheckConstraint(
                condition=~Q(approved_by=models.F("requested_by")), name="sealrequest_duties_separate"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.seal}"

    # --- what a step needs -----------------------------------------------------------------------
    @requirement("3.2.3b", _("The text is the one that was approved; it is not approved a second time"))
    def is_the_approved_text(self) -> bool | Missing:
        """The contract still waits to be signed, and its text has the digest that legal approved."""
        if self.contract.state != "ready_to_sign":
            return missing(_("The contract is not ready to sign any more."))
        return self.text_hash == self.contract.approved_hash == self.contract.text_hash

    @requirement(
        "3.2.3b", _("The keeper compared the paper, and it is the approved one"), at="contracts:sealrequest_keep"
    )
    def is_compared(self) -> bool:
        """Number, version, hash and pages of the paper were found equal, and the seal is in the register."""
        return self.entries.filter(outcome=SealEntry.Outcome.SEALED).exists()

    # --- steps -----------------------------------------------------------------------------------
    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.APPROVED,
        permission=may(REVIEW, but_not=("requested_by", "seal__keeper")),
        conditions=[is_the_approved_text],
        custom={"label": _("Approve"), "clause": "3.2.3b", "approval": True, "forward": True},
    )
    def approve(self, by: Any) -> None:
        """The seal may be used on this text; the text itself was approved before."""
        self.approved_by = by

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.REFUSED,
        permission=may(REVIEW, but_not=("requested_by", "seal__keeper")),
        custom={"label": _("Refuse"), "clause": "3.2.3b", "approval": True, "comment": "required", "tone": "danger"},
    )
    def refuse(self, by: Any) -> None:
        """The seal is not used; another request may follow."""

    @transition(
        field=state,
        source=State.APPROVED,
        target=State.SEALED,
        permission=may(KEEP, only=("seal__keeper",), but_not=("requested_by", "approved_by")),
        conditions=[is_the_approved_text, is_compared],
        custom={"label": _("Record the seal"), "clause": "3.2.3b", "forward": True},
    )
    def apply_seal(self, by: Any) -> None:
        """The keeper sealed the paper that he had compared."""

    @transition(
        field=state,
        source=State.APPROVED,
        target=State.REFUSED,
        permission=may(KEEP, only=("seal__keeper",), but_not=("requested_by", "approved_by")),
        custom={"label": _("Refuse to seal"), "clause": "3.2.3b", "comment": "required", "tone": "danger"},
    )
    def decline(self, by: Any) -> None:
        """The keeper does not seal this paper; the seal is asked for anew."""

    @transition(
        field=state,
        source=[State.REQUESTED, State.APPROVED],
        target=State.VOIDED,
        permission=may(only=("requested_by",)),
        custom={"label": _("Withdraw"), "clause": "3.2.3b", "tone": "quiet", "comment": "optional"},
    )
    def withdraw(self, by: Any) -> None:
        """Who asked takes it back before the seal is on the paper."""

    @transition(
        field=state,
        source=[State.REQUESTED, State.APPROVED],
        target=State.VOIDED,
        permission=SYSTEM,
        custom={"label": _("The contract moved on"), "clause": "3.2.3b"},
    )
    def lapse(self, by: Any) -> None:
        """The contract was reopened or signed otherwise: this text is not to be sealed any more."""

    # --- what the kernel and the pages ask -------------------------------------------------------
    def file_id_of(self) -> int | None:
        """The customer of its contract."""
        return self.contract.customer_id

    def owner_of(self) -> Any:
        """Who owes the next act: the keeper once it is approved."""
        return self.seal.keeper if self.state == self.State.APPROVED else self.requested_by

    def audience_of(self) -> list[Any]:
        """Who asked; from the approval on the keeper as well."""
        return [self.requested_by, self.seal.keeper] if self.approved_by_id else [self.requested_by]

    def preview_of(self, user: Any) -> dict[str, Any]:
        """The checklist of the approval: that the text is the approved one is seen, not decided again."""
        return {"record": self, "items": self.checklist(self.forward_step())}

    @cached_property
    def entry_rows(self) -> list[SealEntry]:
        """What the register holds of it, newest first."""
        return list(self.entries.select_related("keeper"))

    def may_be_compared_by(self, user: Any) -> bool:
        """Whether this person compares the paper now: the seal's keeper."""
        step = self.step("apply_seal")
        return bool(step and step.permission(self, user))


class SealEntryQuerySet(models.QuerySet):
    """The register as people reach it."""

    def visible_to(self, user: Any) -> SealEntryQuerySet:
        """Entries on contracts that this person sees."""
        return self.filter(request__contract__in=Contract.objects.visible_to(user).order_by().values("pk"))


class SealEntry(Searchable, models.Model):
    """A row of the seal register 用印登記簿: sealed, or refused with what differed. Append-only. Clause 3.2.3b."""

    is_append_only = True  # kernel.triggers: the database refuses to change or delete a row
    SEARCHED = ("number", "title", "party", "seal_name")

    class Outcome(models.TextChoices):
        SEALED = "sealed", _("Sealed")
        REFUSED = "refused", _("Refused: the paper differs")

    request = models.ForeignKey(
        SealRequest, verbose_name=_("seal request"), on_delete=models.PROTECT, related_name="entries"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    at = models.DateTimeField(_("moment"), default=clock.now)
    on = models.DateField(_("date"), default=clock.today)
    number = models.CharField(_("contract number"), max_length=20)
    title = models.CharField(_("document"), max_length=120)
    party = models.CharField(_("party"), max_length=160)
    seal_name = models.CharField(_("seal"), max_length=80)
    copies = models.PositiveSmallIntegerField(_("copies"))
    pages = models.PositiveSmallIntegerField(_("pages"))
    text_version = models.PositiveSmallIntegerField(_("version"))
    text_hash = models.CharField(_("text hash"), max_length=64)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("approver"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("handler"), on_delete=models.PROTECT, related_name="+"
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("seal keeper"), on_delete=models.PROTECT, related_name="+"
    )
    differences = models.JSONField(_("what differs"), default=list)  # rows of [matter, approved, on the paper]
    objects = SealEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the seal register")
        verbose_name_plural = _("seal register")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["outcome", "-id"], name="sealentry_by_outcome")]
        constraints = [
            models.UniqueConstraint(fields=["request"], condition=Q(outcome="sealed"), name="sealentry_sealed_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.seal_name}"

    @property
    def tone(self) -> str:
        """The tone of its mark."""
        return "ok" if self.outcome == self.Outcome.SEALED else "bad"

    @property
    def differing(self) -> list[dict[str, Any]]:
        """What differed, in the reader's language."""
        return [
            {"matter": MATTERS.get(m, m), "approved": a, "found": f, "is_page": m.startswith("page_")}
            for m, a, f in self.differences
        ]

    @property
    def differing_in_words(self) -> str:
        """What differed, in one line, for files and prints."""
        return "; ".join(f"{d['matter']}: {d['approved']} / {d['found']}" for d in self.differing)


MATTERS: dict[str, Any] = {
    "number": _("contract number"),
    "version": _("version"),
    "hash": _("text hash"),
    "pages": _("number of pages"),
    "page_hash": _("page with another hash or none"),
    "page_text": _("page that says something else"),
    "page_pictures": _("page with a picture that was not approved"),
    "page_annotations": _("page with an annotation"),
    "form_fields": _("form fields to be filled in"),
}
