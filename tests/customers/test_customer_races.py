"""Many at once on customers: one number, one place under the cap, one merge; the others are told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from customers import handing, merging
from customers.models import Customer, Merge, Opportunity
from kernel.advance import StepRefused, advance
from kernel.models import Setting, StateChange
from tests.databases import in_threads
from tests.factories import customers as make

pytestmark = [pytest.mark.database, pytest.mark.slow]
MANY = 6


@pytest.fixture
def sellers(committed_db, person):
    """Six salespeople."""
    return [person("salesperson") for _n in range(MANY)]


def signed_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_six_enter_one_number_at_once_and_one_customer_has_it(sellers):
    clients = [signed_in(user) for user in sellers]

    def enter(n):
        data = {"name": f"{'甲乙丙丁戊己'[n] * 4}", "region": "TW", "grade": "C", "registration_number": "04595257"}
        return clients[n].post(reverse("customers:customer_create"), data).status_code

    assert sorted(in_threads(enter, range(MANY))) == [302] + [422] * (MANY - 1)
    assert Customer.objects.count() == 1


def test_who_may_hold_one_more_claims_one_of_six(sellers):
    Setting.objects.create(key="customers.most_held", value="1")
    owner, by = sellers[:2]
    pooled = [make.make_customer(owner, name=f"Pooled {'abcdef'[n] * 5}") for n in range(MANY)]
    for customer in pooled:
        advance(customer, "pool", by=owner, comment="no")
    results = in_threads(lambda customer: advance(customer, "claim", by=by), pooled)
    assert sorted(type(r).__name__ for r in results) == ["StateChange"] + ["StepRefused"] * (MANY - 1)
    assert Customer.objects.filter(owner=by, state="active").count() == 1


def test_six_merge_one_customer_and_it_goes_into_one(sellers, manager):
    owner = sellers[0]
    gone = make.make_opportunity(owner).customer
    others = [make.make_customer(owner, name=f"Other {n}") for n in range(MANY)]
    results = in_threads(lambda into: merging.merge(gone, into, reason="same", by=manager), others)
    won = [r for r in results if isinstance(r, Merge)]
    assert len(won) == 1
    assert all(isinstance(r, PermissionDenied | StepRefused) for r in results if r not in won)
    assert Opportunity.objects.get().customer == won[0].survivor
    assert StateChange.objects.filter(step="merge_away").count() == 1


def test_a_merge_and_its_mirror_leave_one_of_the_two(sellers, manager):
    one, two = (make.make_customer(sellers[0], name=name) for name in ("One", "Two"))
    pairs = [(one, two), (two, one)]
    in_threads(lambda pair: merging.merge(*pair, reason="same", by=manager), pairs)
    assert Customer.objects.filter(state="active").count() == 1
    assert Merge.objects.count() == 1


def test_two_managers_reassign_one_customer_and_everything_ends_with_one_owner(sellers, manager):
    deal = make.make_opportunity(sellers[0])
    targets = sellers[1:3]
    in_threads(lambda to: handing.reassign(deal.customer, to=to, reason="area", by=manager), targets)
    customer = Customer.objects.get()
    assert customer.owner in targets
    assert Opportunity.objects.get().owner == customer.owner
