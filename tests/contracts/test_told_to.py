"""Whoever comes to a customer through its contract reads its facts and contracts, not what was said and thought (SECURITY C)."""

import pytest
from django.urls import reverse

from customers.models import Risk
from kernel import clock
from tests.factories import customers as make

pytestmark = pytest.mark.django_db

TALK, ALONE, NOTE, DANGER = "他們考慮更換供應商", "來電詢問停車", "老闆愛打高爾夫", "擔心對方週轉不靈"


@pytest.fixture
def known(salesperson, manager, legal, contract_in):
    """A customer with a signed contract, talk on its opportunity and beside it, a note and a risk."""
    contract = contract_in("signed")
    customer = contract.customer
    make.meet(contract.opportunity, contract.drafted_by, summary=TALK, need_changed=True)
    customer.interactions.create(by=contract.drafted_by, at=clock.now(), channel="phone", summary=ALONE)
    type(customer).objects.filter(pk=customer.pk).update(note=NOTE)
    Risk.objects.create(
        customer=customer, text=DANGER, likelihood=2, impact=2, owner=contract.drafted_by, due_on=clock.today()
    )
    return customer


@pytest.mark.parametrize(
    ("role", "told"),
    [("sales_manager", True), ("director", True), ("legal", False), ("finance", False), ("custodian", False)],
)
def test_talk_note_and_risks_are_told_to_whom_they_are_for(role, told, known, person, as_):
    page = as_(person(role)).get(reverse("customers:customer_detail", args=[known.pk])).content.decode()
    assert known.name in page
    assert {word for word in (TALK, ALONE, NOTE, DANGER) if word in page} == (
        {TALK, ALONE, NOTE, DANGER} if told else set()
    )
