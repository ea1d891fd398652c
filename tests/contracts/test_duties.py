"""Nobody decides on a contract to which he is a party (clause 3.2.2): not as who submits it, answers for it or owns its customer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from contracts import reviewing
from contracts.models import Contract
from customers import handing
from kernel import clock
from kernel.advance import advance
from kernel.inbox import queue
from kernel.models import Notice
from organization import deputising
from organization.models import Deputyship
from tests.factories.contracts import (
    approve_by_manager,
    ask_to_end,
    fresh,
    make_contract,
    submit,
)

pytestmark = pytest.mark.django_db


def own(contract, owner):
    """Its customer is this person's."""
    customer = contract.customer
    customer.owner = owner
    customer.save()
    return fresh(contract)


def refused_to(contract, person):
    """He may neither judge nor decide, and it does not wait for him."""
    contract = fresh(contract)
    assert contract.side_of(person) == ""
    assert ("contracts.contract", contract.pk) not in {(w.label, w.pk) for w in queue(person)}
    with pytest.raises(PermissionDenied):
        reviewing.judge_all(contract=contract, by=person)
    for step in ("approve_terms", "return_terms", "reject"):
        with pytest.raises(PermissionDenied):
            advance(contract, step, by=person, comment="No")


def decided_by(contract, director):
    """It waits for the director, who was told, and who approves."""
    assert [(w.label, w.pk) for w in queue(director)] == [("contracts.contract", contract.pk)]
    assert Notice.objects.filter(kind="decide", to=director, model="contracts.contract", row=contract.pk).exists()
    assert approve_by_manager(contract, director).state == "legal_review"


def test_who_submits_as_the_customers_owner_does_not_approve(draft, manager, director):
    contract = own(draft, manager)
    advance(contract, "submit", by=manager)
    assert fresh(contract).submitted_by == manager
    refused_to(contract, manager)
    decided_by(contract, director)


def test_who_submitted_does_not_approve_once_the_customer_is_anothers(draft, manager, director, salesperson):
    contract = own(draft, manager)
    advance(contract, "submit", by=manager)
    contract = own(contract, salesperson)
    refused_to(contract, manager)
    decided_by(contract, director)


def test_who_only_owns_the_customer_does_not_approve(draft, manager, director):
    contract = own(draft, manager)
    submit(contract)
    refused_to(contract, manager)
    decided_by(contract, director)


def test_who_takes_the_customer_over_during_the_review_does_not_approve(draft, manager, director):
    contract = submit(draft)
    handing.reassign(contract.customer, to=manager, reason="He leaves", by=manager)
    contract = fresh(contract)
    assert contract.owner == manager
    refused_to(contract, manager)
    assert approve_by_manager(contract, director).state == "legal_review"


def test_a_deputy_does_not_approve_what_the_absent_submitted(draft, manager, director, person):
    contract = own(draft, manager)
    advance(contract, "submit", by=manager)
    deputy = person("salesperson", name="Deputy")
    asked = Deputyship(
        absent=manager, deputy=deputy, starts_at=clock.now(), ends_at=clock.now() + timedelta(1), reason="Leave"
    )
    advance(deputising.ask(asked, by=manager), "accept", by=deputy)
    refused_to(contract, type(deputy).objects.get(pk=deputy.pk))
    decided_by(contract, director)


def test_what_the_manager_approved_goes_to_another_once_it_is_his(draft, manager, legal, director):
    """Legal returns it, meanwhile the customer became the manager's: he submits, and the director decides on the terms."""
    contract = approve_by_manager(submit(draft), manager)
    opinion = reviewing.give_opinion(contract=contract, by=legal, text="Cap it", clause=contract.clause_rows[5])
    advance(contract, "return_text", by=legal, comment="Mend")
    contract = own(contract, manager)
    reviewing.answer_opinion(opinion=opinion, by=manager, answer="Done")
    offered = {o.step.name for o in fresh(contract).offers(manager) if o.step.name.startswith("resubmit")}
    assert offered == {"resubmit_to_manager"}
    advance(contract, "resubmit_to_manager", by=manager)
    assert fresh(contract).manager_approved_by is None
    refused_to(contract, manager)


@pytest.mark.database
def test_the_database_refuses_an_approval_by_who_submitted(draft, manager, salesperson):
    rows = Contract.objects.filter(pk=submit(draft).pk)
    rows.update(submitted_by=manager)
    for field in ("manager_approved_by", "legal_approved_by"):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{field: manager})


def test_a_termination_is_not_decided_by_the_customers_owner(contract_in, manager, director):
    contract = own(ask_to_end(contract_in("archived")), manager)
    for step in ("terminate", "keep_running"):
        with pytest.raises(PermissionDenied):
            advance(contract, step, by=manager, comment="No")
    advance(contract, "terminate", by=director)
    assert fresh(contract).state == "terminated"


# --- after it was handed over ------------------------------------------------------------------------


def test_the_drafter_neither_sees_nor_acts_once_it_is_anothers(draft, salesperson, manager, person, as_):
    other = person("salesperson", name="Hsu New", boss=manager)
    handing.reassign(draft.customer, to=other, reason="New area", by=manager)
    contract = fresh(draft)
    assert not contract.may_be_edited_by(salesperson)
    for step in ("submit", "void"):
        with pytest.raises(PermissionDenied):
            advance(contract, step, by=salesperson, comment="Mine")
    assert as_(salesperson).get(contract.get_absolute_url()).status_code == 404
    assert as_(other).get(contract.get_absolute_url()).status_code == 200
    advance(contract, "submit", by=other)
    assert fresh(contract).submitted_by == other


def test_the_drafter_of_a_signed_contract_does_not_read_it_by_the_deal_he_won(
    contract_in, salesperson, manager, person, as_
):
    contract, other = contract_in("archived"), person("salesperson", name="Hsu New", boss=manager)
    handing.reassign(contract.customer, to=other, reason="New area", by=manager)
    assert as_(salesperson).get(contract.get_absolute_url()).status_code == 404
    assert as_(other).get(contract.get_absolute_url()).status_code == 200


def test_who_drafted_it_still_does_not_decide_on_it(template, manager, salesperson, director):
    """A manager's draft stays his in this: handed to a colleague, it goes to the director nevertheless."""
    contract = make_contract(manager, template)
    handing.reassign(contract.customer, to=salesperson, reason="New area", by=manager)
    advance(fresh(contract), "submit", by=salesperson)
    refused_to(contract, manager)
    decided_by(contract, director)
