"""A customer is handed over with every open promise that its owner keeps by name, whatever it hangs on (clause 2.2.1b)."""

from datetime import timedelta

import pytest

from contracts import quoting
from customers import handing
from kernel import clock
from kernel.advance import advance, begin
from kernel.models import Promise
from orders.models import OrderException
from tests.factories import orders as order_factory
from tests.factories.contracts import make_contract
from tests.factories.customers import agree_terms, make_opportunity

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(person, manager):
    return person("salesperson", name="Hsu New", boss=manager)


def hand(customer, other, manager):
    handing.reassign(customer, to=other, reason="New area", by=manager)


def owed_by(person, customer):
    return sorted(Promise.objects.open().filter(file=customer.pk, owed_by=person).values_list("model", "kind"))


def test_an_issued_quotation_and_the_answer_to_it_pass_on(salesperson, manager, other, as_):
    deal = make_opportunity(salesperson, stage="negotiation")
    agree_terms(deal, salesperson)
    until = clock.today() + timedelta(9)
    deal = type(deal).objects.get(pk=deal.pk)
    quotation = quoting.quote(deal, title="Offer", script="en", valid_until=until, by=salesperson)
    advance(quotation, "issue", by=salesperson)
    hand(deal.customer, other, manager)
    assert ("contracts.quotation", "quotation") in owed_by(other, deal.customer)
    assert owed_by(salesperson, deal.customer) == []
    statuses = [as_(who).get(quotation.get_absolute_url()).status_code for who in (salesperson, other)]
    assert statuses == [404, 200]


@pytest.fixture
def problem(salesperson, manager, customer_service, person):
    """An open problem of an order that the salesperson is to solve."""
    legal, other_legal = person("legal"), person("legal", name="L2")
    contract = order_factory.signed_contract(salesperson, manager, legal, other_legal)
    order = order_factory.make_order(contract, customer_service)
    row = OrderException(order=order, kind="other", what="Late", owner=salesperson, raised_by=customer_service)
    begin(row, by=customer_service)
    return row


def test_an_open_problem_of_an_order_passes_on_with_its_promise(problem, salesperson, manager, other, as_):
    order = problem.order
    hand(order.customer, other, manager)
    assert OrderException.objects.get(pk=problem.pk).owner == other
    assert ("orders.orderexception", "stage") in owed_by(other, order.customer)
    assert owed_by(salesperson, order.customer) == []
    assert [as_(who).get(order.get_absolute_url()).status_code for who in (salesperson, other)] == [404, 200]


def test_who_solved_a_problem_reads_the_order_no_more(problem, person, as_):
    helper = person("production", name="Helper")
    OrderException.objects.filter(pk=problem.pk).update(owner=helper)
    assert as_(helper).get(problem.order.get_absolute_url()).status_code == 200
    OrderException.objects.filter(pk=problem.pk).update(state="resolved")
    assert as_(helper).get(problem.order.get_absolute_url()).status_code == 404


def test_nothing_stays_owed_by_the_old_owner(problem, salesperson, manager, other):
    """A contract in draft, one under way and an order with a problem, all of one customer."""
    customer = problem.order.customer
    make_contract(
        salesperson,
        problem.order.contract.template,
        make_opportunity(salesperson, customer=customer, stage="follow_up"),
    )
    before = owed_by(salesperson, customer)
    hand(customer, other, manager)
    assert before and owed_by(salesperson, customer) == []
    assert owed_by(other, customer) == before
