"""From market research to the ledger: the whole path in a real browser, each act tried by a wrong person first."""

from types import SimpleNamespace

import pytest

from contracts.models import Contract
from customers.models import Opportunity
from tests.factories import customers as rows
from tests.journeys import development, signing
from tests.pdfs import drawn_characters, fonts, ink, rendered, text_of

pytestmark = pytest.mark.browser


@pytest.fixture
def office(site, window, salesperson, manager, legal, custodian, customer_service, stranger, director):
    """Everybody at his desk."""
    people = {
        "sales": salesperson,
        "manager": manager,
        "legal": legal,
        "custodian": custodian,
        "service": customer_service,
        "stranger": stranger,
        "director": director,
    }
    return SimpleNamespace(**{role: window(user) for role, user in people.items()})


def test_from_research_to_the_ledger(office, template, paper, tmp_path):
    rows.make_product(price="1000", cost="600")
    opportunity = is_developed(office, paper)
    contract = is_agreed_on_inside(office, opportunity)
    is_signed_and_filed(office, contract, paper, tmp_path)
    assert Opportunity.objects.get(pk=opportunity.pk).state == "won"


def is_developed(office, paper):
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


def is_signed_and_filed(office, contract, paper, tmp_path):
    no_pdf = tmp_path / "page.pdf"
    no_pdf.write_text("<html><script>alert(1)</script></html>")
    signing.signs(office, contract, paper("signed.pdf"), no_pdf)
    signing.archives(office, contract)
    signing.stands_in_the_ledger(office, contract)
    looks_right_on_paper(office, contract, tmp_path)


def looks_right_on_paper(office, contract, tmp_path):
    """Each character of the contract is drawn by a font inside the file, and each page bears ink where text stands."""
    link = office.sales.open(f"/contracts/{contract.pk}/").link("PDF")
    pdf = office.sales.context.request.get(link.get_attribute("href")).body()
    assert all("/FontFile3" in f["/DescendantFonts"][0]["/FontDescriptor"] for f in fonts(pdf))
    words = text_of(pdf)
    for text in (contract.title, contract.number, contract.customer_name, "提交中華民國仲裁協會仲裁", "元整", "1/"):
        assert "".join(text.split()) in words, text
    assert "草案" not in words and "\ufffd" not in words
    assert set(words) - drawn_characters(pdf) == set()
    for page in rendered(pdf, tmp_path):
        assert 0.005 < ink(page) < 0.3
