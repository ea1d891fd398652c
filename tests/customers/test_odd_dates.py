"""Days and moments at the ends of the calendar, and odd addresses to go back to, are no failure (SECURITY E18, E19, E26)."""

import pytest
from django.urls import reverse

from customers.models import Interaction
from tests.factories.customers import make_contact, make_customer

pytestmark = pytest.mark.django_db


def logged(client, customer, **changes):
    data = {"channel": "phone", "contact": customer.contacts.get().pk, "at": "2026-01-05T10:00", "summary": "x"}
    return client.post(reverse("customers:customer_interaction", args=[customer.pk]), data | changes)


@pytest.fixture
def customer(salesperson):
    customer = make_customer(salesperson)
    make_contact(customer)
    return customer


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_moment_at_the_end_of_the_calendar_is_refused_beside_its_field(moment, customer, salesperson, as_):
    answer = logged(as_(salesperson), customer, at=moment)
    assert answer.status_code == 422
    assert "at" in answer.context["form"].errors
    assert not Interaction.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_refused_beside_its_field(day, customer, salesperson, as_):
    answer = logged(as_(salesperson), customer, next_step="Call", next_on=day)
    assert answer.status_code == 422
    assert "next_on" in answer.context["form"].errors


@pytest.mark.parametrize("target", ["甲\x00乙", "today", "organization:logout", "/a\nb", "//evil.example/"])
def test_an_odd_address_to_go_back_to_leads_to_the_record(target, customer, salesperson, as_):
    answer = logged(as_(salesperson), customer, next=target)
    assert (answer.status_code, answer.url) == (302, customer.get_absolute_url())
