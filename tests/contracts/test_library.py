"""The clause library and standard terms explained to the customer (clause 3.2.1c)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contracts import library
from contracts.differences import deviations
from contracts.models import ContractClause, LibraryClause
from kernel import clock
from kernel.advance import StepRefused, advance
from tests.factories.contracts import enter_signing, fresh, make_contract, make_library_clause, make_template

pytestmark = pytest.mark.django_db


@pytest.fixture
def clause(legal, second_legal):
    """A clause of the library that limits liability, in force."""
    values = {"heading": "責任限制", "text": "賠償以直接損害為限。", "risk_note": "故意與重大過失不得排除"}
    return make_library_clause(legal, second_legal, is_standard_term=True, **values)


def flag(contract, heading="違約責任"):
    """Make a clause of the contract a standard term."""
    found = contract.clauses.get(heading=heading)
    found.is_standard_term = True
    found.save()
    return found


def lacking(contract):
    contract = fresh(contract)
    return [i.name for i in contract.checklist(contract.step("sign")) if not i.met]


def explain(contract, by):
    library.explain(clauses=fresh(contract).standard_terms, on=clock.today(), how="meeting", by=by)


# --- the library ----------------------------------------------------------------------------------------


def test_a_new_version_is_reviewed_by_a_second_and_replaces_the_one_before(clause, legal, second_legal):
    newer = library.next_version(clause)
    newer.text = "新"
    newer = library.add_version(newer, by=legal)
    assert (newer.number, newer.state) == (2, "draft")
    advance(newer, "submit", by=legal)
    with pytest.raises(PermissionDenied):
        advance(newer, "approve", by=legal)
    assert list(LibraryClause.objects.in_use()) == [clause]
    advance(newer, "approve", by=second_legal)
    assert list(LibraryClause.objects.in_use()) == [newer]
    old = LibraryClause.objects.get(pk=clause.pk)
    assert (old.state, old.text) == ("retired", "賠償以直接損害為限。")


def test_a_clause_out_of_force_is_inserted_no_more(clause, second_legal, salesperson):
    advance(clause, "retire", by=second_legal, comment="新法施行")
    assert not LibraryClause.objects.in_use().exists()
    assert LibraryClause.objects.visible_to(salesperson).exists()


def test_two_who_begin_a_version_at_once_are_told_of_each_other(as_, clause, legal, second_legal):
    first, second = as_(legal, language="en"), as_(second_legal, language="en")
    where = f"/contracts/clauses/{clause.pk}/new-version/"
    values = {"subject": "other", "heading": "責任限制", "text": "甲", "risk_note": "乙"}
    assert second.get(where).status_code == 200
    assert first.post(where, values).status_code == 302
    answer = second.post(where, {**values, "text": "丙"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Hsu Legal is at work on version 2" in page and "丙" in page
    assert LibraryClause.objects.count() == 2


def test_legal_enters_mends_and_submits_through_the_pages_and_a_second_approves(as_, legal, second_legal, salesperson):
    client = as_(legal, language="en")
    values = {
        "code": "L-7",
        "script": "hant",
        "subject": "other",
        "heading": "不可抗力",
        "text": "甲",
        "risk_note": "乙",
    }
    assert client.post("/contracts/clauses/new/", {**values, "risk_note": ""}).status_code == 422
    assert client.post("/contracts/clauses/new/", values).status_code == 302
    assert "already" in client.post("/contracts/clauses/new/", values).content.decode()
    draft = LibraryClause.objects.get()
    page = f"/contracts/clauses/{draft.pk}/"
    assert as_(salesperson).get(page).status_code == 404
    edited = client.post(f"{page}edit/", {**values, "text": "丙", "version": draft.version})
    assert edited.status_code == 302
    assert client.post(f"{page}submit/").status_code == 302
    assert client.get(f"{page}edit/").status_code == 403
    other = as_(second_legal, language="en")
    assert "不可抗力" in other.get("/approvals/").content.decode()
    assert other.post(f"{page}approve/").status_code == 302
    record = LibraryClause.objects.get()
    assert (record.state, record.text, record.approved_by) == ("in_force", "丙", second_legal)
    assert "不可抗力" in as_(salesperson).get("/contracts/clauses/").content.decode()


def test_a_clause_goes_into_a_template_with_its_risk(clause, legal):
    template = make_template(legal, code="T-11", state="draft")
    block = library.insert_into_template(clause=clause, template=template, by=legal)
    assert (block.is_standard_term, block.risk_note, block.position) == (True, clause.risk_note, 8)


def test_a_template_in_force_takes_no_clause(clause, template, legal):
    with pytest.raises(ValidationError):
        library.insert_into_template(clause=clause, template=template, by=legal)


def test_in_a_contract_it_is_a_deviation_that_reviewers_see(as_, clause, salesperson, template):
    contract = make_contract(salesperson, template)
    client = as_(salesperson, language="en")
    assert client.post(f"/contracts/{contract.pk}/insert/", {"clause": clause.pk}).status_code == 302
    contract = fresh(contract)
    assert [d.kind for d in deviations(contract)] == ["added"]
    assert contract.standard_terms[-1].text == clause.text


def test_inserting_into_an_approved_text_reopens_it(clause, contract_in, salesperson):
    contract = contract_in("ready_to_sign")
    library.insert_into_contract(clause=clause, contract=contract, by=salesperson)
    assert fresh(contract).state == "revising"


# --- standard terms -----------------------------------------------------------------------------------------


def test_a_contract_is_not_signed_before_its_standard_terms_are_explained(contract_in, salesperson):
    contract = contract_in("ready_to_sign")
    flag(contract)
    enter_signing(contract)
    assert lacking(contract) == ["has_explained_terms"]
    with pytest.raises(StepRefused):
        advance(fresh(contract), "sign", by=salesperson)
    explain(contract, salesperson)
    assert lacking(contract) == []


def test_a_changed_wording_is_explained_anew(contract_in, salesperson):
    contract = contract_in("draft")
    flag(contract)
    explain(contract, salesperson)
    found = fresh(contract).standard_terms[0]
    assert found.is_explained
    found.text += "另加一句。"
    found.save()
    assert not fresh(contract).standard_terms[0].is_explained


def test_what_a_template_flags_is_flagged_in_the_contract_on_it(legal, second_legal, salesperson):
    template = make_template(legal, code="T-12", state="draft")
    term = template.clauses.get(subject="liability")
    term.is_standard_term = True
    term.save()
    advance(template, "submit", by=legal)
    advance(template, "approve", by=second_legal)
    contract = make_contract(salesperson, type(template).objects.get(pk=template.pk))
    assert [c.heading for c in contract.standard_terms] == ["違約責任"]


def test_the_page_takes_ticks_day_and_way_and_says_what_is_missing(as_, contract_in, salesperson):
    contract = contract_in("ready_to_sign")
    where = f"/contracts/{contract.pk}/standard-terms/"
    client = as_(salesperson, language="en")
    assert client.get(where).status_code == 404
    flag(contract)
    today = str(clock.today())
    answer = client.post(where, {"on": today, "how": "call"})
    assert answer.status_code == 422 and "Tick what was explained" in answer.content.decode()
    assert client.post(where, {"on": today, "how": "call", "term_0": "on"}).status_code == 302
    term = ContractClause.objects.get(contract=contract, is_standard_term=True)
    assert (term.explained_how, term.explained_by) == ("call", salesperson)
    assert "By telephone or video" in client.get(contract.get_absolute_url()).content.decode()
