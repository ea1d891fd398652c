"""The steps of a feedback from received to confirmed, its rounds, and the manager's closing and lapsing (3.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import transition

from aftersales.models.access import DECIDE, RECORD, Solver
from kernel import clock
from kernel.permissions import may
from kernel.settings import define, setting
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement

define(
    "aftersales.lapse_days", 14, _("A customer who does not answer is let go after"), unit=_("days"), clause="3.4.3a"
)
REMINDERS = 2  # before a silent customer may be let go (REGULATION 3.4)


class State(models.TextChoices):
    """Where a feedback stands."""

    RECEIVED = "received", pgettext_lazy("feedback", "Received")
    ASSIGNED = "assigned", _("Passed on")
    INVESTIGATING = "investigating", _("Being investigated")
    SOLVING = "solving", _("Being solved")
    RESOLVED = "resolved", _("Solved, to be confirmed by the customer")
    CONFIRMED = "confirmed", _("Customer satisfied")
    CLOSED = "closed", _("Closed by the manager")
    LAPSED = "lapsed", _("Closed without an answer")


OPEN = [State.RECEIVED, State.ASSIGNED, State.INVESTIGATING, State.SOLVING, State.RESOLVED]


class FeedbackSteps(Stateful):
    """The machine of a feedback; what follows from its steps is in aftersales/receivers.py."""

    handler: Any
    responsible: Any
    reported_at: Any
    resolved_at: Any
    waiting_since: Any
    reminders: Any
    department: Any
    _begin_round: Any
    _end_round: Any

    class Meta:
        abstract = True

    # --- evidence --------------------------------------------------------------------------------------
    @requirement("3.4.1c", _("A time is promised, and the customer was told"), at="aftersales:feedback_tell")
    def is_promised(self: Any) -> bool:
        """The time for which we gave our word, and when he heard of it."""
        return bool(self.promised_at and self.told_at)

    @requirement("3.4.2b", _("The cause is entered, by category and in words"), at="aftersales:feedback_finding")
    def has_cause(self: Any) -> bool:
        """Both are there."""
        return bool(self.cause_category_id and self.cause.strip())

    @requirement("3.4.2b", _("Solution and responsible person are entered"), at="aftersales:feedback_finding")
    def has_solution(self: Any) -> bool:
        """Both are there."""
        return bool(self.solution.strip() and self.responsible_id)

    @requirement("3.4.3a", _("The result was reported to the customer"), at="aftersales:feedback_tell")
    def is_reported(self: Any) -> bool:
        """He knows the result, and was asked whether he is satisfied."""
        return self.reported_at is not None

    @requirement("3.4.3a", _("Two reminders went unanswered for the time set"), at="aftersales:feedback_tell")
    def is_silent(self: Any) -> bool | Missing:
        """Reported, reminded twice, and the days since the report are over."""
        lacking: list[Any] = []
        if self.reminders < REMINDERS:
            lacking.append(_("reminders sent: %(n)s of 2") % {"n": self.reminders})
        until = self.reported_at and self.reported_at + timedelta(days=int(setting("aftersales.lapse_days")))
        if until is None or until > clock.now():
            lacking.append(_("not before %(day)s") % {"day": clock.local(until).date() if until else "—"})
        return missing(*lacking) if lacking else True

    # --- the way ---------------------------------------------------------------------------------------
    @transition(
        field="state", source=State.RECEIVED, target=State.ASSIGNED, conditions=[is_promised],
        permission=may(RECORD),
        custom={"label": _("Pass on"), "clause": "3.4.2a", "forward": True, "asks": ("department",), "keeps": ("pass_on",)},
    )  # fmt: skip
    def assign(self, by: Any) -> None:
        """To the department that finds cause and solution; whoever passes it on serves the customer from now on."""
        self.handler = self.handler or by

    @transition(
        field="state", source=[State.ASSIGNED, State.INVESTIGATING], target=State.RECEIVED, permission=Solver(""),
        custom={"label": _("Give back: not ours"), "clause": "3.4.2a", "comment": "required", "tone": "danger"},
    )  # fmt: skip
    def hand_back(self, by: Any) -> None:
        """Routed wrongly: customer service passes it on anew."""
        self.department = ""

    @transition(
        field="state", source=State.ASSIGNED, target=State.INVESTIGATING, permission=Solver(""),
        custom={"label": _("Take up"), "clause": "3.4.2b", "forward": True},
    )  # fmt: skip
    def investigate(self, by: Any) -> None:
        """The department has begun; who takes it up answers for it until another is named."""
        self.responsible = self.responsible or by

    @transition(
        field="state", source=State.INVESTIGATING, target=State.SOLVING, conditions=[has_cause], permission=Solver(""),
        custom={"label": _("The cause is found"), "clause": "3.4.2b", "forward": True},
    )  # fmt: skip
    def solve(self, by: Any) -> None:
        """The cause stands; the solution is carried out."""

    @transition(
        field="state", source=State.SOLVING, target=State.RESOLVED, conditions=[is_promised, has_cause, has_solution],
        permission=Solver(""),
        custom={"label": _("It is solved"), "clause": "3.4.2b", "forward": True, "keeps": ("solve_by", "finding")},
    )  # fmt: skip
    def resolve(self, by: Any) -> None:
        """Solved as far as we know; the customer has the last word."""
        self.resolved_at = clock.now()
        self.waiting_since = None

    # --- the customer's word ---------------------------------------------------------------------------
    @transition(
        field="state", source=State.RESOLVED, target=State.CONFIRMED, conditions=[is_reported], permission=may(RECORD),
        custom={
            "label": _("The customer is satisfied"), "clause": "3.4.3a", "forward": True, "asks": ("score", "answer"),
            "may_be_empty": ("score", "answer"), "tone": "approve",
        },
    )  # fmt: skip
    def confirm(self, by: Any) -> None:
        """He said so to customer service."""
        self._end_round("satisfied")

    @transition(
        field="state", source=[State.RESOLVED, State.LAPSED], target=State.CONFIRMED, permission=SYSTEM,
        custom={"label": _("The customer confirms by his link"), "clause": "3.4.3a", "asks": ("score", "answer")},
    )  # fmt: skip
    def confirm_by_link(self, by: Any) -> None:
        """He said so himself."""
        self._end_round("satisfied")

    @transition(
        field="state", source=State.RESOLVED, target=State.INVESTIGATING, permission=may(RECORD),
        custom={"label": _("The customer is not satisfied"), "clause": "3.4.3b", "asks": ("answer",)},
    )  # fmt: skip
    def refuse(self, by: Any) -> None:
        """With his reason; the next round begins."""
        self._begin_round()

    @transition(
        field="state", source=[State.RESOLVED, State.LAPSED], target=State.INVESTIGATING, permission=SYSTEM,
        custom={"label": _("The customer is not satisfied (by his link)"), "clause": "3.4.3b", "asks": ("answer",)},
    )  # fmt: skip
    def refuse_by_link(self, by: Any) -> None:
        """With his reason, also when he answers late; the next round begins."""
        self._begin_round()

    @transition(
        field="state", source=State.LAPSED, target=State.INVESTIGATING, permission=may(RECORD),
        custom={"label": _("Reopen: he answered late"), "clause": "3.4.3b", "asks": ("answer",)},
    )  # fmt: skip
    def reopen(self, by: Any) -> None:
        """He answered after all, and is not satisfied."""
        self._begin_round()

    @transition(
        field="state", source=State.LAPSED, target=State.INVESTIGATING, permission=SYSTEM,
        custom={"label": _("Reopened: he answered late by e-mail"), "clause": "3.4.3b", "asks": ("answer",)},
    )  # fmt: skip
    def reopen_by_mail(self, by: Any) -> None:
        """He wrote after he was let go; the next round begins."""
        self._begin_round()

    # --- the manager -----------------------------------------------------------------------------------
    @transition(
        field="state", source=OPEN, target=State.CLOSED, permission=may(DECIDE),
        custom={
            "label": _("Close as unreasonable"), "clause": "3.4.3b", "comment": "required", "tone": "danger",
        },
    )  # fmt: skip
    def close(self, by: Any) -> None:
        """A demand that cannot be met; the reason is listed."""
        self._end_round("closed")

    @transition(
        field="state", source=State.RESOLVED, target=State.LAPSED, conditions=[is_silent], permission=may(DECIDE),
        custom={"label": _("Let it lapse"), "clause": "3.4.3a", "comment": "optional", "tone": "quiet"},
    )  # fmt: skip
    def lapse(self, by: Any) -> None:
        """He never answered: counted as unconfirmed, never as satisfied."""
        self._end_round("silent")
