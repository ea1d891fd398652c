"""Each guard of clause 3.1 refuses until its evidence is there; promises, agreements and carried evidence."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from customers import services
from customers.models import (
    Demonstration,
    FollowUp,
    Opportunity,
    Proposal,
    Question,
    Scorecard,
    TermSheet,
)
from kernel import clock
from kernel.advance import StepRefused, advance
from kernel.models import Setting
from tests.factories import customers as make
from tests.factories.customers import state_of

pytestmark = pytest.mark.django_db


def refused(record, step, by):
    """The requirements that refuse a step."""
    with pytest.raises(StepRefused) as refusal:
        advance(Opportunity.objects.get(pk=record.pk), step, by=by, data={"follower": by})
    return {(i.clause, i.name) for i in refusal.value.items if not i.met}


EVERYTHING_MISSING = {
    "research": {("3.1.1a", "has_fresh_insights"), ("3.1.1b", "has_analysed_insight")},
    "screening": {("3.1.2a", "is_screened"), ("3.1.2b", "has_passing_scorecard")},
    "first_contact": {("3.1.3a", "has_contacted_a_person"), ("3.1.3b", "has_noted_the_contact")},
    "needs": {
        ("3.1.4a", "has_needs"),
        ("3.1.4b", "has_sent_proposal"),
        ("3.1.4b", "has_demonstration"),
        ("3.1.4c", "has_answered_questions"),
    },
    "negotiation": {("3.1.5a", "has_whole_term_sheet"), ("3.1.5b", "has_intention"), ("3.1.5c", "has_assessed_terms")},
}


@pytest.mark.parametrize("stage", list(EVERYTHING_MISSING))
@pytest.mark.clause(
    "3.1.1a",
    "3.1.1b",
    "3.1.2a",
    "3.1.2b",
    "3.1.3a",
    "3.1.3b",
    "3.1.4a",
    "3.1.4b",
    "3.1.4c",
    "3.1.5a",
    "3.1.5b",
    "3.1.5c",
)
def test_a_stage_without_evidence_is_refused_and_with_it_is_left(stage, salesperson):
    record = make.make_opportunity(salesperson, stage=stage)
    assert refused(record, make.FORWARD[stage], salesperson) == EVERYTHING_MISSING[stage]
    make.EVIDENCE[stage](record, salesperson)
    advance(Opportunity.objects.get(pk=record.pk), make.FORWARD[stage], by=salesperson, data={"follower": salesperson})


def test_each_requirement_links_to_where_it_is_entered(salesperson, as_):
    client = as_(salesperson)
    for stage in Opportunity.PATH:
        record = make.make_opportunity(salesperson, stage=stage, name=stage)
        for item in record.checklist(record.forward_step()):
            assert client.get(item.url, follow=True).status_code == 200, item.url


# --- market research ---------------------------------------------------------------------------------
def test_insights_must_cover_three_kinds_and_be_fresh(salesperson):
    record = make.make_opportunity(salesperson)
    assert state_of(record, "has_fresh_insights") == (False, ["no segment is linked"])
    record.segment = make.make_segment()
    record.save()
    make.make_insight(record.segment, salesperson, "industry")
    make.make_insight(record.segment, salesperson, "competitor", observed_on=clock.today() - timedelta(91))
    assert state_of(record, "has_fresh_insights") == (False, ["Competitors", "Demand"])
    make.make_insight(record.segment, salesperson, "competitor", observed_on=clock.today() - timedelta(90))
    make.make_insight(make.make_segment("Another"), salesperson, "demand")
    assert state_of(record, "has_fresh_insights") == (False, ["Demand"])
    record.refresh_from_db()
    record.source = "inquiry"
    record.save()
    assert state_of(record, "has_fresh_insights") == (True, [])


def test_the_age_of_insights_is_a_setting(salesperson):
    record = make.make_opportunity(salesperson, stage="research")
    make.research(record, salesperson)
    Setting.objects.create(key="customers.insight_days", value="0")
    assert not state_of(record, "has_fresh_insights")[0]
    assert not state_of(record, "has_analysed_insight")[0]


def test_half_an_analysis_is_refused_by_the_database(salesperson):
    insight = make.make_insight(make.make_segment(), salesperson)
    insight.analysed_at, insight.target_segment = clock.now(), "Fabs"
    with pytest.raises(IntegrityError), transaction.atomic():
        insight.save()


# --- screening ---------------------------------------------------------------------------------------
def test_an_unsuitable_customer_goes_no_further(salesperson):
    record = make.make_opportunity(salesperson, stage="screening")
    make.screen(record, salesperson, decision="unsuitable")
    assert refused(record, "make_contact", salesperson) == {("3.1.2a", "is_screened")}


def test_a_decision_without_a_reason_is_refused_by_the_database(salesperson):
    record = make.make_opportunity(salesperson, stage="screening")
    record.screening = "ordinary"
    with pytest.raises(IntegrityError), transaction.atomic():
        record.save()


def test_below_the_pass_mark_the_managers_agreement_to_this_scorecard_counts(salesperson, manager):
    record = make.make_opportunity(salesperson, stage="screening")
    make.screen(record, salesperson, score=2)
    assert state_of(record, "has_passing_scorecard") == (False, ["2.00 is below the pass mark 3.00: needs the manager"])
    asked = services.ask_for_score(Opportunity.objects.get(), reason="A reference", by=salesperson)
    assert services.ask_for_score(Opportunity.objects.get(), reason="again", by=salesperson) == asked
    assert not state_of(record, "has_passing_scorecard")[0]
    advance(asked, "agree", by=manager, comment="For the reference")
    assert state_of(record, "has_passing_scorecard")[0]
    card = Scorecard.objects.get()
    card.scale = 1
    card.save()
    assert not state_of(record, "has_passing_scorecard")[0], "other scores need a new agreement"


def test_a_refused_agreement_is_none(salesperson, manager):
    record = make.make_opportunity(salesperson, stage="screening")
    make.screen(record, salesperson, score=2)
    asked = services.ask_for_score(Opportunity.objects.get(), reason="A reference", by=salesperson)
    advance(asked, "refuse", by=manager, comment="No")
    assert not state_of(record, "has_passing_scorecard")[0]


def test_the_managers_own_scorecard_goes_to_the_director(manager, director):
    record = make.make_opportunity(manager, stage="screening")
    make.screen(record, manager, score=2)
    asked = services.ask_for_score(Opportunity.objects.get(), reason="Mine", by=manager)
    assert asked.offers(manager)[0].step.name == "withdraw"
    advance(asked, "agree", by=director, comment="Yes")
    assert state_of(record, "has_passing_scorecard")[0]


def test_weights_and_pass_mark_are_those_of_the_day(salesperson):
    record = make.make_opportunity(salesperson, stage="screening")
    make.screen(record, salesperson, score=3)
    Setting.objects.create(key="customers.pass_mark", value="4")
    assert state_of(record, "has_passing_scorecard")[0]
    card = make.give_scorecard(record, salesperson, 3)
    assert card.pass_mark == 4 and not card.passes


@pytest.mark.clause("3.1.2c")
def test_key_development_asks_for_a_profile_and_for_the_decision_process_at_the_end_of_needs(salesperson):
    record = make.make_opportunity(salesperson, stage="screening")
    make.screen(record, salesperson, decision="key_development")
    assert state_of(record, "has_profile") == (False, ["no profile yet"])
    make.give_profile(record.customer, operating_condition=" ")
    assert state_of(record, "has_profile") == (False, ["operating condition"])
    make.give_profile(record.customer)
    assert state_of(record, "has_profile")[0]
    advance(Opportunity.objects.get(pk=record.pk), "make_contact", by=salesperson)
    record = make.walk(Opportunity.objects.get(pk=record.pk), salesperson, "needs")
    make.learn_needs(record, salesperson)
    assert refused(record, "negotiate", salesperson) == {("3.1.2c", "knows_decision_process")}
    make.give_profile(record.customer, decision_process="The board")
    advance(Opportunity.objects.get(pk=record.pk), "negotiate", by=salesperson)


# --- first contact and needs --------------------------------------------------------------------------
def test_the_contact_must_be_with_a_named_person_by_phone_mail_or_visit(salesperson):
    record = make.make_opportunity(salesperson, stage="first_contact")
    make.meet(record, salesperson, contact=None)
    make.meet(record, salesperson, channel="other")
    assert not state_of(record, "has_contacted_a_person")[0]
    make.meet(record, salesperson, channel="email")
    assert state_of(record, "has_contacted_a_person")[0]


def test_the_four_notes_may_stand_in_several_interactions(salesperson):
    record = make.make_opportunity(salesperson, stage="first_contact")
    blank = {"introduced": False, "willingness": "", "needs_concerns": "", "next_step": ""}
    make.meet(record, salesperson, **{**blank, "introduced": True})
    make.meet(record, salesperson, **{**blank, "willingness": "Keen"})
    met, details = state_of(record, "has_noted_the_contact")
    assert (met, details) == (False, ["still to be noted: the customer's needs and concerns, next step"])
    make.meet(record, salesperson, **{**blank, "needs_concerns": "Speed", "next_step": "Call"})
    assert state_of(record, "has_noted_the_contact")[0]


def test_a_proposal_must_be_registered_and_sent(salesperson):
    record = make.make_opportunity(salesperson, stage="needs")
    assert state_of(record, "has_sent_proposal") == (False, [])
    make.learn_needs(record, salesperson)
    proposal = Proposal.objects.get()
    proposal.sent_on = None
    proposal.save()
    assert state_of(record, "has_sent_proposal") == (False, ["not sent yet"])


def test_a_waiver_without_a_reason_is_refused_by_the_database(salesperson):
    record = make.make_opportunity(salesperson, stage="needs")
    with pytest.raises(IntegrityError), transaction.atomic():
        Demonstration.objects.create(opportunity=record, waived=True, by=salesperson)
    Demonstration.objects.create(opportunity=record, waived=True, waive_reason="He knows it", by=salesperson)
    assert state_of(record, "has_demonstration")[0]


def test_every_question_is_answered_and_taken_as_answered_or_none_was_raised(salesperson):
    record = make.make_opportunity(salesperson, stage="needs")
    record.no_questions = True
    record.save()
    assert state_of(record, "has_answered_questions")[0]
    question = services.raise_question(Question(opportunity=record, kind="concern", text="Delivery?"), by=salesperson)
    assert state_of(record, "has_answered_questions") == (False, ["1 still open"])
    question.answer = "12 weeks"
    services.answer_question(question, by=salesperson)
    assert not state_of(record, "has_answered_questions")[0]
    services.accept_answer(question)
    assert state_of(record, "has_answered_questions")[0]
    question.answer = "10 weeks"
    services.answer_question(question, by=salesperson)
    assert not state_of(record, "has_answered_questions")[0], "a new answer waits for his word again"


# --- negotiation ---------------------------------------------------------------------------------------
def test_each_empty_part_of_the_term_sheet_is_named(salesperson):
    record = make.make_opportunity(salesperson, stage="negotiation")
    make.agree_terms(record, salesperson, payment_terms=" ", after_sales="")
    assert state_of(record, "has_whole_term_sheet") == (False, ["payment terms", "after-sales service"])
    TermSheet.objects.get().lines.all().delete()
    assert "lines with a price" in state_of(record, "has_whole_term_sheet")[1]


@pytest.mark.parametrize("intention", ["pending", "no"])
def test_without_the_intention_it_stays(intention, salesperson):
    record = make.make_opportunity(salesperson, stage="negotiation")
    make.agree_terms(record, salesperson, intention=intention)
    assert refused(record, "follow", salesperson) == {("3.1.5b", "has_intention")}


def test_terms_changed_after_the_assessment_are_assessed_again(salesperson):
    record = make.make_opportunity(salesperson, stage="negotiation")
    sheet = make.agree_terms(record, salesperson)
    assert state_of(record, "has_assessed_terms")[0]
    line = sheet.lines.get()
    line.unit_price = Decimal(999)
    line.save()
    assert state_of(record, "has_assessed_terms") == (False, ["the terms were changed after the assessment"])


@pytest.mark.parametrize("unit_cost", ["801", None])
def test_below_the_floor_margin_the_manager_must_agree_to_exactly_these_terms(unit_cost, salesperson, manager):
    record = make.make_opportunity(salesperson, stage="negotiation")
    sheet = make.agree_terms(record, salesperson, unit_cost=unit_cost)
    assert state_of(record, "has_assessed_terms") == (False, ["below the floor margin: needs the manager"])
    asked = services.ask_for_margin(Opportunity.objects.get(), reason="Strategic", by=salesperson)
    advance(asked, "agree", by=manager, comment="Once")
    assert state_of(record, "has_assessed_terms")[0]
    line = sheet.lines.get()
    line.discount_percent = Decimal(1)
    line.save()
    make.assess(TermSheet.objects.get(), salesperson)
    assert not state_of(record, "has_assessed_terms")[0], "other terms need a new agreement"


def test_the_floor_itself_is_enough(salesperson):
    record = make.make_opportunity(salesperson, stage="negotiation")
    make.agree_terms(record, salesperson, unit_cost="800")
    assert TermSheet.objects.get().margin_percent == 20
    assert state_of(record, "has_assessed_terms")[0]


# --- follow-up -----------------------------------------------------------------------------------------
@pytest.mark.clause("3.1.6a")
def test_what_signing_asks_of_the_opportunity(salesperson):
    record = make.make_opportunity(salesperson, stage="negotiation")
    lacking = lambda: {i.name for i in Opportunity.objects.get(pk=record.pk).signing_checklist() if not i.met}  # noqa: E731
    assert {"is_followed_up", "has_follower", "has_followed_up"} <= lacking()
    record = make.walk(record, salesperson, "follow_up")
    assert lacking() == {"has_followed_up", "is_in_touch"}
    make.follow_up(record, salesperson)
    assert lacking() == set()


def test_a_problem_is_closed_or_assigned_before_signing(salesperson, manager):
    record = make.make_opportunity(salesperson, stage="follow_up")
    contact = record.customer.contacts.first()
    values = {"progress_reported": "Draft", "decision_state": "Board", "problems": "Credit line"}
    services.record_follow_up(FollowUp(opportunity=record, contact=contact, **values), by=salesperson)
    assert state_of(record, "has_no_loose_problem") == (False, ["1 without anybody"])
    problem = Question.objects.get(kind="problem")
    problem.assigned_to = manager
    problem.save()
    assert state_of(record, "has_no_loose_problem")[0]
