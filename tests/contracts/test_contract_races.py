"""Thirty people at one contract at the same moment: it is decided, withdrawn or edited once, and the others are told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from contracts import reviewing
from kernel.advance import StepRefused, advance
from kernel.models import StateChange
from tests.databases import in_threads
from tests.factories.contracts import (
    approve_by_legal,
    approve_by_manager,
    enter_signing,
    fresh,
    make_contract,
    make_template,
    submit,
)
from tests.thorough import EVERYTHING

pytestmark = [pytest.mark.database, pytest.mark.slow]
EACH = 6  # of five kinds of act: thirty at once
ROUNDS = 100 if EVERYTHING else 2


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


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_signing_and_changing_the_approved_text_exclude_each_other(_round, committed_db, person):
    """Ready to sign: one signs it, others reopen it or save a page that they have open. What is signed was approved."""
    manager, drafter, legal = person("sales_manager"), person("salesperson"), person("legal")
    contract = submit(make_contract(drafter, make_template(legal, person("legal"))))
    contract = approve_by_legal(approve_by_manager(contract, manager), legal)
    contract = enter_signing(contract)
    assert contract.state == "ready_to_sign"
    approved, steps_before = contract.approved_hash, StateChange.objects.filter(model="contracts.contract").count()

    def take(name, comment=""):
        return lambda: advance(contract, name, by=drafter, comment=comment, seen=contract.version)

    def edit():
        client = Client()
        client.force_login(drafter, backend="django.contrib.auth.backends.ModelBackend")
        return client.post(
            f"/contracts/{contract.pk}/edit/", {"title": "Changed meanwhile", "version": contract.version}
        )

    acts = [act for act in (take("sign"), take("reopen", "one more change"), edit) for _ in range(EACH)]
    answers = in_threads(lambda act: act(), acts)

    changes = [answer for answer in answers if isinstance(answer, StateChange)]
    assert len(changes) == 1
    assert StateChange.objects.filter(model="contracts.contract").count() == steps_before + 1
    after = fresh(contract)
    assert after.state == changes[0].to_state and after.version == contract.version + 1
    if after.state == "signed":
        assert after.approved_hash == approved == after.text_hash, "what is signed is what was approved"
    else:
        assert (after.approved_hash, after.signed_on) == ("", None)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, StepRefused | PermissionDenied) for answer in refused), refused
    pages = [answer.status_code for answer in answers if hasattr(answer, "status_code")]
    assert len(pages) == EACH and set(pages) <= {302, 403, 404, 409, 422}, pages
