"""From market research to the ledger: the whole path in a real browser, each act tried by a wrong person first."""

import pytest

from tests.factories import customers as rows
from tests.journeys.office import is_agreed_on_inside, is_developed, is_signed_and_filed, office_of
from tests.pdfs import drawn_characters, fonts, ink, rendered, text_of

pytestmark = pytest.mark.browser


def test_from_research_to_the_ledger(window, people, template, paper, tmp_path):
    rows.make_product(price="1000", cost="600")
    office = office_of(window, people)
    opportunity = is_developed(office, paper)
    contract = is_agreed_on_inside(office, opportunity)
    is_signed_and_filed(office, contract, paper, tmp_path)
    looks_right_on_paper(office, contract, tmp_path)


def looks_right_on_paper(office, contract, folder):
    """Each character of the contract is drawn by a font inside the file, and each page bears ink where text stands."""
    link = office.sales.open(f"/contracts/{contract.pk}/").page.get_by_role("link", name="PDF", exact=True)
    pdf = office.sales.context.request.get(link.get_attribute("href")).body()
    assert all("/FontFile3" in f["/DescendantFonts"][0]["/FontDescriptor"] for f in fonts(pdf))
    words = text_of(pdf)
    for text in (contract.title, contract.number, contract.customer_name, "提交中華民國仲裁協會仲裁", "元整", "1/"):
        assert "".join(text.split()) in words, text
    assert "草案" not in words and "\ufffd" not in words
    assert set(words) - drawn_characters(pdf) == set()
    for page in rendered(pdf, folder):
        assert 0.005 < ink(page) < 0.3
