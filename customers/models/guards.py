"""The evidence of REGULATION 3.1.1a to 3.1.6b: each guard is what refuses a step and what the page lists as missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models.evidence import NOTES
from customers.models.insights import MarketInsight
from kernel import clock
from kernel.settings import define, setting
from kernel.steps import Missing, Stateful, missing, requirement

define(
    "customers.follow_up_days_key", 7, _("Follow-up of key customers at least every"), unit=_("days"), clause="3.1.6b"
)
define("customers.follow_up_days_A", 10, _("Follow-up of A customers at least every"), unit=_("days"), clause="3.1.6b")
define("customers.follow_up_days_B", 14, _("Follow-up of B customers at least every"), unit=_("days"), clause="3.1.6b")
define("customers.follow_up_days_C", 21, _("Follow-up of C customers at least every"), unit=_("days"), clause="3.1.6b")
define(
    "customers.escalate_after_days",
    2,
    _("A missed follow-up goes to the manager after"),
    unit=_("days"),
    clause="3.1.6b",
)

NOTED = {
    "introduced": _("company and products introduced"),
    "willingness": _("willingness to cooperate expressed"),
    "needs_concerns": _("the customer's needs and concerns"),
    "next_step": _("next step"),
}


class Guards(Stateful):
    """The guards of an opportunity; they read `self.evidence` and its own fields."""

    evidence: Any

    class Meta:
        abstract = True

    # --- market research ---------------------------------------------------------------------------
    @requirement("3.1.1a", _("Fresh insights on industry, competitors and demand"), at="customers:opportunity_research")
    def has_fresh_insights(self) -> bool | Missing:
        """An inquiry of the customer himself counts as demand."""
        if not self.segment_id:
            return missing(_("no segment is linked"))
        kinds = set(self.evidence.insight_kinds)
        if self.source == "inquiry":
            kinds.add("demand")
        lacking = [label for kind, label in MarketInsight.Kind.choices if kind not in kinds]
        return missing(*lacking) if lacking else True

    @requirement(
        "3.1.1b", _("An insight is analysed: target segment and opportunity seen"), at="customers:opportunity_research"
    )
    def has_analysed_insight(self) -> bool:
        """Whether one of the segment's fresh insights is analysed."""
        return bool(self.segment_id) and self.evidence.is_analysed

    # --- screening ---------------------------------------------------------------------------------
    @requirement("3.1.2a", _("Decided with reason: key development or ordinary"), at="customers:opportunity_screening")
    def is_screened(self) -> bool | Missing:
        """An unsuitable one is lost, it does not go on."""
        if self.screening == "unsuitable":
            return missing(_("decided as unsuitable: close it as lost"))
        return bool(self.screening)

    @requirement(
        "3.1.2b", _("Scorecard at or above the pass mark, or agreed by the manager"), at="customers:scorecard_edit"
    )
    def has_passing_scorecard(self) -> bool | Missing:
        """Below the mark the manager's agreement to exactly this scorecard counts."""
        card = self.evidence.scorecard
        if card is None:
            return missing(_("no scorecard yet"))
        if card.passes or ("3.1.2b", card.subject) in self.evidence.agreed:
            return True
        return missing(
            _("%(total)s is below the pass mark %(mark)s: needs the manager")
            % {"total": card.total, "mark": card.pass_mark}
        )

    @requirement("3.1.2c", _("Customer profile of a key development customer"), at="customers:opportunity_profile")
    def has_profile(self) -> bool | Missing:
        """Asked of key development only; the decision process may still be to be confirmed."""
        if self.screening != "key_development":
            return True
        profile = self.evidence.profile
        lacking = profile.lacking() if profile else [_("no profile yet")]
        return missing(*lacking) if lacking else True

    # --- first contact -----------------------------------------------------------------------------
    @requirement(
        "3.1.3a", _("A contact by phone, e-mail or visit with a named person"), at="customers:interaction_create"
    )
    def has_contacted_a_person(self) -> bool:
        """Whether one interaction with a named contact person is logged."""
        return self.evidence.is_contacted

    @requirement(
        "3.1.3b",
        _("Noted: introduction, willingness, needs and concerns, next step"),
        at="customers:interaction_create",
    )
    def has_noted_the_contact(self) -> bool | Missing:
        """The four notes may stand in one interaction or in several."""
        lacking = [NOTED[name] for name in NOTES if name not in self.evidence.notes]
        return (
            missing(_("still to be noted: %(what)s") % {"what": _(", ").join(map(str, lacking))}) if lacking else True
        )

    # --- needs -------------------------------------------------------------------------------------
    @requirement("3.1.4a", _("Needs, pain points and expected solution"), at="customers:need_edit")
    def has_needs(self) -> bool:
        """Whether a needs record with all three parts stands."""
        return self.evidence.has_need

    @requirement("3.1.4b", _("A proposal made for this customer, registered and sent"), at="customers:proposal_create")
    def has_sent_proposal(self) -> bool | Missing:
        """A proposal that is only written is not sent."""
        if self.evidence.has_sent_proposal:
            return True
        return missing(_("not sent yet")) if self.evidence.has_proposal else False

    @requirement(
        "3.1.4b", _("A demonstration with explanation, or waived with reason"), at="customers:demonstration_create"
    )
    def has_demonstration(self) -> bool:
        """Whether one was held, or waived with reason (the database refuses a waiver without)."""
        return self.evidence.has_demonstration

    @requirement("3.1.4c", _("Every question and concern answered and taken as answered"), at="customers:question_list")
    def has_answered_questions(self) -> bool | Missing:
        """Without any question it must be said that none was raised."""
        if self.evidence.questions_open:
            return missing(_("%(n)d still open") % {"n": self.evidence.questions_open})
        return bool(self.evidence.questions) or self.no_questions

    @requirement(
        "3.1.2c",
        _("The decision process of a key development customer is confirmed"),
        at="customers:opportunity_profile",
    )
    def knows_decision_process(self) -> bool:
        """What might be "to be confirmed" at screening must be known at the end of needs."""
        profile = self.evidence.profile
        return self.screening != "key_development" or bool(profile and profile.decision_process.strip())

    # --- negotiation -------------------------------------------------------------------------------
    @requirement(
        "3.1.5a", _("Term sheet: cooperation, price, payment, delivery, after-sales"), at="customers:termsheet_edit"
    )
    def has_whole_term_sheet(self) -> bool | Missing:
        """Names each part that is empty."""
        sheet = self.evidence.term_sheet
        lacking = sheet.lacking() if sheet else [_("no term sheet yet")]
        return missing(*lacking) if lacking else True

    @requirement("3.1.5b", _("The customer's intention is yes"), at="customers:termsheet_edit")
    def has_intention(self) -> bool | Missing:
        """Pending stays here; a no is lost or sent back."""
        sheet = self.evidence.term_sheet
        if sheet is None or sheet.intention == "yes":
            return sheet is not None
        return missing(sheet.get_intention_display())

    @requirement(
        "3.1.5c", _("Terms assessed: our interest, margin, risks, fair to both"), at="customers:termsheet_assess"
    )
    def has_assessed_terms(self) -> bool | Missing:
        """Below the floor margin the manager's agreement to exactly these terms counts; figures are not told here."""
        sheet = self.evidence.term_sheet
        if sheet is None or not sheet.is_assessed:
            return missing(_("not assessed yet"))
        if sheet.assessed_digest != sheet.digest:
            return missing(_("the terms were changed after the assessment"))
        if sheet.needs_agreement and ("3.1.5c", sheet.subject) not in self.evidence.agreed:
            return missing(_("below the floor margin: needs the manager"))
        return True

    # --- follow-up ---------------------------------------------------------------------------------
    @requirement("3.2.1a", _("The opportunity stands in follow-up"))
    def is_followed_up(self) -> bool | Missing:
        """For a contract's checklist."""
        return True if self.state in ("follow_up", "won") else missing(self.get_state_display())

    @requirement("3.1.6a", _("A named follower"), at="customers:follower_edit")
    def has_follower(self) -> bool:
        """Whether somebody is named who keeps in touch."""
        return self.follower_id is not None

    @requirement(
        "3.1.6a", _("A follow-up: progress told, state of his decision, his problems"), at="customers:follow_up_create"
    )
    def has_followed_up(self) -> bool:
        """Whether at least one follow-up is recorded."""
        return self.evidence.follow_ups > 0

    @requirement("3.1.6a", _("Open problems are closed or assigned"), at="customers:question_list")
    def has_no_loose_problem(self) -> bool | Missing:
        """Names how many problems nobody takes care of."""
        loose = self.evidence.problems_loose
        return missing(_("%(n)d without anybody") % {"n": loose}) if loose else True

    @requirement("3.1.6b", _("Followed up within the cadence of the customer's grade"), at="customers:follow_up_create")
    def is_in_touch(self) -> bool:
        """Whether the last follow-up is not older than the cadence allows."""
        last = self.evidence.last_follow_up_at
        return bool(last) and clock.now() - last <= timedelta(days=self.cadence_days() + 1)

    def cadence_days(self) -> int:
        """Days between follow-ups by the customer's grade. Clause 3.1.6b."""
        return setting(f"customers.follow_up_days_{self.customer.grade}")
