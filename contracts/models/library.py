"""The clause library 條款庫: standard clauses in versions, each reviewed by a second member of legal (clause 3.2.1c)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django_fsm import transition
from simple_history.models import HistoricalRecords

from contracts.models.parts import Subject
from contracts.models.versions import APPROVE, CHANGE, NOT_THE_AUTHOR, ReviewedVersion
from contracts.placeholders import unknown_in, validate
from kernel import clock
from kernel.permissions import ABOVE, may
from kernel.steps import Missing, missing, requirement


class LibraryClauseQuerySet(models.QuerySet):
    """Library clauses as people reach them."""

    def visible_to(self, user: Any) -> LibraryClauseQuerySet:
        """As templates: what is or was in force for who sees them; every version for legal and who decides above."""
        if not user.has_perm("contracts.view_contracttemplate"):
            return self.none()
        keeps = any(user.has_perm(p) for p in (CHANGE, APPROVE, ABOVE, "contracts.review_contract"))
        return self if keeps else self.filter(state__in=("in_force", "retired"))

    def newest(self) -> LibraryClauseQuerySet:
        """Of each clause the newest version of those in the set."""
        newer = self.filter(code=OuterRef("code"), number__gt=OuterRef("number")).order_by()
        return self.filter(~Exists(newer))

    def in_use(self) -> LibraryClauseQuerySet:
        """What may be inserted today: the versions in force."""
        return self.filter(state="in_force")

    def under_way(self) -> LibraryClauseQuerySet:
        """Versions that somebody writes or reviews."""
        return self.filter(state__in=("draft", "legal_review"))


class LibraryClause(ReviewedVersion):
    """One version of a standard clause; from its review on its text is never changed. Clause 3.2.1c."""

    subject = models.CharField(_("settles"), max_length=20, choices=Subject.choices, default=Subject.OTHER)
    heading = models.CharField(_("heading"), max_length=120)
    text = models.TextField(_("text"), max_length=20_000, validators=[validate])
    is_commercial = models.BooleanField(_("commercial"), default=False)
    is_standard_term = models.BooleanField(
        _("standard term"), default=False, help_text=_("It limits liability and must be pointed out to the customer.")
    )
    risk_note = models.TextField(_("note on risk"), max_length=1_000)
    at = models.DateTimeField(_("moment"), default=clock.now, editable=False)
    history = HistoricalRecords()
    objects = LibraryClauseQuerySet.as_manager()

    SEARCHED = ("code", "heading")
    QUEUE = {"title": "heading", "person": "author__name"}

    class Meta:
        verbose_name = _("library clause")
        verbose_name_plural = _("clause library")
        default_permissions = ()
        ordering = ["code", "-number"]
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="libraryclause_version_once")]

    def __str__(self) -> str:
        return f"{self.heading} v{self.number}"

    # --- evidence ----------------------------------------------------------------------------------
    @requirement("3.2.1c", _("Text, and a note on its risk"), at="contracts:libraryclause_edit")
    def has_text_and_risk(self) -> bool:
        """Who inserts it knows what he takes on."""
        return bool(self.text.strip() and self.risk_note.strip())

    @requirement("3.2.1c", _("Every placeholder is one that the product knows"), at="contracts:libraryclause_edit")
    def has_known_placeholders(self) -> bool | Missing:
        """No `[[name]]` outside the list of contracts."""
        unknown = [f"[[{name}]]" for name in unknown_in(self.text)]
        return missing(*unknown) if unknown else True

    # --- steps of its own (the others: ReviewedVersion) --------------------------------------------
    @transition(
        field="state",
        source=ReviewedVersion.State.DRAFT,
        target=ReviewedVersion.State.LEGAL_REVIEW,
        conditions=[has_text_and_risk, has_known_placeholders],
        permission=may(CHANGE, only=("author", "edited_by")),
        custom={"label": _("Submit"), "clause": "3.2.1c", "forward": True},
    )
    def submit(self, by: Any) -> None:
        """Ask another member of legal to review it."""

    @transition(
        field="state",
        source=ReviewedVersion.State.LEGAL_REVIEW,
        target=ReviewedVersion.State.IN_FORCE,
        conditions=[has_text_and_risk, has_known_placeholders],
        permission=may(APPROVE, but_not=NOT_THE_AUTHOR),
        custom={"label": _("Put in force"), "clause": "3.2.1c", "approval": True, "forward": True},
    )
    def approve(self, by: Any) -> None:
        """It may be inserted; the version before is retired by itself."""
        self.approved_by = by

    @transition(
        field="state",
        source=ReviewedVersion.State.DRAFT,
        target=ReviewedVersion.State.RETIRED,
        permission=may(CHANGE, only=("author", "edited_by")),
        custom={"label": _("Give up the draft"), "clause": "3.2.1c", "comment": "required", "tone": "danger"},
    )
    def drop(self, by: Any) -> None:
        """It is not pursued; another version may be written."""
