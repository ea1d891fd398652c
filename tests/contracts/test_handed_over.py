"""Contracts pass on with their customer: who answers for them from then on owes their stages, terms and payments."""

import pytest

from customers import handing
from kernel.advance import advance
from kernel.models import Promise
from tests.factories.contracts import archive, fresh

pytestmark = pytest.mark.django_db


def test_later_stages_are_owed_by_who_took_the_customer_over(contract_in, salesperson, manager, legal, person):
    contract, other = contract_in("legal_review"), person("salesperson", name="Hsu New")
    handing.reassign(contract.customer, to=other, reason="New area", by=manager)
    contract = fresh(contract)
    assert (contract.owner_of(), contract.drafted_by) == (other, salesperson)
    assert contract.history.first().history_user == manager
    advance(contract, "return_text", by=legal, comment="Please mend")
    owed = Promise.objects.of(contract).open().get(kind="stage")
    assert (owed.what, owed.owed_by) == ("revising", other)


def test_terms_and_payments_of_a_signed_contract_pass_on_too(contract_in, salesperson, manager, custodian, person):
    contract, other = archive(contract_in("signed"), custodian), person("salesperson", name="Hsu New")
    contract.planned_payments.update(due_on="2199-01-01")
    assert Promise.objects.open().filter(file=contract.customer_id, owed_by=salesperson).exists()
    handing.reassign(contract.customer, to=other, reason="New area", by=manager)
    assert not Promise.objects.open().filter(file=contract.customer_id, owed_by=salesperson).exists()
    assert {row.responsible for row in contract.obligations.all()} == {other}
