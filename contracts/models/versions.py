"""What the versions of legal's own texts share: draft → second member of legal → in force → retired (clause 3.2.1c)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from kernel.permissions import may
from kernel.searching import Searchable
from kernel.settings import define
from kernel.steps import SYSTEM, Stateful

define(
    "contracts.template_review_hours",
    24,
    _("Time for the legal review of a template"),
    unit=_("working hours"),
    clause="1.3.2",
)

APPROVE = "contracts.approve_contracttemplate"
CHANGE = "contracts.change_contracttemplate"
NOT_THE_AUTHOR = ("author", "edited_by")


class Script(models.TextChoices):
    """The writing a contract is set in; amounts in capitals follow it."""

    HANT = "hant", _("Traditional Chinese")
    HANS = "hans", _("Simplified Chinese")
    EN = "en", _("English")


class ReviewedVersion(Searchable, Stateful):
    """One version of a text that legal keeps: a template or a library clause. Clause 3.2.1c.

    What has to be there before it is submitted or put in force differs: those two steps stand in each model.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being drafted")
        LEGAL_REVIEW = "legal_review", _("In legal review")
        IN_FORCE = "in_force", _("In force")
        RETIRED = "retired", _("No longer in force")

    state = FSMField(_("state"), choices=State.choices, default=State.DRAFT, protected=True, editable=False)
    code = models.SlugField(_("code"), max_length=40)
    number = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    script = models.CharField(_("writing"), max_length=4, choices=Script.choices, default=Script.HANT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("author")
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    TONES = {"draft": "idle", "legal_review": "wait", "in_force": "ok", "retired": "void"}
    PATH = ("draft", "legal_review", "in_force")
    BUDGETS = {"legal_review": "contracts.template_review_hours"}
    OWED_BY_HOLDERS_OF = {"legal_review": APPROVE}

    class Meta:
        abstract = True

    def owner_of(self) -> Any:
        """Its author."""
        return self.author

    @property
    def is_editable(self) -> bool:
        """Whether its text may be changed: only before it is submitted."""
        return self.state == self.State.DRAFT

    @transition(
        field="state",
        source=State.LEGAL_REVIEW,
        target=State.DRAFT,
        permission=may(APPROVE, but_not=NOT_THE_AUTHOR),
        custom={
            "label": _("Return"),
            "clause": "3.2.1c",
            "approval": True,
            "comment": "required",
            "tone": "danger",
            "returns": True,
        },
    )
    def send_back(self, by: Any) -> None:
        """The author mends it."""

    @transition(
        field="state",
        source=State.LEGAL_REVIEW,
        target=State.DRAFT,
        permission=may(only=("author",)),
        custom={"label": _("Withdraw"), "clause": "3.2.1c", "tone": "quiet"},
    )
    def withdraw(self, by: Any) -> None:
        """The author takes it back before a decision."""

    @transition(
        field="state",
        source=State.IN_FORCE,
        target=State.RETIRED,
        permission=may(APPROVE),
        custom={"label": _("Take out of force"), "clause": "3.2.1c", "comment": "required", "tone": "danger"},
    )
    def retire(self, by: Any) -> None:
        """Nothing starts from it any more; what was drawn up with it stays."""

    @transition(
        field="state",
        source=State.IN_FORCE,
        target=State.RETIRED,
        permission=SYSTEM,
        custom={"label": _("Replaced by a newer version"), "clause": "3.2.1c"},
    )
    def supersede(self, by: Any) -> None:
        """A newer version came into force."""
