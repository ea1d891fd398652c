"""People and records of the order tests."""

import pytest

from tests.factories.orders import acknowledge_all, make_order, place, signed_contract


@pytest.fixture
def second_legal(person):
    """Another member of legal, who approves what the first one writes."""
    return person("legal", name="Tsai Legal")


@pytest.fixture
def production(person):
    """Somebody of production."""
    return person("production", name="Liu Production")


@pytest.fixture
def purchasing(person):
    """Somebody of purchasing."""
    return person("purchasing", name="Ho Purchasing")


@pytest.fixture
def quality(person):
    """Somebody of quality inspection."""
    return person("quality", name="Cheng Quality")


@pytest.fixture
def logistics(person):
    """Somebody of logistics."""
    return person("logistics", name="Tsai Logistics")


@pytest.fixture
def departments(production, purchasing, quality, logistics):
    """One person of each department, by its name."""
    return {"production": production, "purchasing": purchasing, "quality": quality, "logistics": logistics}


@pytest.fixture
def contract(salesperson, manager, legal, second_legal):
    """A signed contract."""
    return signed_contract(salesperson, manager, legal, second_legal)


@pytest.fixture
def draft(contract, customer_service):
    """A complete order that is not placed."""
    return make_order(contract, customer_service)


@pytest.fixture
def placed(draft, departments):
    """Placed and acknowledged by every department."""
    return acknowledge_all(place(draft), departments)
