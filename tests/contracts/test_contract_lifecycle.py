"""Which steps each person is offered in each state of a contract and of a template: one table, compared by ==."""

import pytest

from contracts.models import Contract, ContractTemplate
from kernel.steps import edges_of

pytestmark = pytest.mark.django_db

NOTHING = set()
TABLE = {
    "draft": {"salesperson": {"submit", "void"}},
    "manager_review": {"salesperson": {"withdraw"}, "manager": {"approve_terms", "return_terms", "reject"}},
    "legal_review": {
        "salesperson": {"withdraw"},
        "legal": {"approve_text", "return_text"},
        "second_legal": {"approve_text", "return_text"},
    },
    "revising": {"salesperson": {"resubmit_to_manager", "void"}},
    "ready_to_sign": {"salesperson": {"sign", "reopen"}},
    "signed": {"custodian": {"archive"}},
    "archived": {"salesperson": {"fulfil", "ask_termination"}, "manager": {"fulfil", "ask_termination"}},
    "terminating": {"salesperson": {"withdraw_termination"}, "manager": {"terminate", "keep_running"}},
}
PERSONAS = ("salesperson", "manager", "legal", "second_legal", "director", "custodian", "customer_service")


@pytest.mark.parametrize("state", TABLE)
def test_each_person_is_offered_exactly_his_steps(contract_in, request, state):
    contract = contract_in(state)
    offered = {who: {o.step.name for o in contract.offers(request.getfixturevalue(who))} for who in PERSONAS}
    assert offered == {who: TABLE[state].get(who, NOTHING) for who in PERSONAS}


def test_the_sequence_is_the_regulations():
    assert edges_of(Contract) == {
        ("draft", "manager_review"),
        ("draft", "voided"),
        ("manager_review", "legal_review"),
        ("manager_review", "revising"),
        ("manager_review", "rejected"),
        ("manager_review", "draft"),
        ("legal_review", "ready_to_sign"),
        ("legal_review", "revising"),
        ("legal_review", "draft"),
        ("revising", "manager_review"),
        ("revising", "legal_review"),
        ("revising", "voided"),
        ("ready_to_sign", "revising"),
        ("ready_to_sign", "signed"),
        ("signed", "archived"),
        ("archived", "fulfilled"),
        ("archived", "terminating"),
        ("terminating", "terminated"),
        ("terminating", "archived"),
    }


def test_the_sequence_of_a_template():
    assert edges_of(ContractTemplate) == {
        ("draft", "legal_review"),
        ("legal_review", "in_force"),
        ("legal_review", "draft"),
        ("in_force", "retired"),
    }
