"""The steps of a contract from draft to archive: who takes each, and what it needs (REGULATION 3.2)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from contracts.content import changed_clauses, same_but_clauses
from contracts.models.access import ARCHIVE, CHANGE, LEGAL, REVIEW
from contracts.models.evidence import ContractEvidence as needs
from contracts.models.performance import PerformanceEvidence
from contracts.models.reviews import Side
from kernel import clock
from kernel.permissions import may
from kernel.steps import Stateful

# who acts on a contract: who answers for it (its drafter until it is handed over), and whoever owns the customer
DRAFTERS = ("owner", "customer__owner")
# nobody decides on what he himself wrote, changed last, submitted, or answers for (SECURITY S1)
PARTIES = ("drafted_by", "edited_by", "submitted_by", *DRAFTERS)


class State(models.TextChoices):
    """Where a contract stands."""

    DRAFT = "draft", _("Being drafted")
    MANAGER_REVIEW = "manager_review", _("In manager review")
    LEGAL_REVIEW = "legal_review", _("In legal review")
    REVISING = "revising", _("Being revised")
    READY_TO_SIGN = "ready_to_sign", _("Ready to sign")
    SIGNED = "signed", _("Signed")
    ARCHIVED = "archived", _("Archived")
    FULFILLED = "fulfilled", _("Fulfilled")
    TERMINATING = "terminating", _("Termination asked for")
    TERMINATED = "terminated", _("Terminated")
    REJECTED = "rejected", _("Rejected")
    VOIDED = "voided", _("Voided")


class ContractSteps(PerformanceEvidence, needs, Stateful):
    """The machine of a contract; reviews come in a fixed order, the way back after an amendment is chosen by the system."""

    ended_on: Any
    approved_on: Any
    signed_on: Any
    archived_on: Any
    termination_on: Any
    termination_asked_by: Any
    submitted_by: Any
    manager_approved_by_id: Any

    class Meta:
        abstract = True

    # --- which reviewer, after an amendment: chosen by the system --------------------------------------
    def goes_to_manager(self: Any) -> bool:
        """A commercial change since the manager approved, or a change that no open legal opinion asked for.

        So it does when whoever approved the terms has become a party to it since: another decides on them.
        """
        if self.manager_approved_by_id in (self.edited_by_id, self.owner_id, self.customer.owner_id, None):
            return True
        if not self.terms_hash or self.commercial_hash != self.terms_hash:
            return True
        if self.text_hash == self.submitted_hash or self.previous_version is None:
            return False
        before = self.previous_version.content
        asked = self.open_opinions(Side.LEGAL, blocking=False)
        if not same_but_clauses(before, self.content):
            return True
        if any(o.clause_key is None for o in asked):
            return False
        return not changed_clauses(before, self.content) <= {o.clause_key for o in asked}

    def goes_to_legal(self: Any) -> bool:
        """Nothing but what legal asked for was changed."""
        return not self.goes_to_manager()

    # --- drafting --------------------------------------------------------------------------------------
    @transition(
        field="state",
        source=State.DRAFT,
        target=State.MANAGER_REVIEW,
        permission=may(CHANGE, only=DRAFTERS),
        conditions=[
            needs.has_intention,
            needs.has_source,
            needs.has_all_clauses,
            needs.has_lines,
            needs.has_terms,
            needs.has_exact_instalments,
        ],
        custom={"label": _("Submit"), "clause": "3.2.1a", "forward": True},
    )
    def submit(self: Any, by: Any) -> None:
        """Hand it to the manager."""
        self._submit(by)

    @transition(
        field="state",
        source=State.REVISING,
        target=State.MANAGER_REVIEW,
        permission=may(CHANGE, only=DRAFTERS),
        conditions=[
            goes_to_manager,
            needs.has_answers,
            needs.has_intention,
            needs.has_source,
            needs.has_all_clauses,
            needs.has_lines,
            needs.has_terms,
            needs.has_exact_instalments,
        ],
        custom={"label": _("Resubmit to the manager"), "clause": "3.2.3a", "forward": True},
    )
    def resubmit_to_manager(self: Any, by: Any) -> None:
        """Something commercial changed, or something nobody in legal asked for."""
        self._forget_approvals()
        self._submit(by)

    @transition(
        field="state",
        source=State.REVISING,
        target=State.LEGAL_REVIEW,
        permission=may(CHANGE, only=DRAFTERS),
        conditions=[
            goes_to_legal,
            needs.has_answers,
            needs.has_source,
            needs.has_all_clauses,
            needs.has_lines,
            needs.has_terms,
            needs.has_exact_instalments,
        ],
        custom={"label": _("Resubmit to legal"), "clause": "3.2.3a", "forward": True},
    )
    def resubmit_to_legal(self: Any, by: Any) -> None:
        """Only what legal asked for changed."""
        self._submit(by)

    @transition(
        field="state",
        source=[State.MANAGER_REVIEW, State.LEGAL_REVIEW],
        target=State.DRAFT,
        permission=may(only=DRAFTERS),
        custom={"label": _("Withdraw"), "clause": "3.2.3a", "tone": "quiet", "comment": "optional"},
    )
    def withdraw(self: Any, by: Any) -> None:
        """The drafter takes it back before a decision."""
        self._forget_approvals()

    @transition(
        field="state",
        source=[State.DRAFT, State.REVISING],
        target=State.VOIDED,
        permission=may(CHANGE, only=DRAFTERS),
        custom={"label": _("Void"), "clause": "3.2.1a", "tone": "danger", "comment": "required"},
    )
    def void(self: Any, by: Any) -> None:
        """It will not be concluded; the number is kept."""
        self.ended_on = clock.today()

    # --- reviewing -------------------------------------------------------------------------------------
    @transition(
        field="state",
        source=State.MANAGER_REVIEW,
        target=State.LEGAL_REVIEW,
        permission=may(REVIEW, but_not=PARTIES),
        conditions=[
            needs.has_manager_points,
            needs.has_no_high_risk,
            needs.has_settled_manager_opinions,
            needs.is_the_submitted_text,
        ],
        custom={"label": _("Approve"), "clause": "3.2.2b", "approval": True, "forward": True},
    )
    def approve_terms(self: Any, by: Any) -> None:
        """The manager agrees; legal is next."""
        self.manager_approved_by = by
        self.terms_hash = self.commercial_hash

    @transition(
        field="state",
        source=State.LEGAL_REVIEW,
        target=State.READY_TO_SIGN,
        permission=may(LEGAL, but_not=(*PARTIES, "manager_approved_by")),
        conditions=[needs.has_legal_points, needs.has_settled_opinions, needs.is_the_submitted_text],
        custom={"label": _("Approve"), "clause": "3.2.2c", "approval": True, "forward": True},
    )
    def approve_text(self: Any, by: Any) -> None:
        """Legal agrees: this exact text may be signed."""
        self.legal_approved_by = by
        self.approved_hash, self.approved_version, self.approved_on = self.text_hash, self.text_version, clock.today()

    @transition(
        field="state",
        source=State.MANAGER_REVIEW,
        target=State.REVISING,
        permission=may(REVIEW, but_not=PARTIES),
        custom={
            "label": _("Return"),
            "clause": "3.2.2a",
            "approval": True,
            "comment": "required",
            "tone": "danger",
            "returns": True,
        },
    )
    def return_terms(self: Any, by: Any) -> None:
        """The manager wants changes; he sees it again."""
        self._forget_approvals()

    @transition(
        field="state",
        source=State.LEGAL_REVIEW,
        target=State.REVISING,
        permission=may(LEGAL, but_not=(*PARTIES, "manager_approved_by")),
        custom={
            "label": _("Return"),
            "clause": "3.2.2c",
            "approval": True,
            "comment": "required",
            "tone": "danger",
            "returns": True,
        },
    )
    def return_text(self: Any, by: Any) -> None:
        """Legal wants changes; the manager's approval of the terms stands as long as the terms do."""

    @transition(
        field="state",
        source=State.MANAGER_REVIEW,
        target=State.REJECTED,
        permission=may(REVIEW, but_not=PARTIES),
        custom={"label": _("Reject"), "clause": "3.2.2a", "approval": True, "comment": "required", "tone": "danger"},
    )
    def reject(self: Any, by: Any) -> None:
        """The manager refuses it for good."""
        self.ended_on = clock.today()

    @transition(
        field="state",
        source=State.READY_TO_SIGN,
        target=State.REVISING,
        permission=may(CHANGE, only=DRAFTERS),
        custom={"label": _("Reopen to change it"), "clause": "3.2.3a", "comment": "optional"},
    )
    def reopen(self: Any, by: Any) -> None:
        """A change after approval: the approval of this text is gone."""
        self.approved_hash, self.approved_version, self.approved_on, self.legal_approved_by = "", None, None, None

    # --- signing, archive, end ---------------------------------------------------------------------------
    @transition(
        field="state",
        source=State.READY_TO_SIGN,
        target=State.SIGNED,
        permission=may(CHANGE, only=DRAFTERS),
        conditions=[
            needs.has_complete_opportunity,
            needs.is_the_approved_text,
            needs.has_explained_terms,
            needs.has_signatures,
            needs.has_seal,
            needs.has_signed_copy,
        ],
        custom={"label": _("Record the signing"), "clause": "3.2.3b", "forward": True},
    )
    def sign(self: Any, by: Any) -> None:
        """Both sides have signed; its opportunity is won by the same act."""
        self.signed_on = self.signing_row.signed_on

    @transition(
        field="state",
        source=State.SIGNED,
        target=State.ARCHIVED,
        permission=may(ARCHIVE),
        conditions=[needs.has_custody],
        custom={"label": _("Archive"), "clause": "3.2.3c", "forward": True},
    )
    def archive(self: Any, by: Any) -> None:
        """Into custody and the ledger."""
        self.archived_on = clock.today()

    @transition(
        field="state",
        source=State.ARCHIVED,
        target=State.FULFILLED,
        permission=may(CHANGE),
        conditions=[PerformanceEvidence.has_fulfilled_terms, PerformanceEvidence.has_all_money],
        custom={"label": _("Mark as fulfilled"), "clause": "3.2.3c", "forward": True, "comment": "optional"},
    )
    def fulfil(self: Any, by: Any) -> None:
        """Both sides have done what they owed."""
        self.ended_on = clock.today()

    @transition(
        field="state",
        source=State.ARCHIVED,
        target=State.TERMINATING,
        permission=may(CHANGE),
        custom={
            "label": _("Ask for termination"),
            "clause": "3.2.3c",
            "comment": "required",
            "tone": "danger",
            "asks": ["termination_on", "termination_settlement"],
        },
    )
    def ask_termination(self: Any, by: Any) -> None:
        """It shall end before it is fulfilled: the reason, the day and how both sides settle; the manager decides."""
        self.termination_asked_by = by

    @transition(
        field="state",
        source=State.TERMINATING,
        target=State.TERMINATED,
        permission=may(REVIEW, but_not=("termination_asked_by", *DRAFTERS)),
        custom={"label": _("Agree to the termination"), "clause": "3.2.3c", "approval": True},
    )
    def terminate(self: Any, by: Any) -> None:
        """It ends on the day that was asked for, before it is fulfilled; what was promised under it is closed."""
        self.ended_on = self.termination_on

    @transition(
        field="state",
        source=State.TERMINATING,
        target=State.ARCHIVED,
        permission=may(REVIEW, but_not=("termination_asked_by", *DRAFTERS)),
        custom={
            "label": _("Let it go on"),
            "clause": "3.2.3c",
            "approval": True,
            "comment": "required",
            "tone": "danger",
            "returns": True,
        },
    )
    def keep_running(self: Any, by: Any) -> None:
        """The manager does not agree: it goes on as before."""
        self._forget_termination()

    @transition(
        field="state",
        source=State.TERMINATING,
        target=State.ARCHIVED,
        permission=may(CHANGE, only=("termination_asked_by",)),
        custom={"label": _("Withdraw the termination"), "clause": "3.2.3c", "tone": "quiet", "withdraws": True},
    )
    def withdraw_termination(self: Any, by: Any) -> None:
        """Who asked takes it back before the decision."""
        self._forget_termination()

    def _forget_termination(self: Any) -> None:
        self.termination_on, self.termination_settlement, self.termination_asked_by = None, "", None

    def _submit(self: Any, by: Any) -> None:
        self.text_version += 1
        self.submitted_by = by
        self.submitted_hash = self.text_hash

    def _forget_approvals(self: Any) -> None:
        self.manager_approved_by, self.terms_hash = None, ""
