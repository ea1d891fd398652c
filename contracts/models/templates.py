"""Contract templates: versioned clause blocks, approved by legal before anyone may draft from them (clause 3.2.1c)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import transition
from simple_history.models import HistoricalRecords

from contracts.models.parts import REQUIRED_SUBJECTS, ClauseBlock
from contracts.models.versions import APPROVE, CHANGE, NOT_THE_AUTHOR, ReviewedVersion, Script
from contracts.placeholders import NAMES, PROPOSAL_NAMES, QUOTATION_NAMES, unknown_in
from kernel import clock
from kernel.permissions import ABOVE, may
from kernel.steps import SYSTEM, Missing, missing, requirement


class Kind(models.TextChoices):
    """What a contract is about."""

    SALE = "sale", _("Sale")
    SERVICE = "service", _("Service")
    FRAMEWORK = "framework", _("Framework agreement")


PROPOSAL, QUOTATION = "proposal", "quotation"
TEMPLATE_KINDS = [*Kind.choices, (PROPOSAL, _("Proposal")), (QUOTATION, _("Quotation"))]
OFFERS = {PROPOSAL: PROPOSAL_NAMES, QUOTATION: QUOTATION_NAMES}  # they settle nothing; the places that each fills


SCRIPT_OF_REGION = {"TW": Script.HANT, "HK": Script.HANT, "CN": Script.HANS}  # what is offered first; English elsewhere


class ContractTemplateQuerySet(models.QuerySet):
    """Templates as people reach them."""

    def visible_to(self, user: Any) -> ContractTemplateQuerySet:
        """Those in force for who drafts; every version for legal and for who decides above them."""
        if not user.has_perm("contracts.view_contracttemplate"):
            return self.none()
        keeps = any(user.has_perm(p) for p in (CHANGE, APPROVE, ABOVE, "contracts.review_contract"))
        return self if keeps else self.in_force()

    def in_force(self) -> ContractTemplateQuerySet:
        """Those that contracts may start from today: of each code the newest whose time has come and is not over."""
        newer = ContractTemplate.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
        return self.valid_on(clock.today()).filter(~Exists(newer.valid_on(clock.today())))

    def for_contracts(self) -> ContractTemplateQuerySet:
        """Those that contracts start from. Clause 3.2.1c."""
        return self.exclude(kind__in=OFFERS)

    def for_proposals(self) -> ContractTemplateQuerySet:
        """Those that proposals are written from. Clause 3.1.4b."""
        return self.filter(kind=PROPOSAL)

    def for_quotations(self) -> ContractTemplateQuerySet:
        """Those that quotations take their conditions from. Clause 3.1.5a."""
        return self.filter(kind=QUOTATION)

    def valid_on(self, day: Any) -> ContractTemplateQuerySet:
        """Approved, begun by that day and not over: without dates from its approval on and without end."""
        begun = Q(effective_from=None) | Q(effective_from__lte=day)
        return self.filter(begun, Q(effective_until=None) | Q(effective_until__gte=day), state="in_force")


class ContractTemplate(ReviewedVersion):
    """A contract template 合同模板 in one version. Clause 3.2.1c."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=TEMPLATE_KINDS, default=Kind.SALE)
    effective_from = models.DateField(
        _("in force from"), null=True, blank=True, help_text=_("Empty: as soon as it is approved.")
    )
    effective_until = models.DateField(
        _("in force until"), null=True, blank=True, help_text=_("Empty: until a newer version replaces it.")
    )
    note = models.TextField(_("what changed in this version"), blank=True, max_length=2_000)
    history = HistoricalRecords()
    objects = ContractTemplateQuerySet.as_manager()

    SEARCHED = ("code", "name")
    QUEUE = {"title": "name", "person": "author__name"}

    class Meta:
        verbose_name = _("contract template")
        verbose_name_plural = _("contract templates")
        ordering = ["code", "-number"]
        permissions = [("approve_contracttemplate", "Can put contract templates in force")]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="contracttemplate_version_once"),
            models.CheckConstraint(
                condition=Q(effective_from=None)
                | Q(effective_until=None)
                | Q(effective_until__gte=models.F("effective_from")),
                name="contracttemplate_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @cached_property
    def clause_rows(self) -> list[TemplateClause]:
        """Its clause blocks in order."""
        return list(self.clauses.all())

    @property
    def is_upcoming(self) -> bool:
        """Whether it is approved and its first day is still to come."""
        return self.state == self.State.IN_FORCE and bool(self.effective_from and self.effective_from > clock.today())

    @property
    def is_usable(self) -> bool:
        """Whether a contract may start from it today. Clause 3.2.1c."""
        return ContractTemplate.objects.in_force().filter(pk=self.pk).exists()

    @property
    def names(self) -> dict[str, Any]:
        """The placeholders that its texts may hold, each with what it stands for."""
        return OFFERS.get(self.kind, NAMES)

    # --- evidence ----------------------------------------------------------------------------------
    @requirement(
        "3.2.1b", _("A clause block for each matter that a contract must settle"), at="contracts:contracttemplate_edit"
    )
    def has_all_subjects(self) -> bool | Missing:
        """Rights and duties, specification, price, payment, delivery, liability: each has a block with text.

        A proposal or quotation settles nothing: of it some text is asked for.
        """
        if self.kind in OFFERS:
            return any(c.text.strip() for c in self.clause_rows) or missing(_("There is no text yet."))
        settled = {c.subject for c in self.clause_rows if c.text.strip()}
        lacking = [s.label for s in REQUIRED_SUBJECTS if s not in settled]
        return missing(*lacking) if lacking else True

    @requirement("3.2.1c", _("Every placeholder is one that the product knows"), at="contracts:contracttemplate_edit")
    def has_known_placeholders(self) -> bool | Missing:
        """No `[[name]]` outside the list of its kind."""
        unknown = [f"[[{name}]]" for c in self.clause_rows for name in unknown_in(c.text, self.names)]
        return missing(*unknown) if unknown else True

    # --- steps of its own (the others: ReviewedVersion) --------------------------------------------
    @transition(
        field="state",
        source=ReviewedVersion.State.DRAFT,
        target=ReviewedVersion.State.LEGAL_REVIEW,
        conditions=[has_all_subjects, has_known_placeholders],
        permission=may(CHANGE, only=("author", "edited_by")),
        custom={"label": _("Submit"), "clause": "3.2.1c", "forward": True},
    )
    def submit(self, by: Any) -> None:
        """Ask another member of legal to review it."""

    @transition(
        field="state",
        source=ReviewedVersion.State.LEGAL_REVIEW,
        target=ReviewedVersion.State.IN_FORCE,
        conditions=[has_all_subjects, has_known_placeholders],
        permission=may(APPROVE, but_not=NOT_THE_AUTHOR),
        custom={"label": _("Put in force"), "clause": "3.2.1c", "approval": True, "forward": True},
    )
    def approve(self, by: Any) -> None:
        """Contracts may start from it; the older version is retired by itself."""
        self.approved_by = by

    @transition(
        field="state",
        source=ReviewedVersion.State.IN_FORCE,
        target=ReviewedVersion.State.RETIRED,
        permission=SYSTEM,
        custom={"label": _("Its last day is over"), "clause": "3.2.1c"},
    )
    def expire(self, by: Any) -> None:
        """No contract starts from it any more; those drafted from it stay as they are."""


class TemplateClause(ClauseBlock):
    """A clause block of a template, with what the drafter should know of it."""

    template = models.ForeignKey(ContractTemplate, on_delete=models.CASCADE, related_name="clauses")
    is_standard_term = models.BooleanField(
        _("standard term"), default=False, help_text=_("It limits liability and must be pointed out to the customer.")
    )
    risk_note = models.TextField(_("note on risk"), blank=True, max_length=1_000)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("template clause")
        verbose_name_plural = _("template clauses")
        default_permissions = ()
        ordering = ["position", "pk"]
