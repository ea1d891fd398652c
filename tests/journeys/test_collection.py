"""From a signed contract to its end: an invoice is asked for and issued, money comes in two parts, the terms are kept."""

import pytest

from contracts.models import Contract
from kernel import clock
from tests.factories import contracts as make
from tests.factories.customers import make_product

pytestmark = pytest.mark.browser


def test_invoice_money_terms_and_the_end(window, people, template, person):
    make_product(price="1000", cost="600")
    draft = make.make_contract(people["sales"], template)
    hands = {"manager": people["manager"], "legal": people["legal"], "custodian": people["custodian"]}
    contract = make.walk(draft, "archived", **hands)
    first, second = contract.planned_payments.all()
    seller, finance = window(people["sales"]), window(person("finance", name="Tseng Finance"))
    page, today = f"/contracts/{contract.pk}/collection/", clock.today().isoformat()

    seller.open(page).sees("not due yet").open(f"/contracts/payments/{first.pk}/invoice/").press("Save")
    seller.sees("To be issued")
    request = contract.invoice_requests.get()
    finance.open("/approvals/").sees("Hongzhou")
    finance.open(f"/contracts/invoices/{request.pk}/issue/")
    finance.write({"Invoice number": "AB-10000001", "Issued on": today}).press("Issue the invoice").sees("AB-10000001")

    for part, reference in ((first.amount, "B-1"), (second.amount, "B-2")):
        finance.open(f"/contracts/{contract.pk}/receipts/new/")
        finance.write({"Amount received": str(part), "Bank reference": reference}).press("Save").sees(reference)
    assert make.fresh(contract).open_rest == 0
    seller.open(page).sees("paid in full", "B-1", "B-2")

    for row in contract.obligations.all():
        seller.open(f"/contracts/obligations/{row.pk}/complete/")
        seller.write({"Done on": today, "Evidence": "Note 7"}).press("Mark as done").sees("Note 7")
    seller.open(f"/contracts/{contract.pk}/fulfil/").press("Mark as fulfilled").sees("Fulfilled")
    assert Contract.objects.get().state == "fulfilled"
