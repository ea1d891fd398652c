"""Collection: the plan of a signed contract, invoices, money in parts, too much of it, taken back; what holds a shipment."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as some

from contracts import collecting
from contracts.collecting import PAYMENT, spread
from contracts.models import Allocation, Contract, InvoiceRequest, PlannedPayment, Receipt
from contracts.reminders import remind_expiries
from kernel import clock
from kernel.advance import StepRefused, advance
from kernel.models import Agreement, Promise
from tests.factories.contracts import ask_to_end, fresh, fulfil_terms, pay

pytestmark = pytest.mark.django_db
CENTS = some.decimals(min_value=0, max_value=10**9, places=2)


@pytest.fixture
def finance(person):
    """A member of finance."""
    return person("finance", name="Tseng Finance")


@pytest.fixture
def signed(contract_in):
    """A signed contract with two instalments, 30 and 70 percent."""
    return contract_in("signed")


def plan_of(contract):
    return list(PlannedPayment.objects.filter(contract=contract))


def issue(request, finance, number="AB-10000001"):
    advance(request, "issue", by=finance, data={"invoice_number": number, "issued_on": clock.today()})
    return InvoiceRequest.objects.get(pk=request.pk)


# --- spreading money -----------------------------------------------------------------------------------
@pytest.mark.django_db(False)
@given(amount=CENTS, owed=some.lists(CENTS, max_size=12))
def test_money_is_spread_to_the_cent(amount, owed):
    parts, rest = spread(amount, owed)
    assert sum(parts, rest) == amount
    assert all(0 <= part <= open_ for part, open_ in zip(parts, owed, strict=True))
    assert rest == max(amount - sum(owed), 0)


# --- the plan ------------------------------------------------------------------------------------------
def test_a_signing_plans_each_instalment_once(signed, salesperson):
    rows = plan_of(signed)
    assert [row.name for row in rows] == ["訂金", "尾款"]
    assert sum(row.amount for row in rows) == signed.total
    collecting.plan(signed, by=salesperson)
    assert plan_of(signed) == rows


def test_a_day_is_set_with_a_reason_and_promised_by_who_looks_after_the_customer(signed, salesperson):
    row = plan_of(signed)[0]
    assert not Promise.objects.of(row).exists(), "the contract names a condition, no day yet"
    collecting.move_due(row, due_on=clock.today() + timedelta(7), reason="signed today", by=salesperson)
    promise = Promise.objects.of(row).get()
    assert (promise.kind, promise.owed_by, promise.state) == (PAYMENT, signed.customer.owner, "open")
    with pytest.raises(ValidationError):
        collecting.move_due(row, due_on=clock.today() + timedelta(9), reason=" ", by=salesperson)
    collecting.move_due(row, due_on=clock.today() + timedelta(30), reason="the customer asked", by=salesperson)
    assert Promise.objects.of(row).get().moves.get().reason == "the customer asked"


def test_a_day_known_before_there_were_promises_is_promised_by_the_daily_job_once(signed):
    PlannedPayment.objects.filter(pk=plan_of(signed)[0].pk).update(due_on=clock.today() + timedelta(90))
    remind_expiries()
    remind_expiries()
    assert Promise.objects.of(plan_of(signed)[0]).open().count() == 1


# --- invoices ------------------------------------------------------------------------------------------
def test_invoices_asked_for_never_exceed_the_payment(signed, salesperson, finance):
    row = plan_of(signed)[0]
    part = row.amount - 5
    request = collecting.request_invoice(row, kind="uniform", amount=part, by=salesperson)
    with pytest.raises(ValidationError, match="At most"):
        collecting.request_invoice(row, kind="uniform", amount=Decimal("5.01"), by=salesperson)
    issue(request, finance)
    assert PlannedPayment.objects.get(pk=row.pk).invoiced == part
    collecting.request_invoice(row, kind="uniform", amount=Decimal(5), by=salesperson)


def test_only_finance_issues_and_the_number_is_needed(signed, salesperson, manager, finance):
    request = collecting.request_invoice(plan_of(signed)[0], kind="special", amount=Decimal(9), by=salesperson)
    for who in (salesperson, manager):
        with pytest.raises(PermissionDenied):
            issue(request, who)
    assert issue(request, finance).issued_by == finance


def test_a_reversal_is_a_row_of_its_own_and_frees_the_payment(signed, salesperson, finance):
    row = plan_of(signed)[0]
    invoice = issue(collecting.request_invoice(row, kind="uniform", amount=row.amount, by=salesperson), finance)
    back = collecting.request_reversal(invoice, note="wrong tax number", by=salesperson)
    with pytest.raises(ValidationError):
        collecting.request_reversal(invoice, note="again", by=salesperson)
    issue(back, finance, "AB-10000002")
    assert PlannedPayment.objects.get(pk=row.pk).invoiced == 0
    assert InvoiceRequest.objects.get(pk=invoice.pk).state == "issued"
    collecting.request_invoice(PlannedPayment.objects.get(pk=row.pk), kind="uniform", amount=row.amount, by=salesperson)


def test_a_refused_request_frees_what_it_held(signed, salesperson, finance):
    row = plan_of(signed)[0]
    request = collecting.request_invoice(row, kind="uniform", amount=row.amount, by=salesperson)
    advance(request, "refuse", by=finance, comment="The address is missing")
    assert collecting.left_to_ask(PlannedPayment.objects.get(pk=row.pk)) == row.amount


# --- money ---------------------------------------------------------------------------------------------
def test_money_in_two_parts_settles_the_plan_and_keeps_its_promises(signed, salesperson, finance):
    first, second = plan_of(signed)
    for row in (first, second):
        collecting.move_due(row, due_on=clock.today() + timedelta(7), reason="agreed", by=salesperson)
    pay(signed, finance, first.amount + 10, "B-1")
    rows = plan_of(signed)
    assert [(r.is_settled, r.received) for r in rows] == [(True, first.amount), (False, Decimal(10))]
    pay(signed, finance, second.amount - 10, "B-2")
    assert fresh(signed).open_rest == 0
    assert {p.state for row in rows for p in Promise.objects.of(row)} == {"kept"}


def test_money_pays_the_payment_that_is_named(signed, finance):
    _first, second = plan_of(signed)
    values = {"received_on": clock.today(), "bank_reference": "B-7", "payer": "Hongzhou"}
    collecting.record_receipt(signed, amount=Decimal(100), by=finance, first=second, **values)
    assert [r.received for r in plan_of(signed)] == [0, 100]


def test_too_much_is_kept_as_credit_and_pays_what_is_owed_again(signed, finance):
    first, _second = plan_of(signed)
    early = pay(signed, finance, first.amount, "B-1")
    pay(signed, finance, signed.total - first.amount + 25, "B-2")
    assert collecting.credit_of(signed) == 25
    collecting.reverse_receipt(early, bank_reference="B-3", received_on=clock.today(), note="bounced", by=finance)
    assert collecting.credit_of(signed) == 0
    assert fresh(signed).open_rest == first.amount - 25
    assert sum(a.amount for a in Allocation.objects.all()) == signed.total - first.amount + 25


def test_a_receipt_is_reversed_once_and_a_bank_reference_entered_once(signed, finance):
    receipt = pay(signed, finance, Decimal(10), "B-1")
    with pytest.raises(ValidationError):
        pay(signed, finance, Decimal(10), "B-1")
    back = {"received_on": clock.today(), "note": "twice", "by": finance}
    collecting.reverse_receipt(receipt, bank_reference="B-2", **back)
    with pytest.raises(ValidationError):
        collecting.reverse_receipt(receipt, bank_reference="B-3", **back)
    assert Receipt.objects.count() == 2


@pytest.mark.database
def test_the_database_keeps_receipts_and_sums_right(signed, finance):
    receipt = pay(signed, finance, Decimal(10), "B-1")
    row = plan_of(signed)[0]
    for wrong in ({"received": row.amount + 1}, {"received": -1}, {"invoiced": row.amount + 1}, {"is_settled": True}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PlannedPayment.objects.filter(pk=row.pk).update(**wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(amount=11)


def test_what_is_to_be_paid_before_shipment_holds_it(signed, finance):
    assert fresh(signed).payment_hold() == []
    first = plan_of(signed)[0]
    PlannedPayment.objects.filter(pk=first.pk).update(before_shipment=True)
    assert fresh(signed).payment_hold() == [first]
    pay(signed, finance, first.amount - 1, "B-1")
    assert fresh(signed).payment_hold() == [first]
    pay(signed, finance, Decimal(1), "B-2")
    assert fresh(signed).payment_hold() == []


def test_before_shipment_is_part_of_the_text_only_where_it_is_said(draft):
    before = draft.text_hash
    row = draft.instalments.first()
    assert "before_shipment" not in fresh(draft).content["instalments"][0]
    row.before_shipment = True
    row.save()
    assert fresh(draft).text_hash != before
    assert fresh(draft).content["instalments"][0]["before_shipment"] is True


# --- the end of a contract -----------------------------------------------------------------------------
def test_a_contract_is_fulfilled_when_its_terms_are_kept_and_its_money_is_in(contract_in, salesperson, finance):
    contract = contract_in("archived")
    assert {o.kind for o in contract.obligation_rows} >= {"delivery", "acceptance"}
    with pytest.raises(StepRefused) as refused:
        advance(contract, "fulfil", by=salesperson)
    assert {i.name for i in refused.value.items if not i.met} == {"has_fulfilled_terms", "has_all_money"}
    fulfil_terms(contract)
    pay(contract, finance)
    advance(contract, "fulfil", by=salesperson)
    assert fresh(contract).state == "fulfilled"


def test_a_term_that_was_kept_leads_from_ones_own_list_to_its_contract(contract_in, salesperson, as_):
    contract = fulfil_terms(contract_in("archived"))
    page = as_(salesperson).get("/approvals/?tab=started")
    assert page.status_code == 200
    assert f'href="/contracts/{contract.pk}/collection/#obligations"' in page.content.decode()


def test_exactly_the_rest_that_the_manager_agreed_to_is_written_off(contract_in, salesperson, manager, finance):
    contract = fulfil_terms(contract_in("archived"))
    pay(contract, finance, contract.total - 3)
    agreement = collecting.ask_to_write_off(fresh(contract), reason="bank charges", by=salesperson)
    with pytest.raises(StepRefused):
        advance(contract, "fulfil", by=salesperson)
    advance(agreement, "agree", by=manager, comment="small")
    pay(contract, finance, Decimal(1), "B-2")
    with pytest.raises(StepRefused):  # another rest is another matter
        advance(contract, "fulfil", by=salesperson)
    agreement = collecting.ask_to_write_off(fresh(contract), reason="bank charges", by=salesperson)
    advance(agreement, "agree", by=manager, comment="small")
    advance(contract, "fulfil", by=salesperson)
    assert Agreement.objects.count() == 2


def test_a_termination_is_asked_for_decided_by_the_manager_and_closes_what_was_promised(
    contract_in, manager, salesperson
):
    contract = contract_in("archived")
    collecting.move_due(plan_of(contract)[0], due_on=clock.today() + timedelta(9), reason="agreed", by=salesperson)
    contract = ask_to_end(fresh(contract))
    with pytest.raises(PermissionDenied):
        advance(contract, "terminate", by=salesperson)
    advance(contract, "keep_running", by=manager, comment="Let us talk to them")
    assert (fresh(contract).state, fresh(contract).termination_settlement) == ("archived", "")
    advance(ask_to_end(fresh(contract)), "terminate", by=manager)
    assert Contract.objects.get(pk=contract.pk).ended_on == clock.today()
    rows = [*contract.planned_payments.all(), *contract.obligations.all()]
    assert not any(Promise.objects.of(row).open().exists() for row in rows)
    assert not PlannedPayment.objects.open().exists()


# --- pages ---------------------------------------------------------------------------------------------
def test_what_is_overdue_is_told_to_whose_customer_it_is_and_to_finance(signed, salesperson, finance, person, as_):
    other = person("salesperson", name="Ho Other")
    row = plan_of(signed)[0]
    PlannedPayment.objects.filter(pk=row.pk).update(due_on=clock.today() - timedelta(45))
    homes = {who: as_(who).get("/").content.decode() for who in (salesperson, finance, other)}
    assert [("Overdue payments" in homes[who]) for who in (salesperson, finance, other)] == [True, True, False]
    page = as_(finance).get("/contracts/collection/")
    assert [(a.key, a.count, a.open) for a in page.context["ages"]] == [("31", 1, row.amount)]
    assert [r.pk for r in as_(finance).get("/contracts/collection/?age=31").context["page"].rows] == [row.pk]
    assert as_(finance).get("/contracts/collection/?age=91").context["page"].rows == []
    assert 'class="tabbar"' in page.content.decode() and page.context["tabs"], "the menu of the phone is whole"
    customer = as_(salesperson).get(signed.customer.get_absolute_url()).content.decode()
    assert "Pays, on average" in customer


def test_a_doubled_form_enters_money_once(signed, finance, as_):
    client, address = as_(finance), f"/contracts/{signed.pk}/receipts/new/"
    data = {
        "amount": "12",
        "received_on": clock.today(),
        "bank_reference": "B-1",
        "payer": "Hongzhou",
        "_key": "once-1",
    }
    assert [client.post(address, data).status_code for _twice in range(2)] == [302, 302]
    assert Receipt.objects.count() == 1
    again = client.post(address, {**data, "_key": "once-2"})
    assert again.status_code == 422 and "was entered before" in again.content.decode()
