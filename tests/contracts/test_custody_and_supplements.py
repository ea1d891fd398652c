"""Originals on loan (clause 3.2.3c), supplements and their main contract (3.2.1a), the print without prices."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from contracts import services
from contracts.models import Contract, Loan
from contracts.plain_print import plain_pdf
from kernel import clock
from kernel.advance import advance, begin
from kernel.models import Promise
from tests.factories.contracts import ask_to_end, fresh, lend, make_contract

pytestmark = pytest.mark.django_db


@pytest.fixture
def archived(contract_in):
    """A contract whose original is in custody."""
    return contract_in("archived")


def again(loan):
    return Loan.objects.get(pk=loan.pk)


# --- loans ------------------------------------------------------------------------------------------------


def test_the_borrower_owes_the_return_and_keeps_his_word_by_bringing_it_back(archived, salesperson, custodian):
    loan = lend(archived, salesperson, custodian)
    promise = Promise.objects.of(loan).get()
    assert (promise.owed_by, promise.clause, promise.state) == (salesperson, "3.2.3c", "open")
    assert clock.local(promise.due_at).date() >= loan.due_on
    advance(loan, "take_back", by=custodian)
    assert (again(loan).state, again(loan).returned_on) == ("returned", clock.today())
    assert Promise.objects.of(loan).get().state == "kept"


def test_a_late_return_breaks_the_promise(archived, salesperson, custodian):
    loan = lend(archived, salesperson, custodian, days=1)
    with clock.at(clock.now() + timedelta(days=30)):
        advance(loan, "take_back", by=custodian)
    assert Promise.objects.of(loan).get().state == "broken"


def test_an_original_is_with_one_person_at_a_time(archived, salesperson, manager, custodian):
    loan = lend(archived, salesperson, custodian)
    with pytest.raises(ValidationError):
        lend(archived, manager, custodian)
    advance(loan, "take_back", by=custodian)
    assert lend(archived, manager, custodian).state == "out"


@pytest.mark.database
def test_the_database_refuses_a_second_open_loan(archived, salesperson, custodian):
    lend(archived, salesperson, custodian)
    second = Loan(contract=archived, borrower=custodian, lent_by=custodian, reason="x", due_on=clock.today())
    with pytest.raises(IntegrityError), transaction.atomic():
        begin(second, by=custodian)


def test_a_lost_original_is_lent_no_more_until_it_is_found(archived, salesperson, manager, custodian):
    loan = lend(archived, salesperson, custodian)
    advance(loan, "report_loss", by=custodian, comment="Left in a taxi")
    assert Promise.objects.of(loan).get().state == "void"
    with pytest.raises(ValidationError):
        lend(archived, manager, custodian)
    advance(again(loan), "recover", by=custodian, comment="The driver brought it")
    assert lend(archived, manager, custodian).state == "out"


def test_only_the_custodian_takes_it_back(archived, salesperson, custodian):
    loan = lend(archived, salesperson, custodian)
    with pytest.raises(PermissionDenied):
        advance(loan, "take_back", by=salesperson)


@pytest.mark.parametrize("state", ["draft", "ready_to_sign", "signed"])
def test_only_what_is_in_custody_is_lent(contract_in, salesperson, custodian, state):
    with pytest.raises(ValidationError):
        lend(contract_in(state), salesperson, custodian)


def test_a_loan_is_neither_begun_in_the_past_nor_longer_than_the_company_lends(as_, archived, salesperson, custodian):
    client = as_(custodian, language="en")
    where = f"/contracts/{archived.pk}/lend/"
    values = {"borrower": salesperson.pk, "reason": "Audit"}
    for days, said in ((-1, "This day is over already."), (31, "An original is lent for 30 days at most.")):
        answer = client.post(where, {**values, "due_on": str(clock.today() + timedelta(days))})
        assert answer.status_code == 422 and said in answer.content.decode()
    assert client.post(where, {**values, "due_on": str(clock.today() + timedelta(30))}).status_code == 302


def test_the_contract_and_the_custodians_home_say_who_holds_the_original(as_, archived, salesperson, custodian):
    client = as_(custodian, language="en")
    assert "In its place" in client.get(archived.get_absolute_url()).content.decode()
    lend(archived, salesperson, custodian)
    assert f"With {salesperson}" in client.get(archived.get_absolute_url()).content.decode()
    assert "Originals on loan" in client.get("/").content.decode()
    assert str(salesperson) in client.get("/contracts/loans/?state=out").content.decode()


def test_the_borrower_sees_his_loan_though_not_the_contract(as_, archived, person, custodian):
    borrower = person("logistics")
    loan = lend(archived, borrower, custodian)
    client = as_(borrower, language="en")
    assert client.get(loan.get_absolute_url()).status_code == 200
    assert client.get(archived.get_absolute_url()).status_code == 404


# --- supplements --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "manager_review", "ready_to_sign"])
def test_a_supplement_starts_only_from_a_signed_contract(contract_in, salesperson, state):
    with pytest.raises(ValidationError):
        services.draft_from_main(main=contract_in(state), relation="supplementary", by=salesperson)


def test_a_terminated_contract_and_a_supplement_are_no_main_contract(archived, salesperson, manager):
    supplement = services.draft_from_main(main=fresh(archived), relation="supplementary", by=salesperson)
    assert not supplement.may_be_supplemented
    advance(ask_to_end(fresh(archived)), "terminate", by=manager, comment="The customer closed")
    with pytest.raises(ValidationError):
        services.draft_from_main(main=fresh(archived), relation="renewal", by=salesperson)


def test_main_contract_and_supplement_lead_to_each_other(as_, archived, salesperson):
    supplement = services.draft_from_main(main=fresh(archived), relation="supplementary", by=salesperson, title="增購")
    client = as_(salesperson, language="en")
    assert supplement.get_absolute_url() in client.get(archived.get_absolute_url()).content.decode()
    assert archived.get_absolute_url() in client.get(supplement.get_absolute_url()).content.decode()


def test_the_ledger_keeps_main_contracts_apart_from_supplements(as_, archived, manager, legal, salesperson, custodian):
    from tests.factories.contracts import approve_by_legal, approve_by_manager, sign, submit

    extra = services.draft_from_main(main=fresh(archived), relation="supplementary", by=salesperson, title="增購")
    today = clock.today()
    extra.period_start, extra.period_end, extra.delivery_on = today, today + timedelta(90), today + timedelta(30)
    extra.save()
    extra.lines.create(description="測頭", quantity=1, unit="台", unit_price=500)
    extra = services.recalculate(extra, by=salesperson)
    sign(approve_by_legal(approve_by_manager(submit(extra), manager), legal))
    client = as_(manager, language="en")

    def said(query):
        return client.get(f"/contracts/ledger/{query}").content.decode()

    assert "增購" in said("") and "Supplementary agreement · " in said("")
    assert "增購" not in said("?relation=main") and archived.number in said("?relation=main")
    assert "增購" in said("?relation=supplementary")


# --- without prices ------------------------------------------------------------------------------------------

PRICE = "104711"


def test_the_warehouses_print_holds_no_amount_in_any_byte(salesperson, template):
    contract = make_contract(salesperson, template)
    line = contract.lines.first()
    line.unit_price, line.specification = Decimal(PRICE), f"單價 {PRICE} 元，含稅 104,711.00"
    line.save()
    contract = services.recalculate(contract, by=salesperson)
    delivery = contract.clauses.get(subject="delivery")
    delivery.text = (
        f"總價 [[total]]（[[total_in_capitals]]），即 {contract.total}；[[instalments]]，不遲於[[delivery_on]]"
    )
    delivery.save()
    contract.delivery_terms, contract.title = f"DDP，{contract.net_total:,.2f}", f"採購 {contract.total:,.0f}"
    contract.save()
    pdf = plain_pdf(fresh(contract), printed_by=salesperson)
    reader = PdfReader(io.BytesIO(pdf))
    said = "".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
    plain = re.sub(r"[\s,，]", "", said)
    contract = fresh(contract)
    amounts = {contract.total, contract.net_total, contract.tax_total, line.amount}
    amounts |= {i.amount for i in contract.instalment_rows}
    for amount in {f"{a:f}".rstrip("0").rstrip(".") for a in amounts} | {PRICE}:
        assert amount not in plain
    assert "元整" not in plain and "NT$" not in plain
    assert line.description in said and contract.customer_name in said


def test_whoever_sees_the_contract_prints_it_for_the_warehouse(as_, archived, customer_service):
    answer = as_(customer_service).get(f"/contracts/{archived.pk}/print-without-prices/")
    assert answer.content[:4] == b"%PDF"
    assert Contract.objects.get(pk=archived.pk).total
