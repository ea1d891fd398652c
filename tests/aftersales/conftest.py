"""People and records of the after-sales tests."""

import pytest

from tests.factories.customers import make_contact, make_customer


@pytest.fixture
def quality(person, manager):
    """Somebody of quality inspection."""
    return person("quality", name="Cheng Quality", boss=manager)


@pytest.fixture
def customer(salesperson):
    """A customer with a contact whose address is known."""
    row = make_customer(salesperson, name="永晟醫材股份有限公司")
    make_contact(row, name="吳佩珊", email="wu@example.com", phone="03-555-0199")
    return row
