"""The watched clauses of signing: a violation is made, and seen counted and listed."""

from datetime import timedelta

import pytest
import time_machine

from contracts.models import Contract, ContractTemplate
from documents.models import Attachment
from kernel import clock
from kernel.advance import advance
from kernel.clauses import REGISTRY
from kernel.models import StateChange
from tests.factories.contracts import archive, fresh, lacking, lend, make_contract, make_template, submit

pytestmark = pytest.mark.django_db


def result(id):
    return REGISTRY[id].result()


def counted(id):
    found = result(id)
    return found.kept, found.broken, found.agreed, [(c.title, c.why) for c in found.cases]


def written_past_the_machine(contract, step, by, **fields):
    """What an import or a hand in the database would leave behind."""
    return StateChange.objects.create(
        model="contracts.contract", row=contract.pk, title=str(contract), step=step, from_state="x", to_state="y", by=by,
        **fields,
    )  # fmt: skip


# --- 3.2.3c: custody, archive, ledger ---------------------------------------------------------------------
@pytest.mark.clause("3.2.3c")
def test_a_signed_contract_that_nobody_archives_breaks_the_clause(contract_in):
    contract = contract_in("signed")
    assert counted("3.2.3c") == (0, 0, 0, [])
    with time_machine.travel(clock.now() + timedelta(200), tick=False):
        assert counted("3.2.3c") == (0, 1, 0, [(str(contract), "signed and not archived in time")])


def test_one_archived_late_stays_broken_and_one_in_time_is_kept(contract_in, custodian, salesperson, template):
    contract = contract_in("signed")
    with time_machine.travel(clock.now() + timedelta(200), tick=False):
        archive(contract, custodian)
    assert counted("3.2.3c") == (0, 1, 0, [(str(contract), "archived late")])


def test_an_archive_without_custodian_place_or_copy_breaks_the_clause(contract_in):
    contract = contract_in("archived")
    assert counted("3.2.3c") == (1, 0, 0, [])
    Contract.objects.filter(pk=contract.pk).update(paper_location="", custodian=None)
    Attachment.objects.of(contract).filter(purpose="signed_copy").update(purpose="other")
    lacks = "lacks: custodian, place of the paper, electronic copy"
    assert counted("3.2.3c") == (0, 1, 0, [(str(contract), lacks)])


def test_an_original_not_returned_breaks_the_clause(contract_in, salesperson, custodian):
    contract = contract_in("archived")
    lend(contract, salesperson, custodian, days=7)
    with time_machine.travel(clock.now() + timedelta(9), tick=False):
        kept, broken, _agreed, cases = counted("3.2.3c")
    assert (kept, broken) == (1, 1) and contract.number in cases[0][1]


# --- 3.2.2b: the manager first, then legal ------------------------------------------------------------------
@pytest.mark.clause("3.2.2b")
def test_legal_before_the_manager_breaks_the_clause(contract_in, manager, legal):
    contract = contract_in("ready_to_sign")
    assert counted("3.2.2b") == (1, 0, 0, [])
    written_past_the_machine(contract, "resubmit_to_manager", contract.drafted_by)
    written_past_the_machine(contract, "approve_text", legal)
    why = "legal approved a text that the manager had not approved"
    assert counted("3.2.2b") == (1, 1, 0, [(str(contract), why)])


@pytest.mark.parametrize("as_deputy", [False, True])
def test_one_person_in_both_reviews_breaks_the_clause(contract_in, manager, legal, as_deputy):
    contract = contract_in("legal_review")
    one = {"by": legal, "on_behalf_of": manager} if as_deputy else {"by": manager}
    written_past_the_machine(contract, "approve_text", **one)
    assert counted("3.2.2b") == (0, 1, 0, [(str(contract), "one person decided both reviews")])


def test_a_text_amended_as_legal_asked_needs_the_manager_once(contract_in, legal, manager):
    contract = contract_in("legal_review")
    advance(contract, "return_text", by=legal, comment="Mend the wording")
    written_past_the_machine(contract, "resubmit_to_legal", contract.drafted_by)
    written_past_the_machine(contract, "approve_text", legal)
    assert counted("3.2.2b") == (1, 0, 0, [])


# --- 3.2.1c: the company's template --------------------------------------------------------------------------
@pytest.mark.clause("3.2.1c")
def test_a_contract_submitted_on_a_replaced_version_breaks_the_clause(draft, legal, second_legal):
    older, begun = draft.template, clock.now()
    with time_machine.travel(begun + timedelta(minutes=1), tick=False):
        advance(ContractTemplate.objects.get(pk=older.pk), "retire", by=legal, comment="Outdated")
    with time_machine.travel(begun + timedelta(minutes=2), tick=False):
        contract = submit(fresh(draft))
    why = f"{older} was not in force when it was submitted."
    assert counted("3.2.1c") == (0, 1, 0, [(str(contract), why)])


def test_a_version_retired_after_the_submission_keeps_the_clause(draft, legal):
    contract, begun = submit(fresh(draft)), clock.now()
    assert counted("3.2.1c") == (1, 0, 0, [])
    with time_machine.travel(begun + timedelta(minutes=1), tick=False):
        advance(ContractTemplate.objects.get(pk=contract.template_id), "retire", by=legal, comment="Outdated")
        assert counted("3.2.1c") == (1, 0, 0, [])
    yesterday = clock.today() - timedelta(1)
    ContractTemplate.objects.filter(pk=contract.template_id).update(effective_until=yesterday)
    assert counted("3.2.1c")[:2] == (0, 1)


def test_own_paper_without_reason_or_file_breaks_the_clause(contract_in):
    contract = contract_in("manager_review")
    rows = Contract.objects.filter(pk=contract.pk)
    rows.update(own_paper=True, own_paper_reason="He insists", own_paper_sha256="a" * 64)
    assert counted("3.2.1c") == (0, 0, 1, [(str(contract), "He insists")])
    rows.update(own_paper_sha256="")
    why = "The customer's own paper lacks its reason or its file."
    assert counted("3.2.1c") == (0, 1, 0, [(str(contract), why)])


def test_a_template_that_legal_has_not_approved_is_no_ground_for_a_contract(salesperson, template, legal):
    contract = make_contract(salesperson, template)
    unapproved = make_template(legal, code="T-05", state="draft")
    Contract.objects.filter(pk=contract.pk).update(template=unapproved)
    assert "has_source" in lacking(contract)
