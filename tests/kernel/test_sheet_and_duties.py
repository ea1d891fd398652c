"""The approval sheet names everybody with time and opinion; who may not decide in his own matter reads why and who does."""

import pytest

from kernel.advance import advance, begin
from kernel.models import Agreement
from kernel.steps import machines, steps_of
from tests.factories.contracts import approve_by_manager, make_contract, make_template, submit
from tests.pdfs import text_of

pytestmark = pytest.mark.django_db


def case(by, title="Case"):
    values = {"model": "kernel.agreement", "row": 1, "clause": "3.1.5c", "subject": title, "reason": "why"}
    return begin(Agreement(title=title, asked_by=by, **values), by=by)


def test_the_sheet_of_a_contract_names_steps_people_opinions_and_the_text(salesperson, manager, legal, person, as_):
    contract = submit(make_contract(salesperson, make_template(legal, person("legal"))))
    address = f"/approvals/sheet/{contract.pk}/contracts.contract/"
    client = as_(salesperson)
    assert client.get(address).status_code == 404  # nothing is decided yet
    contract = approve_by_manager(contract, manager)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    words = text_of(answer.content)
    for text in ("Chou Manager", "Lin Sales", "Approve", contract.number, contract.text_hash):
        assert "".join(text.split()) in words, text
    assert "Approval sheet" in client.get(f"/contracts/{contract.pk}/").content.decode()
    assert as_(person("salesperson")).get(address).status_code == 404
    assert client.get("/approvals/sheet/1/kernel.notice/").status_code == 404


def test_the_manager_reads_that_the_director_decides_on_his_own_case(manager, director, as_):
    record, client = case(manager), as_(manager)
    for answer in (client.get(f"/agreements/{record.pk}/"), client.post(f"/agreements/{record.pk}/agree/")):
        page = answer.content.decode()
        assert "nobody decides on his own matter" in page and "Fang Director" in page
    assert answer.status_code == 403
    assert Agreement.objects.get().state == "requested"


def test_who_lacks_the_right_reads_the_plain_refusal(salesperson, manager, as_):
    record = case(salesperson)
    answer = as_(salesperson).post(f"/agreements/{record.pk}/agree/")
    assert answer.status_code == 403 and "nobody decides on his own matter" not in answer.content.decode()
    assert "own matter" not in as_(manager).get(f"/agreements/{record.pk}/").content.decode()


def test_the_sheet_names_both_where_a_deputy_decided(salesperson, manager, person, as_):
    from tests.organization.test_deputies import SECOND, START, clock, fresh, named

    named(manager, person("salesperson", name="Liu Deputy"))
    record = case(salesperson)
    with clock.at(START + SECOND):
        deputy = fresh(manager).deputyships.get().deputy
        advance(record, "agree", by=fresh(deputy), comment="fits")
    words = text_of(as_(salesperson).get(f"/approvals/sheet/{record.pk}/kernel.agreement/").content)
    assert "LiuDeputyforChouManager" in words and "fits" in words


def test_what_waits_for_a_decision_can_be_withdrawn():
    """By whoever sent it, from every state that waits in somebody's queue."""
    for model in machines():
        for state in {s.source for s in steps_of(model) if s.approval}:
            back = [s for s in steps_of(model) if s.source == state and s.withdraws]
            assert [s.permission.only for s in back] and all(s.permission.only for s in back), (model, state)
