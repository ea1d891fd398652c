"""A goes on leave: B accepts, decides for him, is refused on A's own contract, and when it ends it is over."""

from datetime import timedelta

import pytest

from contracts import reviewing
from contracts.models import Contract
from kernel import clock
from kernel.models import StateChange
from organization.models import Deputyship, User
from tests.factories import contracts as make
from tests.factories.customers import make_product

pytestmark = pytest.mark.browser


def test_a_deputy_decides_until_it_is_over(window, people, template):
    manager, deputy = people["manager"], people["stranger"]
    make_product(price="1000", cost="600")
    waiting = make.submit(make.make_contract(people["sales"], template))
    own = make.submit(make.make_contract(manager, template))
    away, stand_in = window(manager), window(deputy)
    start = clock.local(clock.now())
    away.open("/deputies/new/").write(
        {
            "Deputy": "Ho Stranger",
            "From": f"{start - timedelta(minutes=5):%Y-%m-%dT%H:%M}",
            "Until": f"{start + timedelta(days=3):%Y-%m-%dT%H:%M}",
            "Reason": "Annual leave",
        }
    ).press("Ask").sees("Ho Stranger for Chou Manager", "Requested")
    stand_in.is_refused(f"/contracts/{waiting.pk}/approve_terms/")
    stand_in.open("/").sees("You are asked to deputise").follow("Answer Chou Manager").follow("Take it on").press(
        "Take it on"
    )
    stand_in.open("/").sees("You decide for Chou Manager")
    away.open("/").sees("Ho Stranger decides for you")

    reviewing.judge_all(contract=make.fresh(waiting), by=User.objects.get(pk=deputy.pk))
    stand_in.open("/approvals/").sees(waiting.title).decide("Approve")
    change = StateChange.objects.get(step="approve_terms")
    assert (change.by, change.on_behalf_of) == (deputy, manager)
    away.open(f"/contracts/{waiting.pk}/").sees("Ho Stranger for Chou Manager")
    stand_in.is_refused(f"/contracts/{own.pk}/approve_terms/", comment="for my friend")

    second = make.submit(make.make_contract(people["sales"], template))
    stand_in.open(f"/contracts/{second.pk}/")
    Deputyship.objects.update(ends_at=clock.now())  # its last minute has come
    stand_in.is_refused(f"/contracts/{second.pk}/return_terms/", comment="too late")
    stand_in.open("/approvals/").sees("Nothing waits for your decision")
    assert Contract.objects.get(pk=second.pk).state == "manager_review"
