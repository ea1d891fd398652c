"""The contract against its opportunity's term sheet: nothing differs after drafting, and every later change is named."""

from decimal import Decimal

import pytest

from contracts import services
from contracts.agreed import agreed_terms
from contracts.models import ContractLine
from customers.models import TermSheet
from kernel import inbox
from tests.factories.contracts import fresh, submit, walk

pytestmark = pytest.mark.django_db


def changed(draft, by, **fields):
    contract = fresh(draft)
    for name, value in fields.items():
        setattr(contract, name, value)
    contract.save()
    return services.recalculate(contract, by=by)


def told(contract, by=None):
    found = agreed_terms(contract, by or contract.drafted_by)
    return {str(d.label): (d.agreed, [(p.kind, p.text) for p in d.pieces]) for d in found.departures}


@pytest.fixture
def fair(draft, salesperson):
    """The draft with the sheet's own delivery date."""
    return changed(draft, salesperson, delivery_on=TermSheet.objects.get().delivery_on)


@pytest.fixture(autouse=True)
def english():
    from django.utils import translation

    with translation.override("en"):
        yield


def test_a_draft_says_what_was_agreed(fair):
    assert told(fair) == {}


def test_changed_terms_are_named_with_both_sides(fair, salesperson):
    sheet = TermSheet.objects.get()
    contract = changed(
        fair, salesperson, payment_terms=sheet.payment_terms + "，逾期另計", tax_rate=Decimal(13), currency="CNY"
    )
    found = told(contract)
    assert set(found) == {"currency", "tax rate", "payment terms", "Line 1"}
    assert found["currency"] == ("TWD", [("gone", "TWD"), ("new", "CNY")])
    assert found["tax rate"] == ("5%", [("gone", "5%"), ("new", "13%")])
    assert ("new", "，逾期另計") in found["payment terms"][1]


def test_changed_added_and_missing_lines_are_named(fair, salesperson):
    line = fair.lines.get()
    was = line.description
    line.unit_price += 1
    line.save()
    ContractLine.objects.create(
        contract=fair, position=2, description="Spare part", quantity=1, unit="pc", unit_price=5
    )
    found = told(services.recalculate(fair, by=salesperson))
    assert set(found) == {"Line 1", "Line 2", "Amount without tax"}
    assert was in found["Line 1"][0]
    assert found["Line 2"] == ("", [("new", "Spare part\n1 pc × NT$5")])
    fair.lines.all().delete()
    found = told(services.recalculate(fresh(fair), by=salesperson))
    assert was in found["Left out"][0]


def test_equal_lines_stand_against_each_other_once(fair, salesperson):
    line = fair.lines.get()
    line.pk, line.position = None, 2
    line.save()
    assert set(told(services.recalculate(fair, by=salesperson))) == {"Line 2", "Amount without tax"}


def test_a_supplement_has_no_term_sheet(contract_in, salesperson):
    contract = services.draft_from_main(main=contract_in("signed"), relation="renewal", by=salesperson)
    assert agreed_terms(contract, salesperson) is None


def test_drafter_and_reviewers_read_the_differences(fair, salesperson, manager, legal, as_):
    contract = changed(fair, salesperson, payment_terms="貨到 90 日付清 <b>")
    submit(contract)
    for user, address in (
        (salesperson, contract.get_absolute_url()),
        (manager, contract.get_absolute_url()),
        (manager, f"{contract.get_absolute_url()}review/"),
        (manager, f"/approvals/?item=contracts.contract:{contract.pk}"),
    ):
        page = as_(user).get(address).content.decode()
        assert "Against the term sheet" in page and "Agreed on the term sheet" in page
        assert "&lt;b&gt;" in page and "付清 <b>" not in page
    assert inbox.count(manager) == 1


def test_the_checklist_leads_to_the_comparison(fair, salesperson, as_):
    page = as_(salesperson).get(fair.get_absolute_url()).content.decode()
    assert f'href="{fair.get_absolute_url()}#agreed"' in page and 'id="agreed"' in page
    assert "as agreed" in page


def test_who_only_keeps_the_paper_does_not_read_what_was_negotiated(contract_in, custodian, legal, as_):
    contract = contract_in("legal_review")
    assert 'id="agreed"' in as_(legal).get(contract.get_absolute_url()).content.decode()
    assert agreed_terms(contract, custodian) is None
    contract = walk(contract, "signed", manager=contract.manager_approved_by, legal=legal)
    for reader in (custodian, legal):  # what is signed is no longer held against what was once agreed
        assert 'id="agreed"' not in as_(reader).get(contract.get_absolute_url()).content.decode()


def test_legal_compares_terms_and_reads_no_price_of_the_opportunity(fair, salesperson, legal, customer_service):
    line = fair.lines.get()
    line.unit_price += 1
    line.save()
    contract = changed(fair, salesperson, payment_terms="貨到 90 日付清")
    assert set(told(contract)) == {"payment terms", "Line 1", "Amount without tax"}
    assert set(told(contract, legal)) == {"payment terms"}
    assert agreed_terms(contract, customer_service) is None
