"""People and records of the contract tests."""

import pytest

from tests.factories.contracts import make_contract, make_template, walk


@pytest.fixture
def second_legal(person):
    """Another member of legal, who approves what the first one writes."""
    return person("legal", name="Tsai Legal")


@pytest.fixture
def template(legal, second_legal):
    """A template in force."""
    return make_template(legal, second_legal)


@pytest.fixture
def draft(salesperson, template):
    """A complete draft of the salesperson."""
    return make_contract(salesperson, template)


@pytest.fixture
def contract_in(draft, manager, legal, custodian):
    """The draft walked to a state by real steps: `contract_in("legal_review")`."""

    def make(state):
        if state == "draft":
            return draft
        if state == "revising":
            from kernel.advance import advance
            from tests.factories.contracts import fresh

            contract = walk(draft, "manager_review", manager=manager, legal=legal)
            advance(contract, "return_terms", by=manager, comment="Please mend")
            return fresh(contract)
        return walk(draft, state, manager=manager, legal=legal, custodian=custodian)

    return make
