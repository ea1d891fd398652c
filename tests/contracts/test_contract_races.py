"""Thirty people at one contract at the same moment: it is decided, withdrawn or edited once, and the others are told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from contracts import reviewing
from kernel.advance import StepRefused, advance
from kernel.models import StateChange
from tests.databases import in_threads
from tests.factories.contracts import fresh, make_contract, make_template, submit

pytestmark = [pytest.mark.database, pytest.mark.slow]
EACH, ROUNDS = 6, 2  # of five kinds of act: thirty at once


def steps(contract, people):
    """Deciders, the drafter who takes it back, and the drafter who edits a page that he has open."""
    manager, drafter = people

    def take(name, by, comment=""):
        return lambda: advance(contract, name, by=by, comment=comment, seen=contract.version)

    def edit():
        client = Client()
        client.force_login(drafter, backend="django.contrib.auth.backends.ModelBackend")
        return client.post(
            f"/contracts/{contract.pk}/edit/", {"title": "Changed meanwhile", "version": contract.version}
        )

    kinds = [
        take("approve_terms", manager),
        take("return_terms", manager, "once more"),
        take("reject", manager, "no"),
        take("withdraw", drafter),
        edit,
    ]
    return [act for act in kinds for _ in range(EACH)]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_thirty_at_one_contract_leave_one_change(_round, committed_db, person):
    manager, drafter = person("sales_manager"), person("salesperson")
    contract = submit(make_contract(drafter, make_template(person("legal"), person("legal"))))
    reviewing.judge_all(contract=contract, by=manager)
    contract = fresh(contract)
    before = StateChange.objects.filter(model="contracts.contract").count()

    answers = in_threads(lambda act: act(), steps(contract, (manager, drafter)))

    changes = [answer for answer in answers if isinstance(answer, StateChange)]
    assert len(changes) == 1
    assert StateChange.objects.filter(model="contracts.contract").count() == before + 1
    after = fresh(contract)
    assert after.state == changes[0].to_state
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, StepRefused | PermissionDenied) for answer in refused), refused
    pages = [answer.status_code for answer in answers if hasattr(answer, "status_code")]
    assert len(pages) == EACH and set(pages) <= {302, 403, 404, 409, 422}, pages
    assert after.version == contract.version + 1, "a page that was open has not overwritten the decision"
