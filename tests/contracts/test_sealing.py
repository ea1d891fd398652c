"""The seal (clause 3.2.3b): asked for on approved text, approved by another, used only on the very paper; the register."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from contracts import sealing
from contracts.models import SealEntry, SealRequest
from contracts.prints import contract_pdf
from kernel.advance import StepRefused, advance
from kernel.inbox import queue
from kernel.models import Notice, Promise
from tests.factories.contracts import (
    approve_by_legal,
    approve_by_manager,
    ask_for_seal,
    enter_signing,
    fresh,
    make_seal,
    read_off,
    seal,
    submit,
)

pytestmark = pytest.mark.django_db
ADDRESS = "https://bylaw.example/contracts/1/"


@pytest.fixture
def ready(contract_in):
    """A contract whose text is approved."""
    return contract_in("ready_to_sign")


@pytest.fixture
def approved(ready, custodian, manager):
    """A seal request that the manager approved."""
    request = ask_for_seal(ready, custodian)
    advance(request, "approve", by=manager)
    return again(request)


def again(request):
    return SealRequest.objects.get(pk=request.pk)


def print_of(contract):
    return contract_pdf(contract, record_url=ADDRESS, printed_by=contract.drafted_by)


def as_file(pdf):
    return SimpleUploadedFile("paper.pdf", pdf, content_type="application/pdf")


def joined(*pages):
    writer = PdfWriter()
    for page in pages:
        writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pages_of(pdf):
    return PdfReader(io.BytesIO(pdf)).pages


def lacking(contract):
    contract = fresh(contract)
    return [i.name for i in contract.checklist(contract.step("sign")) if not i.met]


# --- asking ------------------------------------------------------------------------------------------


def test_a_request_holds_number_version_hash_and_the_real_page_count(ready, custodian):
    request = ask_for_seal(ready, custodian)
    pages = len(pages_of(print_of(ready)))
    assert (request.number, request.text_version, request.text_hash) == (ready.number, 1, ready.approved_hash)
    assert request.pages == pages > 1


@pytest.mark.parametrize("state", ["draft", "manager_review", "legal_review", "revising", "signed"])
def test_no_seal_is_asked_for_on_a_text_that_is_not_ready_to_sign(contract_in, custodian, state):
    with pytest.raises(ValidationError):
        ask_for_seal(contract_in(state), custodian)


def test_one_seal_is_asked_for_once_another_seal_beside_it(ready, custodian):
    ask_for_seal(ready, custodian)
    with pytest.raises(ValidationError):
        ask_for_seal(ready, custodian)
    assert ask_for_seal(ready, custodian, seal=make_seal(custodian, name="公司印章")).state == "requested"


def test_it_waits_in_the_managers_queue_and_is_owed_in_time(ready, custodian, manager, legal):
    request = ask_for_seal(ready, custodian)
    assert [(w.label, w.pk) for w in queue(manager)] == [("contracts.sealrequest", request.pk)]
    assert queue(legal) == []
    assert Promise.objects.of(request).open().get().permission == "contracts.review_contract"


def test_the_manager_does_not_approve_what_he_asked_for_himself_the_director_does(
    manager, director, legal, template, custodian
):
    from tests.factories.contracts import make_contract

    contract = approve_by_legal(approve_by_manager(submit(make_contract(manager, template)), director), legal)
    request = ask_for_seal(contract, custodian)
    with pytest.raises(PermissionDenied):
        advance(request, "approve", by=manager)
    advance(request, "approve", by=director)
    assert again(request).approved_by == director


# --- comparing ----------------------------------------------------------------------------------------


def test_the_approved_print_itself_is_sealed_and_entered(approved, custodian, ready):
    entry = sealing.record_comparison(request=approved, by=custodian, copies=2, paper=as_file(print_of(fresh(ready))))
    assert (entry.outcome, entry.differences, again(approved).state) == ("sealed", [], "sealed")
    row = SealEntry.objects.get()
    assert (row.number, row.party, row.title, row.copies) == (ready.number, ready.customer_name, ready.title, 2)
    assert (row.approver, row.handler, row.keeper) == (approved.approved_by, ready.drafted_by, custodian)


def test_a_paper_with_a_page_of_another_version_is_refused_and_says_which_page(ready, custodian, manager, legal):
    before = print_of(ready)
    advance(ready, "reopen", by=ready.drafted_by)
    clause = ready.clauses.get(heading="保固")
    clause.text = "自驗收合格之日起二十四個月。"
    clause.save()
    advance(fresh(ready), "resubmit_to_manager", by=ready.drafted_by)
    contract = approve_by_legal(approve_by_manager(ready, manager), legal)
    request = ask_for_seal(contract, custodian)
    advance(request, "approve", by=manager)
    first, last = pages_of(before)[0], pages_of(print_of(fresh(contract)))[-1]
    entry = sealing.record_comparison(
        request=again(request), by=custodian, copies=2, paper=as_file(joined(first, last))
    )
    assert entry.outcome == "refused"
    assert [d[::2] for d in entry.differences] == [["page_hash", 1]]
    assert again(request).state == "approved"
    told = set(Notice.objects.filter(kind="seal_differs").values_list("to", flat=True))
    assert told == {contract.drafted_by_id, manager.pk}
    assert lacking(contract) == ["has_signatures", "has_seal", "has_signed_copy"]


def test_a_page_that_says_something_else_under_the_same_hash_is_found(approved, custodian, ready):
    """Somebody set the text anew and left the foot of the page as it was."""
    contract = fresh(ready)
    true_hash = contract.text_hash
    clause = contract.clauses.get(heading="保固")
    clause.text = "無保固。"
    clause.save()
    forged = fresh(ready)
    forged.__dict__["text_hash"] = true_hash
    pdf = print_of(forged)
    clause.text = "自驗收合格之日起十二個月。"
    clause.save()
    entry = sealing.record_comparison(request=approved, by=custodian, copies=1, paper=as_file(pdf))
    assert [d[::2] for d in entry.differences] == [["page_text", 1]]


def test_a_missing_page_is_found(approved, custodian, ready):
    pages = pages_of(print_of(fresh(ready)))
    entry = sealing.record_comparison(request=approved, by=custodian, copies=1, paper=as_file(joined(pages[0])))
    assert entry.differences == [["pages", len(pages), 1]]


def test_a_picture_without_text_is_read_by_the_keeper(approved, custodian):
    from tests.factories.contracts import pdf_file

    with pytest.raises(ValidationError) as refused:
        sealing.record_comparison(request=approved, by=custodian, copies=1, paper=pdf_file())
    assert refused.value.code == "picture"
    assert not SealEntry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "matters"),
    [
        ({}, []),
        ({"number": "HT-2020-0001"}, ["number"]),
        ({"version": 7}, ["version"]),
        ({"text_hash": "0" * 64}, ["hash"]),
        ({"pages": 9}, ["pages"]),
        ({"version": 7, "pages": 9}, ["version", "pages"]),
    ],
)
def test_what_the_keeper_reads_off_the_paper_is_compared(approved, custodian, changes, matters):
    entry = sealing.record_comparison(request=approved, by=custodian, copies=1, read=read_off(approved, **changes))
    assert [d[0] for d in entry.differences] == matters
    assert again(approved).state == ("approved" if matters else "sealed")


@given(length=st.integers(0, 64), wrong=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_twelve_right_characters_of_the_hash_suffice_and_no_fewer(length, wrong):
    request = SealRequest(number="HT-2026-0001", text_version=1, text_hash="ab" * 32, pages=2)
    typed = ("AB" * 32)[:length]
    typed = ("0" + typed[1:]) if wrong else typed
    read = sealing.Read(number=request.number, version=1, text_hash=typed, pages=2)
    assert (sealing.differences_of(request, read) == []) == (length >= 12 and not wrong)


def test_nobody_seals_round_the_comparison(approved, custodian):
    with pytest.raises(StepRefused):
        advance(approved, "apply_seal", by=custodian)


def test_only_the_keeper_of_this_seal_uses_it(approved, person):
    with pytest.raises(PermissionDenied):
        sealing.record_comparison(request=approved, by=person("custodian"), copies=1, read=read_off(approved))
    assert not SealEntry.objects.exists()


def test_what_is_sealed_is_not_sealed_or_refused_again_from_an_older_page(approved, custodian):
    sealing.record_comparison(request=approved, by=custodian, copies=1, read=read_off(approved))
    for changes in ({}, {"pages": 9}):
        with pytest.raises(ValidationError):
            sealing.record_comparison(request=approved, by=custodian, copies=1, read=read_off(approved, **changes))
    assert SealEntry.objects.count() == 1


def test_nobody_but_the_keeper_writes_a_refusal_into_the_register(approved, salesperson):
    with pytest.raises(PermissionDenied):
        sealing.record_comparison(request=approved, by=salesperson, copies=1, read=read_off(approved, pages=9))
    assert not SealEntry.objects.exists()


@pytest.mark.database
def test_the_register_is_only_added_to(approved, custodian):
    entry = sealing.record_comparison(request=approved, by=custodian, copies=1, read=read_off(approved, pages=9))
    entry.copies = 5
    for act in (entry.save, entry.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


# --- what follows --------------------------------------------------------------------------------------


def test_paper_is_signed_only_with_the_seal_on_exactly_this_text(ready, manager, custodian, legal):
    enter_signing(ready, method="paper")
    assert lacking(ready) == ["has_seal"]
    seal(ready, manager, custodian)
    assert lacking(ready) == []
    advance(fresh(ready), "reopen", by=ready.drafted_by)
    clause = ready.clauses.get(heading="保固")
    clause.text = "自驗收合格之日起二十四個月。"
    clause.save()
    advance(fresh(ready), "resubmit_to_manager", by=ready.drafted_by)
    contract = approve_by_legal(approve_by_manager(ready, manager), legal)
    assert "has_seal" in lacking(contract)


def test_an_electronic_signature_needs_no_seal(ready):
    enter_signing(ready, method="electronic")
    assert lacking(ready) == []


def test_a_contract_that_falls_back_voids_what_was_asked_for(ready, approved, custodian):
    other = ask_for_seal(ready, custodian, seal=make_seal(custodian, name="公司印章"))
    advance(fresh(ready), "reopen", by=ready.drafted_by)
    assert [again(r).state for r in (approved, other)] == ["voided", "voided"]


def test_a_text_changed_behind_the_request_is_neither_approved_nor_sealed(ready, custodian, manager):
    request = ask_for_seal(ready, custodian)
    clause = ready.clauses.get(heading="保固")
    clause.text = "無保固。"
    clause.save()
    with pytest.raises(StepRefused):
        advance(request, "approve", by=manager)


# --- pages ------------------------------------------------------------------------------------------------


def test_the_keepers_page_keeps_what_was_typed_and_names_what_is_missing(as_, approved, custodian):
    client = as_(custodian, language="en")
    where = f"/contracts/seals/{approved.pk}/keep/"
    answer = client.post(where, {"number": approved.number, "copies": "9"})
    said = answer.content.decode()
    assert answer.status_code == 422 and f'value="{approved.number}"' in said
    assert "Only 2 copies are approved." in said and "Read this off the paper" in said


def test_a_refused_paper_is_shown_on_the_request_and_in_the_register(as_, approved, custodian):
    client = as_(custodian, language="en")
    values = {"number": approved.number, "text_version": "1", "text_hash": approved.text_hash[:12], "pages": "9"}
    answer = client.post(f"/contracts/seals/{approved.pk}/keep/", {**values, "copies": "2"}, follow=True)
    assert "Not sealed: the paper differs" in answer.content.decode()
    register = client.get("/contracts/seals/register/?outcome=refused").content.decode()
    assert approved.number in register and "number of pages" in register
    assert approved.number not in client.get("/contracts/seals/register/?outcome=sealed").content.decode()
    assert client.get("/contracts/seals/register.pdf").content[:4] == b"%PDF"


def test_the_keeper_finds_his_work_on_his_home_page(as_, approved, custodian):
    said = as_(custodian, language="en").get("/").content.decode()
    assert "To be sealed" in said and approved.get_absolute_url() in said
