"""The demo company: every state reached by real steps, everything owed by somebody, the audit chain whole, within a minute."""

import sys
from collections import Counter
from time import perf_counter

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from stdnum.cn import uscc
from stdnum.tw import ubn

from benchmarks.counting import own_queries
from config.demo import logins, story
from contracts.models import Contract, ContractTemplate
from customers.models import Customer, Opportunity, TermSheet
from kernel import audit, calendar, clock, steps
from kernel.models import Agreement, Notice, Promise, StateChange
from kernel.settings import forget
from organization.models import Company, Office, User

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
MOST = 30  # queries of a home page or a queue


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo company, made once for this module and rolled back after it; the value is the seconds that it took."""
    files = override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("files")))
    with django_db_blocker.unblock(), files, transaction.atomic():
        began = perf_counter()
        story.tell()
        yield perf_counter() - began
        transaction.set_rollback(True)


def states_of(model):
    """How many rows stand in each state."""
    return Counter(model.objects.values_list("state", flat=True))


def test_it_is_made_within_a_minute(told, capsys):
    with capsys.disabled():
        sys.stdout.write(f"\nThe demo company took {told:.1f} s (goal: 60 s).\n")
    assert Customer.objects.count() == 45
    assert Opportunity.objects.count() == 60
    assert Contract.objects.count() == 20


def test_opportunities_stand_in_every_stage(told):
    assert states_of(Opportunity) == {
        "research": 7, "screening": 7, "first_contact": 8, "needs": 8, "negotiation": 9, "follow_up": 8, "won": 8, "lost": 5,
    }  # fmt: skip


def test_contracts_stand_in_every_state(told):
    assert states_of(Contract) == {
        "draft": 2, "manager_review": 2, "legal_review": 2, "revising": 2, "ready_to_sign": 2, "signed": 2, "archived": 3,
        "fulfilled": 1, "terminating": 1, "terminated": 1, "rejected": 1, "voided": 1,
    }  # fmt: skip


def test_templates_stand_in_force_in_three_writings_and_one_waits(told):
    in_force = ContractTemplate.objects.filter(state="in_force")
    assert set(in_force.values_list("script", flat=True)) == {"hant", "hans", "en"}
    assert set(in_force.values_list("kind", flat=True)) == {"sale", "service", "framework", "proposal", "quotation"}
    assert states_of(ContractTemplate) == {"in_force": 11, "legal_review": 1, "retired": 1}


@pytest.mark.parametrize("model", [Customer, Opportunity, Contract])
def test_every_state_is_there(told, model):
    assert set(states_of(model)) == set(model.State.values)


def test_every_record_stands_where_its_changes_led(told):
    for model in steps.machines():
        start = model._meta.get_field("state").default
        for pk, state in model.objects.values_list("pk", "state"):
            walked = start
            for change in StateChange.objects.filter(model=model.label_of(), row=pk).order_by("at", "id"):
                assert change.from_state == walked, change
                walked = change.to_state
            assert walked == state, (model, pk)


def test_every_step_was_taken_by_a_person_on_a_working_day_and_none_in_the_future(told):
    own = {(m.label_of(), s.name) for m in steps.machines() for s in steps.steps_of(m) if s.permission.system}
    for change in StateChange.objects.select_related("by"):
        at = clock.local(change.at)
        assert change.at <= clock.now()
        assert calendar.is_working_day(at.date())
        assert 8 <= at.hour < 20
        assert change.by or (change.model, change.step) in own


def test_everything_promised_is_owed_by_somebody(told):
    assert not Promise.objects.filter(owed_by=None, permission="").exists()
    found = Counter(Promise.objects.values_list("state", flat=True))
    assert min(found["open"], found["kept"], found["broken"]) > 10
    assert not Promise.objects.filter(owed_by__is_active=False).exists()


def test_some_follow_ups_are_overdue_and_went_to_the_manager(told):
    overdue = Promise.objects.open().filter(kind="follow_up", due_at__lt=clock.now())
    assert overdue.exists()
    assert overdue.filter(escalated_at__isnull=False).exists()


def test_terms_below_the_floor_wait_for_the_manager_and_others_are_agreed(told):
    found = Counter(Agreement.objects.filter(clause="3.1.5c").values_list("state", flat=True))
    assert found == {"requested": 2, "agreed": 2}
    assert sum(sheet.needs_agreement for sheet in TermSheet.objects.exclude(opportunity__state="lost")) == 4


def test_some_were_sent_back_some_reopened_some_returned(told):
    taken = set(StateChange.objects.values_list("step", flat=True))
    assert taken >= {"send_back", "reopen", "withdraw", "claim"}
    assert taken >= {"return_terms", "return_text", "resubmit_to_legal", "resubmit_to_manager"}


def test_the_audit_chain_is_whole(told):
    assert audit.verify() == ([], 0)


def test_history_bears_the_moment_and_the_person_of_its_time(told):
    for model in (Customer, Opportunity, Contract):
        assert not model.history.filter(history_user=None).exclude(history_change_reason="win").exists()
        assert model.history.earliest().history_date < model.history.latest().history_date
        assert model.history.latest().history_date < clock.now()


def test_old_notices_are_not_mailed_again(told):
    waiting = Notice.objects.filter(mailed_at=None)
    assert waiting.count() < 120
    assert all((clock.now() - notice.at).days < 2 for notice in waiting)


def test_registration_numbers_are_valid(told):
    assert ubn.is_valid(Company.own().registration_number)
    checks = {"TW": ubn, "CN": uscc}
    for customer in Customer.objects.filter(region__in=checks):
        assert checks[customer.region].is_valid(customer.registration_number), customer.name
    numbers = list(Customer.objects.exclude(registration_number="").values_list("registration_number", flat=True))
    assert len(numbers) == len(set(numbers))


def test_somebody_holds_every_role_and_one_manager_is_in_office(told):
    held = {group for user in User.objects.all() for group in user.roles}
    assert held == set(settings.ROLE_LABELS)
    assert Office.objects.filter(role="sales_manager", until=None).count() == 1
    assert all(user.is_demo and user.department_id for user in User.objects.all())


def test_the_table_of_logins_names_everybody(told):
    table = logins.table()
    assert all(user.email in table for user in User.objects.all())
    assert "bylaw-demo-2026" in table


def test_the_managers_own_contract_was_decided_by_the_director(told):
    manager, director = User.objects.get(email__startswith="chou."), User.objects.get(email__startswith="fang.")
    contract = Contract.objects.get(drafted_by=manager)
    assert (contract.state, contract.manager_approved_by) == ("signed", director)
    decisions = StateChange.objects.filter(model="contracts.contract", row=contract.pk, step="approve_terms")
    assert {change.by for change in decisions} == {director}


def test_one_contract_is_on_the_customers_own_paper(told):
    contract = Contract.objects.get(own_paper=True)
    assert contract.state == "legal_review" and contract.template is None
    assert contract.own_paper_reason and contract.own_paper_sha256
    assert all(clause.text for clause in contract.clause_rows)


@pytest.mark.parametrize("address", ["/", "/approvals/"])
def test_everybodys_first_page_and_queue_stay_in_their_budget_in_a_company_that_has_everything(told, address):
    asked_of = {}
    for user in User.objects.filter(is_active=True).exclude(groups__name="administrator"):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        forget()
        with own_queries() as asked:
            answer = client.get(address)
        assert answer.status_code in (200, 404), (user, answer.status_code)
        asked_of[f"{user.name} ({', '.join(g.name for g in user.groups.all())})"] = len(asked)
    assert {who: number for who, number in asked_of.items() if number > MOST} == {}
