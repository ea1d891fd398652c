"""Each guard of a contract refuses, and passes once its evidence is there; no step can be taken by the wrong person."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contracts import reviewing, services
from contracts.models import ContractVersion, Subject
from customers.models import Opportunity, Risk
from kernel.advance import AlreadyMoved, StepRefused, advance
from tests.factories.contracts import (
    approve_by_legal,
    approve_by_manager,
    change_clause,
    details,
    fresh,
    lacking,
    make_contract,
    pdf_file,
    submit,
)
from tests.factories.customers import agree_terms, make_opportunity

pytestmark = pytest.mark.django_db


# --- drafting ------------------------------------------------------------------------------------


def test_a_draft_takes_over_the_term_sheet_and_gets_the_next_number(draft, salesperson, template):
    again = make_contract(salesperson, template)
    line = draft.line_rows[0]
    assert (draft.currency, draft.payment_terms, line.description, line.quantity, line.unit_price) == (
        "TWD",
        "30 / 60 / 10",
        "Wafer arm",
        10,
        1000,
    )
    assert (draft.net_total, draft.tax_total, draft.total) == (10_000, 500, 10_500)
    assert [int(c.number[-4:]) for c in (draft, again)] == [1, 2]
    assert [c.heading for c in draft.clause_rows] == [c.heading for c in template.clause_rows]


def test_a_complete_draft_may_be_submitted(draft):
    assert lacking(draft) == []
    assert submit(draft).state == "manager_review"


@pytest.mark.clause("3.2.1b")
def test_each_empty_required_clause_is_named(draft):
    for clause in draft.clauses.filter(subject__in=[Subject.PRICE, Subject.LIABILITY]):
        clause.text = " "
        clause.save()
    draft.clauses.get(subject=Subject.DELIVERY).delete()
    assert lacking(draft) == ["has_all_clauses"]
    named = details(draft, "has_all_clauses")
    assert ["合同價款" in named[0], "違約責任" in named[1]] == [True, True]
    assert len(named) == 3
    with pytest.raises(StepRefused):
        advance(draft, "submit", by=draft.drafted_by)
    assert fresh(draft).state == "draft"


@pytest.mark.clause("3.2.1a")
def test_an_unwilling_customer_refuses_submission(salesperson, template):
    opportunity = make_opportunity(salesperson, stage="negotiation")
    agree_terms(opportunity, salesperson, intention="pending")
    contract = make_contract(salesperson, template, opportunity)
    assert lacking(contract) == ["has_intention"]
    agree_terms(Opportunity.objects.get(pk=opportunity.pk), salesperson, intention="yes")
    assert lacking(contract) == []


def test_instalments_must_add_up_and_the_difference_is_named(draft):
    draft.instalments.all().delete()
    draft.instalments.create(position=1, name="A", amount=Decimal("10000.50"), condition="x")
    assert lacking(draft) == ["has_exact_instalments"]
    assert "NT$499.50" in details(draft, "has_exact_instalments")[0]
    draft.instalments.create(position=2, name="B", amount=Decimal("499.50"), condition="x")
    assert lacking(draft) == []


def test_shares_of_the_total_follow_a_change_of_price(draft, salesperson):
    line = draft.lines.get()
    line.unit_price = Decimal("333.33")
    line.save()
    contract = services.recalculate(draft, by=salesperson)
    assert sum(i.amount for i in contract.instalment_rows) == contract.total == Decimal("3499.97")


def test_terms_and_lines_are_required(draft):
    draft.lines.all().delete()
    contract = services.recalculate(draft, by=draft.drafted_by)
    contract.period_end = None
    contract.payment_terms = ""
    contract.save()
    assert lacking(contract) == ["has_lines", "has_terms", "has_exact_instalments"] or lacking(contract) == [
        "has_lines",
        "has_terms",
    ]


def test_the_customers_own_paper_needs_a_reason_and_the_paper(salesperson):
    opportunity = make_opportunity(salesperson, stage="follow_up")
    contract = make_contract(salesperson, None, opportunity)
    assert (contract.own_paper, "has_source" in lacking(contract)) == (True, True)
    contract.own_paper_reason = "The customer insists"
    services.upload_customer_paper(contract=contract, file=pdf_file("paper.pdf"), by=salesperson)
    contract.save()
    assert "has_source" not in lacking(contract)
    assert [c.subject for c in contract.clause_rows] == [
        "rights",
        "specification",
        "price",
        "payment",
        "delivery",
        "liability",
    ]


def test_a_supplementary_agreement_starts_from_a_signed_main_contract(contract_in, salesperson):
    main = contract_in("signed")
    supplement = services.draft_from_main(main=main, relation="supplementary", by=salesperson)
    assert (supplement.main_contract, supplement.opportunity, "has_intention" in lacking(supplement)) == (
        main,
        None,
        False,
    )
    renewal = services.draft_from_main(main=main, relation="renewal", by=salesperson)
    assert renewal.total == main.total


def test_a_renewal_is_drawn_up_on_the_template_in_force_now(contract_in, salesperson, template, legal, second_legal):
    main = contract_in("signed")
    newer = services.new_template_version(template=template, by=legal)
    advance(newer, "submit", by=legal)
    advance(newer, "approve", by=second_legal)
    renewal = services.draft_from_main(main=main, relation="renewal", by=salesperson)
    assert (renewal.template_id, renewal.own_paper) == (newer.pk, False)
    advance(newer, "retire", by=second_legal, comment="The law changed")
    renewal = services.draft_from_main(main=main, relation="renewal", by=salesperson)
    assert (renewal.template, renewal.own_paper, "has_source" in lacking(renewal)) == (None, True, True)


# --- reviewing -----------------------------------------------------------------------------------


def test_the_manager_comes_first_and_legal_second(draft, manager, legal):
    contract = submit(draft)
    with pytest.raises((PermissionDenied, AlreadyMoved)):
        advance(contract, "approve_text", by=legal)
    contract = approve_by_manager(contract, manager)
    assert contract.state == "legal_review"
    contract = approve_by_legal(contract, legal)
    assert (contract.state, contract.approved_hash == contract.text_hash, contract.approved_version) == (
        "ready_to_sign",
        True,
        1,
    )


@pytest.mark.clause("3.2.2a")
def test_an_approval_needs_every_point_of_the_checklist_in_order(draft, manager):
    contract = submit(draft)
    assert lacking(contract) == ["has_manager_points"]
    reviewing.judge_all(contract=contract, by=manager)
    reviewing.judge(contract=contract, by=manager, verdicts={"risk_control": ("issue", "No cap")})
    assert lacking(contract) == ["has_manager_points"]
    reviewing.judge(contract=contract, by=manager, verdicts={"risk_control": ("remark", "Capped")})
    assert lacking(contract) == []


def test_a_remark_without_its_note_is_refused(draft, manager):
    with pytest.raises(ValidationError):
        reviewing.judge(contract=submit(draft), by=manager, verdicts={"risk_control": ("issue", " ")})


def test_a_high_open_risk_blocks_the_manager_until_he_accepts_it(draft, manager, salesperson):
    contract = submit(draft)
    reviewing.judge_all(contract=contract, by=manager)
    risk = Risk.objects.create(
        customer=contract.customer,
        opportunity=contract.opportunity,
        text="Single source",
        likelihood=5,
        impact=5,
        owner=salesperson,
    )
    assert lacking(contract) == ["has_no_high_risk"]
    advance(risk, "accept", by=manager, comment="Known supplier")
    assert lacking(contract) == []


@pytest.mark.parametrize("role", ["salesperson", "customer_service", "legal", "custodian", "director"])
def test_only_the_manager_decides_in_manager_review(draft, request, role):
    contract = submit(draft)
    with pytest.raises(PermissionDenied):
        advance(contract, "return_terms", by=request.getfixturevalue(role), comment="No")


def test_a_contract_drafted_by_the_manager_goes_to_the_director(manager, director, template):
    contract = submit(make_contract(manager, template))
    with pytest.raises(PermissionDenied):
        advance(contract, "reject", by=manager, comment="No")
    assert contract.side_of(director) == "manager"
    assert approve_by_manager(contract, director).manager_approved_by == director


def test_one_person_never_decides_both_reviews(person, draft, manager):
    manager.set_roles(("sales_manager", "legal"))
    manager = type(manager).objects.get(pk=manager.pk)
    contract = approve_by_manager(submit(draft), manager)
    assert contract.side_of(manager) == ""
    with pytest.raises(PermissionDenied):
        advance(contract, "return_text", by=manager, comment="No")


def test_who_changed_it_last_does_not_decide(draft, manager):
    services.recalculate(draft, by=manager)
    contract = submit(draft)
    with pytest.raises(PermissionDenied):
        advance(contract, "return_terms", by=manager, comment="No")


# --- opinions ------------------------------------------------------------------------------------


@pytest.mark.clause("3.2.2c")
def test_an_opinion_is_answered_by_the_drafter_and_accepted_by_its_author(draft, manager, legal, salesperson):
    contract = approve_by_manager(submit(draft), manager)
    opinion = reviewing.give_opinion(contract=contract, by=legal, text="Cap it", clause=contract.clause_rows[5])
    assert lacking(contract) == ["has_legal_points", "has_settled_opinions"]
    with pytest.raises(ValidationError):
        reviewing.accept_opinion(opinion=opinion, by=legal)
    with pytest.raises(PermissionDenied):
        reviewing.answer_opinion(opinion=opinion, by=legal, answer="Mine")
    reviewing.answer_opinion(opinion=opinion, by=salesperson, answer="Done")
    with pytest.raises(PermissionDenied):
        reviewing.accept_opinion(opinion=opinion, by=manager)
    reviewing.accept_opinion(opinion=opinion, by=legal)
    assert lacking(contract) == ["has_legal_points"]
    with pytest.raises(ValidationError):
        reviewing.waive_opinion(opinion=opinion, by=legal, reason="Late")


def test_an_opinion_is_given_only_in_ones_own_review(draft, manager, legal, salesperson):
    contract = submit(draft)
    for person in (legal, salesperson):
        with pytest.raises(PermissionDenied):
            reviewing.give_opinion(contract=contract, by=person, text="No")


def test_an_advisory_opinion_blocks_nothing(draft, manager, legal):
    contract = approve_by_manager(submit(draft), manager)
    reviewing.give_opinion(contract=contract, by=legal, text="Nicer words", kind="advisory")
    assert approve_by_legal(contract, legal).state == "ready_to_sign"


def test_a_waived_opinion_needs_a_reason_and_blocks_no_more(draft, manager, legal):
    contract = approve_by_manager(submit(draft), manager)
    opinion = reviewing.give_opinion(contract=contract, by=legal, text="Cap it")
    with pytest.raises(ValidationError):
        reviewing.waive_opinion(opinion=opinion, by=legal, reason=" ")
    reviewing.waive_opinion(opinion=opinion, by=legal, reason="Covered elsewhere")
    assert approve_by_legal(contract, legal).state == "ready_to_sign"


# --- amending: where it goes is chosen by the system -----------------------------------------------


def returned_by_legal(draft, manager, legal, clause=None, whole=False):
    contract = approve_by_manager(submit(draft), manager)
    if clause is not None or whole:
        opinion = reviewing.give_opinion(contract=contract, by=legal, text="Change it", clause=clause)
        reviewing.answer_opinion(opinion=opinion, by=contract.drafted_by, answer="Changed")
    advance(contract, "return_text", by=legal, comment="Please change")
    return fresh(contract)


def offered(contract):
    contract = fresh(contract)
    return {o.step.name for o in contract.offers(contract.drafted_by) if o.step.name.startswith("resubmit")}


def test_what_legal_asked_for_goes_back_to_legal_only(draft, manager, legal):
    contract = returned_by_legal(draft, manager, legal, clause=draft.clause_rows[5])
    contract = change_clause(contract, 5, "百分之三。")
    assert offered(contract) == {"resubmit_to_legal"}
    with pytest.raises(AlreadyMoved):
        advance(contract, "resubmit_to_manager", by=contract.drafted_by)
    advance(contract, "resubmit_to_legal", by=contract.drafted_by)
    assert fresh(contract).state == "legal_review"


def test_a_change_nobody_asked_for_goes_to_the_manager(draft, manager, legal):
    contract = returned_by_legal(draft, manager, legal, clause=draft.clause_rows[5])
    assert offered(change_clause(contract, 6, "二十四個月。")) == {"resubmit_to_manager"}


def test_a_commercial_change_goes_to_the_manager_even_if_legal_asked(draft, manager, legal):
    contract = returned_by_legal(draft, manager, legal, clause=draft.clause_rows[2])
    assert offered(change_clause(contract, 2, "合同總價為[[total]]，含運費。")) == {"resubmit_to_manager"}


def test_a_price_change_goes_to_the_manager(draft, manager, legal):
    contract = returned_by_legal(draft, manager, legal, whole=True)
    line = contract.lines.get()
    line.unit_price += 1
    line.save()
    assert offered(services.recalculate(contract, by=contract.drafted_by)) == {"resubmit_to_manager"}


def test_an_opinion_on_the_whole_contract_covers_any_clause_that_is_not_commercial(draft, manager, legal):
    contract = returned_by_legal(draft, manager, legal, whole=True)
    assert offered(change_clause(contract, 6, "二十四個月。")) == {"resubmit_to_legal"}


def test_a_clause_left_out_as_legal_asked_goes_back_to_legal_only(draft, manager, legal):
    contract = returned_by_legal(draft, manager, legal, clause=draft.clause_rows[6])
    contract.clauses.all()[6].delete()
    assert offered(services.recalculate(contract, by=contract.drafted_by)) == {"resubmit_to_legal"}


def test_a_clause_added_goes_to_the_manager(draft, manager, legal):
    contract = returned_by_legal(draft, manager, legal, clause=draft.clause_rows[5])
    contract.clauses.create(position=9, heading="Other", text="More")
    assert offered(services.recalculate(contract, by=contract.drafted_by)) == {"resubmit_to_manager"}


def test_a_return_without_opinion_and_any_change_goes_to_the_manager(draft, manager, legal):
    contract = returned_by_legal(draft, manager, legal)
    assert offered(contract) == {"resubmit_to_legal"}
    assert offered(change_clause(contract, 6, "二十四個月。")) == {"resubmit_to_manager"}


def test_what_the_manager_returned_comes_back_to_him(contract_in):
    contract = contract_in("revising")
    assert offered(contract) == {"resubmit_to_manager"}


@pytest.mark.clause("3.2.3a")
def test_an_unanswered_blocking_opinion_refuses_resubmission(draft, manager, legal):
    contract = submit(draft)
    reviewing.give_opinion(contract=contract, by=manager, text="Sixty percent before shipping")
    advance(contract, "return_terms", by=manager, comment="See opinion")
    assert lacking(contract) == ["has_answers"]


def test_a_change_after_approval_falls_back_to_the_manager(contract_in, manager, legal):
    contract = contract_in("ready_to_sign")
    advance(contract, "reopen", by=contract.drafted_by)
    contract = fresh(contract)
    assert (contract.approved_hash, contract.legal_approved_by) == ("", None)
    line = contract.lines.get()
    line.unit_price = Decimal(990)
    line.save()
    contract = services.recalculate(contract, by=contract.drafted_by)
    assert offered(contract) == {"resubmit_to_manager"}
    advance(contract, "resubmit_to_manager", by=contract.drafted_by)
    contract = approve_by_legal(approve_by_manager(contract, manager), legal)
    assert (contract.state, contract.approved_version) == ("ready_to_sign", 2)
    assert [v.number for v in ContractVersion.objects.filter(contract=contract)] == [2, 1]


def test_withdrawing_forgets_the_managers_approval(draft, manager):
    contract = approve_by_manager(submit(draft), manager)
    advance(contract, "withdraw", by=contract.drafted_by)
    contract = fresh(contract)
    assert (contract.state, contract.terms_hash, contract.manager_approved_by) == ("draft", "", None)
