"""The six stages of customer development 3.1 with the evidence that each asks for before it may be left."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, transition

from customers.models.access import own
from customers.models.guards import Guards
from kernel import clock
from kernel.settings import define
from kernel.steps import SYSTEM, Item

HOURS = _("working hours")
define("customers.research_hours", 80, _("Time budget of market research"), unit=HOURS, clause="1.3.2")
define("customers.screening_hours", 40, _("Time budget of screening"), unit=HOURS, clause="1.3.2")
define("customers.first_contact_hours", 80, _("Time budget of first contact"), unit=HOURS, clause="1.3.2")
define("customers.needs_hours", 160, _("Time budget of needs"), unit=HOURS, clause="1.3.2")
define("customers.negotiation_hours", 160, _("Time budget of negotiation"), unit=HOURS, clause="1.3.2")


class State(models.TextChoices):
    """Where an opportunity stands."""

    RESEARCH = "research", _("Market research")
    SCREENING = "screening", _("Screening")
    FIRST_CONTACT = "first_contact", _("First contact")
    NEEDS = "needs", _("Needs")
    NEGOTIATION = "negotiation", _("Negotiation")
    FOLLOW_UP = "follow_up", _("Follow-up")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


OPEN = ("research", "screening", "first_contact", "needs", "negotiation", "follow_up")
ANY_OPEN = [State(stage) for stage in OPEN]
BY_OWNER = own("customers.change_opportunity", "owner", "follower")


def _onward(label: Any, clause: str, **more: Any) -> dict[str, Any]:
    return {"label": label, "clause": clause, "forward": True, "tone": "primary", **more}


def _back(source: State, target: State) -> Any:
    custom = {
        "label": _("Send back one stage"),
        "clause": "3.1",
        "comment": "required",
        "returns": True,
        "tone": "quiet",
    }
    return transition(field="state", source=source, target=target, permission=BY_OWNER, custom=custom)


class Stages(Guards):
    """The machine of an opportunity; none of the six stages can be skipped."""

    closed_on: date | None

    class Meta:
        abstract = True

    @transition(
        field="state",
        source=State.RESEARCH,
        target=State.SCREENING,
        conditions=[Guards.has_fresh_insights, Guards.has_analysed_insight],
        permission=BY_OWNER,
        custom=_onward(_("Go on to screening"), "3.1.1a"),
    )
    def screen(self, by: Any) -> None:
        """The market is researched; the customer is looked at next."""

    @transition(
        field="state",
        source=State.SCREENING,
        target=State.FIRST_CONTACT,
        conditions=[Guards.is_screened, Guards.has_passing_scorecard, Guards.has_profile],
        permission=BY_OWNER,
        custom=_onward(_("Go on to first contact"), "3.1.2a"),
    )
    def make_contact(self, by: Any) -> None:
        """The customer is worth developing; he is contacted next."""

    @transition(
        field="state",
        source=State.FIRST_CONTACT,
        target=State.NEEDS,
        conditions=[Guards.has_contacted_a_person, Guards.has_noted_the_contact],
        permission=BY_OWNER,
        custom=_onward(_("Go on to needs"), "3.1.3a"),
    )
    def explore_needs(self, by: Any) -> None:
        """He is willing to talk; his needs are next."""

    @transition(
        field="state",
        source=State.NEEDS,
        target=State.NEGOTIATION,
        conditions=[
            Guards.has_needs,
            Guards.has_sent_proposal,
            Guards.has_demonstration,
            Guards.has_answered_questions,
            Guards.knows_decision_process,
        ],
        permission=BY_OWNER,
        custom=_onward(_("Go on to negotiation"), "3.1.4a"),
    )
    def negotiate(self, by: Any) -> None:
        """He knows what we offer; the terms are next."""

    @transition(
        field="state",
        source=State.NEGOTIATION,
        target=State.FOLLOW_UP,
        conditions=[Guards.has_whole_term_sheet, Guards.has_intention, Guards.has_assessed_terms],
        permission=BY_OWNER,
        custom=_onward(
            _("Go on to follow-up"), "3.1.6a", asks=["follower"], form="customers.forms.opportunities.FollowerForm"
        ),
    )
    def follow(self, by: Any) -> None:
        """The terms stand; the named follower keeps in touch until the contract is signed."""

    @transition(
        field="state",
        source=State.FOLLOW_UP,
        target=State.WON,
        conditions=[
            Guards.has_follower,
            Guards.has_followed_up,
            Guards.has_no_loose_problem,
            Guards.is_in_touch,
            Guards.has_intention,
        ],
        permission=SYSTEM,
        custom={
            "label": _("Signing of its contract"),
            "clause": "3.1.6a",
            "forward": True,
            "asks": ["signed_value", "signed_currency"],
        },
    )
    def win(self, by: Any) -> None:
        """Taken by the signing of the contract, never by a person alone."""
        self.closed_on = clock.today()

    @_back(State.FOLLOW_UP, State.NEGOTIATION)
    @_back(State.NEGOTIATION, State.NEEDS)
    @_back(State.NEEDS, State.FIRST_CONTACT)
    @_back(State.FIRST_CONTACT, State.SCREENING)
    @_back(State.SCREENING, State.RESEARCH)
    def send_back(self, by: Any) -> None:
        """Something of the stage before must be done again; its evidence stays."""

    @transition(
        field="state",
        source=ANY_OPEN,
        target=State.LOST,
        permission=BY_OWNER,
        custom={
            "label": _("Close as lost"),
            "clause": "3.1",
            "comment": "required",
            "asks": ["lost_reason"],
            "tone": "danger",
        },
    )
    def lose(self, by: Any) -> None:
        """It comes to nothing; the stage where that happened is kept."""
        self.lost_from, self.closed_on = self.state, clock.today()

    @transition(
        field="state",
        source=State.LOST,
        target=GET_STATE(lambda self, by: self.lost_from, states=ANY_OPEN),
        permission=BY_OWNER,
        custom={"label": _("Reopen"), "clause": "3.1", "comment": "required"},
    )
    def reopen(self, by: Any) -> None:
        """It goes on at the stage where it was lost."""
        self.closed_on = None
        self.lost_reason = ""

    def signing_checklist(self) -> list[Item]:
        """What a contract's signing asks of its opportunity: that it stands in follow-up with its evidence complete.

        Clause 3.2.1a.
        """
        needed = (Guards.is_followed_up, *(c for c in self._win_step().requirements))
        return [self._item(condition) for condition in needed]

    def _win_step(self) -> Any:
        from kernel.steps import steps_of

        return next(step for step in steps_of(type(self)) if step.name == "win")
