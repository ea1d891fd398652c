"""The whole path as acts in order; the same acts are walked by mouse, without JavaScript and by keyboard alone."""

from types import SimpleNamespace

from contracts.models import Contract
from customers.models import Opportunity
from tests.journeys import development, signing


def office_of(open_window, people):
    """Everybody at his desk: role → window."""
    return SimpleNamespace(**{role: open_window(user) for role, user in people.items()})


def is_developed(office, paper):
    """Clause 3.1: from market research to the follow-up."""
    development.enters_insights(office)
    development.analyses_an_insight(office)
    opportunity = development.opens_an_opportunity(office)
    development.is_researched(office, opportunity)
    development.fails_screening(office, opportunity)
    development.passes_screening(office, opportunity)
    development.contacts_the_customer(office, opportunity)
    development.learns_needs(office, opportunity, paper)
    development.answers_questions(office, opportunity)
    development.agrees_on_terms(office, opportunity)
    development.manager_agrees_to_the_margin(office, opportunity)
    development.follows_up(office, opportunity)
    return Opportunity.objects.get(pk=opportunity.pk)


def is_agreed_on_inside(office, opportunity):
    """Clauses 3.2.1 to 3.2.3a: drafted, reviewed, returned, amended, approved, changed, approved again."""
    contract = signing.drafts(office, opportunity)
    signing.is_refused_while_a_clause_is_empty(office, contract)
    signing.submits(office, contract)
    signing.manager_returns(office, contract)
    signing.resubmits_to_manager(office, contract)
    signing.manager_approves(office, contract)
    signing.legal_leaves_a_blocking_opinion(office, contract)
    signing.amends_for_legal_only(office, contract)
    signing.legal_approves(office, contract)
    signing.a_price_changes(office, contract)
    signing.manager_approves(office, contract)
    signing.legal_approves(office, contract)
    return Contract.objects.get(pk=contract.pk)


def is_signed_and_filed(office, contract, paper, folder):
    """Clauses 3.2.3b and c: signed, archived, in the ledger; the opportunity is won by the same act."""
    no_pdf = folder / "page.pdf"
    no_pdf.write_text("<html><script>alert(1)</script></html>")
    signing.is_sealed(office, contract)
    signing.signs(office, contract, paper("signed.pdf"), no_pdf)
    signing.archives(office, contract)
    signing.stands_in_the_ledger(office, contract)
    assert Opportunity.objects.get(pk=contract.opportunity_id).state == "won"
