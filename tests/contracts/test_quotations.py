"""Quotations: from a term sheet, held by the floor margin and by its changes, issued, answered, expired, made a contract."""

from datetime import timedelta
from decimal import Decimal

import pytest

from contracts import quoting
from contracts.models import Contract, ContractTemplate, Quotation
from customers.models import Opportunity, TermSheet
from customers.services import ask_for_margin
from documents.models import Document
from kernel import clock
from kernel.advance import StepRefused, advance
from kernel.models import Promise
from kernel.steps import edges_of
from tests.factories.contracts import make_company, make_quotation_template
from tests.factories.customers import agree_terms, make_opportunity
from tests.pdfs import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(salesperson):
    """An opportunity in negotiation whose terms are agreed at a margin of forty percent."""
    record = make_opportunity(salesperson, stage="negotiation")
    agree_terms(record, salesperson)
    return Opportunity.objects.get(pk=record.pk)


def quote(deal, by, days=30):
    until = clock.today() + timedelta(days)
    return quoting.quote(Opportunity.objects.get(pk=deal.pk), title="Wafer arms", script="en", valid_until=until, by=by)


def fresh(quotation):
    return Quotation.objects.get(pk=quotation.pk)


def issued(deal, by):
    quotation = quote(deal, by)
    advance(quotation, "issue", by=by)
    return fresh(quotation)


def unmet(quotation, by):
    with pytest.raises(StepRefused) as refused:
        advance(quotation, "issue", by=by)
    return {i.name for i in refused.value.items if not i.met}


def test_the_sequence_of_a_quotation():
    assert edges_of(Quotation) == {
        ("draft", "issued"),
        ("draft", "voided"),
        ("issued", "accepted"),
        ("issued", "declined"),
        ("issued", "expired"),
    }


def test_a_quotation_takes_over_lines_tax_and_terms(deal, salesperson):
    quotation = quote(deal, salesperson)
    assert quotation.number == f"BJ-{clock.today().year}-0001"
    assert (quotation.net_total, quotation.tax_total, quotation.total) == (10_000, 500, 10_500)
    assert quotation.payment_terms == "30 / 60 / 10"
    assert [line.description for line in quotation.line_rows] == ["Wafer arm"]


def test_an_issued_quotation_is_registered_and_an_answer_awaited(deal, salesperson):
    quotation = issued(deal, salesperson)
    assert Document.objects.get(number=quotation.number).kind == "quotation"
    promise = Promise.objects.of(quotation).open().get()
    assert (promise.owed_by, promise.clause) == (salesperson, "3.1.5a")
    advance(quotation, "accept", by=salesperson)
    assert Promise.objects.get(pk=promise.pk).state == "kept"  # he did answer; nothing of it became void


def test_below_the_floor_margin_it_is_not_issued_without_the_manager(deal, salesperson, manager):
    agree_terms(deal, salesperson, unit_price="1000", unit_cost="900")
    deal = Opportunity.objects.get(pk=deal.pk)
    quotation = quote(deal, salesperson)
    assert unmet(quotation, salesperson) == {"has_margin"}
    agreement = ask_for_margin(deal, reason="first order", by=salesperson)
    advance(agreement, "agree", by=manager, comment="once")
    advance(quotation, "issue", by=salesperson)


def test_what_was_negotiated_since_is_taken_over_first(deal, salesperson):
    quotation = quote(deal, salesperson)
    agree_terms(deal, salesperson, unit_price="1100")
    assert unmet(quotation, salesperson) == {"is_the_present_sheet"}
    quoting.take_over(fresh(quotation), by=salesperson)
    advance(quotation, "issue", by=salesperson)
    assert fresh(quotation).net_total == 11_000


def test_it_expires_by_itself_after_its_day(deal, salesperson):
    quotation = issued(deal, salesperson)
    assert quoting.expire_overdue() == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert (quoting.expire_overdue(), quoting.expire_overdue()) == (1, 0)
    assert fresh(quotation).state == "expired"


def test_an_accepted_quotation_becomes_a_contract_once_with_its_own_lines(deal, salesperson, template, as_):
    quotation = issued(deal, salesperson)
    advance(quotation, "accept", by=salesperson)
    TermSheet.objects.get(opportunity=deal).lines.update(unit_price=Decimal(1_200))
    client, address = as_(salesperson), f"/contracts/new/?opportunity={deal.pk}&quotation={quotation.pk}"
    assert quotation.number in client.get(address).content.decode()
    assert client.post(address, {"template": template.pk, "title": "Arms"}).status_code == 302
    contract = Contract.objects.get()
    assert (contract.total, fresh(quotation).contract) == (quotation.total, contract)
    assert client.post(address, {"template": template.pk, "title": "Arms"}).status_code == 403


def test_the_paper_says_number_amount_and_day(deal, salesperson):
    quotation = issued(deal, salesperson)
    text = text_of(quoting.quotation_pdf(quotation, record_url="https://bylaw.example/1/"))
    assert all(part in text for part in (quotation.number, "10,500", quotation.valid_until.isoformat(), "Waferarm"))


def test_conditions_come_from_a_template_follow_the_term_sheet_and_are_printed(as_, deal, salesperson, legal, person):
    make_company()
    template = make_quotation_template(legal, person("legal"))
    client, start = as_(salesperson), f"/quotations/new/{deal.pk}/"
    assert "Terms of sale v1" in client.get(start).content.decode()
    until = (clock.today() + timedelta(30)).isoformat()
    head = {"title": "Wafer arms", "script": "en", "valid_until": until, "note": ""}
    client.post(start, {**head, "template": template.pk})
    quotation = Quotation.objects.get()
    assert quotation.made_from == "Terms of sale v1"
    sheet = TermSheet.objects.get(opportunity=deal)
    assert f"To pay: {sheet.payment_terms}" in client.get(quotation.get_absolute_url()).content.decode()
    edit = f"{quotation.get_absolute_url()}edit/"
    blocks = {"section_0": "Cash: [[payment_terms]]", "section_1": "[[needs]]"}
    head["version"] = quotation.version
    refused = client.post(edit, {**head, **blocks})
    assert refused.status_code == 422 and "Nothing is filled in here: [[needs]]" in refused.content.decode()
    assert "Cash: [[payment_terms]]" in refused.content.decode()
    sheet.payment_terms = "In advance"
    sheet.save()
    client.post(edit, {**head, **blocks, "section_1": "", "take_over": "on"})
    paper = text_of(client.get(f"{quotation.get_absolute_url()}print/").content)
    assert "Cash:Inadvance" in paper
    assert "Validity" not in paper


def test_a_template_of_quotations_starts_no_contract(deal, salesperson, legal, person):
    template = make_quotation_template(legal, person("legal"))
    assert template not in ContractTemplate.objects.in_force().for_contracts()
    assert template in ContractTemplate.objects.in_force().for_quotations()
