"""The pages of a contract: drafting, editing, reviewing, signing and archiving through forms; who sees what."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts import reviewing
from contracts.models import Contract, ReviewOpinion
from customers.models import Opportunity
from kernel.models import Refusal, StateChange
from tests.factories.contracts import approve_by_manager, fresh, make_contract, pdf_file, seal, submit
from tests.factories.customers import follow_up, make_customer, make_opportunity

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"contracts:{name}", args=args)


def fields_of(page):
    """What the edit page's forms hold, as a browser would send it back unchanged."""
    data = {}
    for part in page.context["edit"].parts:
        forms = [part.management_form, *part.forms] if hasattr(part, "management_form") else [part]
        for bound in (bound for form in forms for bound in form):
            value, is_file = bound.value(), getattr(bound.field.widget, "input_type", "") == "file"
            if value is not None and value is not False and not is_file:
                data[bound.html_name] = "on" if value is True else value
    return data


def test_a_contract_is_drafted_from_an_opportunity(as_, salesperson, template):
    opportunity = make_opportunity(salesperson, stage="follow_up")
    client = as_(salesperson)
    start = client.get(url("contract_create"))
    assert f"?opportunity={opportunity.pk}" in start.content.decode()
    address = f"{url('contract_create')}?opportunity={opportunity.pk}"
    assert client.get(address).status_code == 200
    refused = client.post(address, {"title": "Arms"})
    assert (refused.status_code, Contract.objects.count()) == (422, 0)
    done = client.post(address, {"title": "Arms", "template": template.pk})
    contract = Contract.objects.get()
    assert (done.url, contract.total) == (url("contract_edit", contract.pk), Decimal(10_500))


def test_own_paper_asks_for_the_reason(as_, salesperson, template):
    opportunity = make_opportunity(salesperson, stage="follow_up")
    address = f"{url('contract_create')}?opportunity={opportunity.pk}"
    client = as_(salesperson)
    assert client.post(address, {"title": "Arms", "own_paper": "on"}).status_code == 422
    assert (
        client.post(address, {"title": "Arms", "own_paper": "on", "own_paper_reason": "He insists"}).status_code == 302
    )
    assert Contract.objects.get().own_paper


def test_nobody_drafts_from_anothers_opportunity(as_, salesperson, person):
    opportunity = make_opportunity(salesperson, stage="follow_up")
    stranger = as_(person("salesperson"))
    assert stranger.get(f"{url('contract_create')}?opportunity={opportunity.pk}").status_code == 404


def test_the_edit_page_saves_everything_together(as_, draft, salesperson):
    client = as_(salesperson)
    page = client.get(url("contract_edit", draft.pk))
    data = fields_of(page)
    data |= {"payment_terms": "Half and half", "lines-0-unit_price": "1,200", "clauses-6-text": "二十四個月。"}
    answer = client.post(url("contract_edit", draft.pk), data)
    assert answer.status_code == 302, [p.errors for p in answer.context["edit"].parts]
    contract = fresh(draft)
    assert (contract.payment_terms, contract.total, contract.clause_rows[6].text) == (
        "Half and half",
        Decimal(12_600),
        "二十四個月。",
    )
    assert sum(i.amount for i in contract.instalment_rows) == contract.total


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("clauses-6-text", "[[customer.password]]"),
        ("clauses-6-text", "[[__class__]]"),
        ("lines-0-quantity", "-1"),
        ("lines-0-discount_percent", "101"),
        ("lines-0-unit_price", "1e400"),
        ("lines-0-unit_price", "NaN"),
        ("lines-0-tax_rate", "-5"),
        ("period_end", "1999-01-01"),
        ("period_end", "2025-02-29"),
        ("instalments-0-percent", "-0.01"),
    ],
)
def test_a_bad_value_is_refused_beside_its_field_and_changes_nothing(as_, draft, salesperson, field, value):
    client = as_(salesperson)
    data = fields_of(client.get(url("contract_edit", draft.pk))) | {field: value}
    before = list(Contract.history.values_list("history_id", flat=True))
    answer = client.post(url("contract_edit", draft.pk), data)
    assert answer.status_code == 422
    assert value in answer.content.decode()
    assert list(Contract.history.values_list("history_id", flat=True)) == before


def test_an_unknown_placeholder_is_named(as_, draft, salesperson):
    client = as_(salesperson)
    data = fields_of(client.get(url("contract_edit", draft.pk))) | {"clauses-6-text": "[[customer.password]]"}
    page = client.post(url("contract_edit", draft.pk), data).content.decode()
    assert "There is no placeholder of this name: [[customer.password]]" in page


def test_a_stale_edit_shows_both_versions(as_, draft, salesperson):
    client = as_(salesperson)
    data = fields_of(client.get(url("contract_edit", draft.pk)))
    client.post(url("contract_edit", draft.pk), data | {"payment_terms": "Theirs", "clauses-6-text": "Theirs too"})
    answer = client.post(url("contract_edit", draft.pk), data | {"payment_terms": "Mine", "clauses-6-text": "Mine too"})
    page = answer.content.decode()
    assert (answer.status_code, fresh(draft).payment_terms) == (409, "Theirs")
    assert all(word in page for word in ("Theirs", "Mine", "Theirs too", "Mine too"))


def test_extra_fields_are_ignored(as_, draft, salesperson):
    client = as_(salesperson)
    data = fields_of(client.get(url("contract_edit", draft.pk)))
    client.post(
        url("contract_edit", draft.pk), data | {"state": "signed", "total": "1", "approved_hash": "x", "title": "New"}
    )
    contract = fresh(draft)
    assert (contract.title, contract.state, contract.total, contract.approved_hash) == (
        "New",
        "draft",
        Decimal(10_500),
        "",
    )


def test_saving_a_change_to_an_approved_text_takes_it_back(as_, contract_in, salesperson):
    contract = contract_in("ready_to_sign")
    client = as_(salesperson)
    data = fields_of(client.get(url("contract_edit", contract.pk)))
    client.post(url("contract_edit", contract.pk), data)
    assert fresh(contract).state == "ready_to_sign"
    client.post(url("contract_edit", contract.pk), data | {"lines-0-unit_price": "990"})
    contract = fresh(contract)
    assert (contract.state, contract.goes_to_manager()) == ("revising", True)


def test_a_submitted_text_cannot_be_edited(as_, draft, salesperson):
    submit(draft)
    assert as_(salesperson).get(url("contract_edit", draft.pk)).status_code == 403


@pytest.mark.parametrize(
    "state", ["draft", "manager_review", "legal_review", "revising", "ready_to_sign", "signed", "archived"]
)
def test_the_desk_opens_in_every_state_for_everybody_concerned(as_, contract_in, state, salesperson, manager, legal):
    contract = contract_in(state)
    for who in (salesperson, manager, legal):
        page = as_(who).get(contract.get_absolute_url())
        assert page.status_code == 200
        assert "設備採購合同" in page.content.decode()


def test_the_desk_shows_differences_deviations_and_opinions(as_, draft, manager, legal, salesperson):
    clause = draft.clauses.all()[6]
    clause.text = "自驗收合格之日起二十四個月。"
    clause.save()
    contract = approve_by_manager(submit(fresh(draft)), manager)
    reviewing.give_opinion(contract=contract, by=legal, text="Cap it at five", clause=clause)
    page = as_(legal).get(contract.get_absolute_url()).content.decode()
    assert ("Departs from the template" in page, "Cap it at five" in page, "<ins>二十四</ins>" in page) == (
        True,
        True,
        True,
    )


def test_a_reviewer_fills_his_checklist_and_leaves_an_opinion(as_, draft, manager, salesperson):
    contract = submit(draft)
    client = as_(manager)
    points = ("company_interest", "business_need", "risk_control", "legal_risk", "loopholes", "clear_and_exact")
    assert client.get(url("contract_review", contract.pk)).status_code == 200
    assert client.post(url("contract_review", contract.pk), dict.fromkeys(points[:5], "ok")).status_code == 422
    assert (
        client.post(
            url("contract_review", contract.pk), {**dict.fromkeys(points, "ok"), "loopholes": "issue"}
        ).status_code
        == 422
    )
    assert client.post(url("contract_review", contract.pk), dict.fromkeys(points, "ok")).status_code == 302
    clause = contract.clause_rows[0]
    assert client.get(f"{url('opinion_create', contract.pk)}?clause={clause.pk}").status_code == 200
    client.post(url("opinion_create", contract.pk), {"clause": clause.pk, "kind": "blocking", "text": "Name the model"})
    opinion = ReviewOpinion.objects.get()
    assert (opinion.clause, opinion.side, opinion.by) == (clause, "manager", manager)
    client.post(url("contract_step", contract.pk, "return_terms"), {"comment": "See my opinion"})
    assert fresh(contract).state == "revising"
    drafter = as_(salesperson)
    for page in (contract.get_absolute_url(), "/"):
        assert "See my opinion" in drafter.get(page).content.decode(), page
    top = drafter.get(contract.get_absolute_url()).content.decode().split('id="clauses"')[0]
    assert "See my opinion" in top, "why it came back stands before the text"


def test_an_opinion_is_answered_accepted_and_waived_through_pages(as_, draft, manager, legal, salesperson):
    contract = approve_by_manager(submit(draft), manager)
    first, second = (reviewing.give_opinion(contract=contract, by=legal, text=text) for text in ("One", "Two"))
    drafter, author = as_(salesperson), as_(legal)
    assert drafter.get(url("opinion_answer", first.pk)).status_code == 200
    assert drafter.post(url("opinion_answer", first.pk), {"answer": "Done"}).status_code == 302
    assert as_(manager).post(url("opinion_accept", first.pk)).status_code == 403
    author.post(url("opinion_accept", first.pk))
    author.post(url("opinion_waive", second.pk), {"reason": "Not needed"})
    assert [o.is_open for o in ReviewOpinion.objects.all()] == [False, False]


def test_the_opinion_of_a_hidden_contract_is_not_found(as_, draft, manager, legal, person):
    contract = approve_by_manager(submit(draft), manager)
    opinion = reviewing.give_opinion(contract=contract, by=legal, text="One")
    assert as_(person("salesperson")).get(url("opinion_answer", opinion.pk)).status_code == 404


def test_signing_and_archiving_through_their_pages(as_, contract_in, salesperson, custodian, legal, manager):
    contract = contract_in("ready_to_sign")
    seal(contract, manager, custodian)
    client = as_(salesperson)
    day = contract.approved_on.isoformat()
    data = {
        "method": "paper",
        "our_signatory": salesperson.pk,
        "customer_signatory": "邱志宏",
        "sent_on": day,
        "our_signed_on": day,
    }
    assert client.get(url("contract_signing", contract.pk)).status_code == 200
    refused = client.post(url("contract_signing", contract.pk), data)
    assert (refused.status_code, fresh(contract).state) == (302, "ready_to_sign")
    again = client.get(refused.url)
    assert "What you entered is kept. Not yet:" in again.content.decode() and 'value="邱志宏"' in again.content.decode()
    assert Refusal.objects.filter(clause="3.2.3b").exists()
    data |= {"customer_signed_on": day, "signed_copy": pdf_file()}
    assert client.post(url("contract_signing", contract.pk), data).status_code == 302
    assert (fresh(contract).state, Opportunity.objects.get().state) == ("signed", "won")
    assert client.get(url("contract_custody", contract.pk)).status_code == 403
    keeper = as_(custodian)
    data = {"custodian": custodian.pk, "paper_location": "", "version": fresh(contract).version}
    assert keeper.get(url("contract_custody", contract.pk)).status_code == 200
    assert keeper.post(url("contract_custody", contract.pk), data).status_code == 422
    assert keeper.post(url("contract_custody", contract.pk), data | {"paper_location": "A-3"}).status_code == 302
    assert fresh(contract).state == "archived"


def test_a_signature_in_the_future_or_before_the_approval_is_refused(as_, contract_in, salesperson):
    contract = contract_in("ready_to_sign")
    client = as_(salesperson)
    for name, day in (("sent_on", "2999-01-01"), ("our_signed_on", "2001-01-01")):
        answer = client.post(url("contract_signing", contract.pk), {"method": "paper", name: day, "save": "1"})
        assert (answer.status_code, name in answer.context["form"].errors) == (422, True)


# --- who sees what -----------------------------------------------------------------------------------


ALL, NONE = ("draft", "manager_review", "ready_to_sign", "archived"), ()
SEEN = {
    "salesperson": ALL,
    "manager": ALL,
    "legal": ALL,
    "director": ALL,
    "customer_service": ("archived",),
    "custodian": ("manager_review", "ready_to_sign", "archived"),
}


@pytest.mark.parametrize("state", ALL)
def test_each_role_sees_the_contracts_of_the_matrix(as_, contract_in, request, state, person):
    contract = contract_in(state)
    for role, states in SEEN.items():
        who = request.getfixturevalue(role)
        page = as_(who).get(contract.get_absolute_url())
        listed = Contract.objects.visible_to(who).filter(pk=contract.pk).exists()
        assert (role, page.status_code, listed) == (role, 200 if state in states else 404, state in states)
    for role in ("salesperson", "production", "hr", "administrator"):
        who = person(role)
        assert as_(who).get(contract.get_absolute_url()).status_code == 404, role
        assert not Contract.objects.visible_to(who).exists()


def test_margin_and_cost_are_absent_for_who_may_not_see_them(as_, draft, salesperson, manager, legal):
    submit(draft)
    address = draft.get_absolute_url()
    assert "Gross margin" in as_(manager).get(address).content.decode()
    for who in (salesperson, legal):
        page = as_(who).get(address).content.decode()
        assert ("Gross margin" in page, "40.0" in page) == (False, False)


def test_the_queue_previews_the_contract(as_, draft, manager):
    contract = submit(draft)
    page = as_(manager).get(reverse("inbox")).content.decode()
    assert (contract.title in page, "What the approval needs" in page) == (True, True)


def test_the_home_page_tells_each_role_its_contracts(as_, contract_in, salesperson, custodian):
    contract_in("signed")
    assert "Signed, to be archived" in as_(custodian).get("/").content.decode()


def test_a_text_with_markup_stays_text(as_, draft, salesperson):
    clause = draft.clauses.all()[6]
    clause.text = "<script>alert(1)</script>{{7*7}}{% load x %}"
    clause.save()
    page = as_(salesperson).get(draft.get_absolute_url()).content.decode()
    assert ("<script>alert(1)" in page, "{{7*7}}" in page) == (False, True)


def test_a_denied_step_leaves_everything_as_it_was(as_, draft, legal):
    submit(draft)
    before = StateChange.objects.count()
    assert as_(legal).post(url("contract_step", draft.pk, "return_terms"), {"comment": "No"}).status_code == 403
    assert (fresh(draft).state, StateChange.objects.count()) == ("manager_review", before)


def test_versions_are_compared(as_, draft, salesperson, manager, legal):
    from tests.contracts.test_contract_rules import change_clause, returned_by_legal

    contract = change_clause(returned_by_legal(draft, manager, legal), 6, "自驗收合格之日起二十四個月。")
    page = as_(salesperson).get(f"{url('contract_compare', contract.pk)}?old=1").content.decode()
    assert ("<del>十二</del>" in page, "<ins>二十四</ins>" in page) == (True, True)


def test_list_filters_by_state_and_words(as_, draft, salesperson, template):
    other = make_contract(
        salesperson, template, make_opportunity(salesperson, make_customer(salesperson, "Beta Ltd."), stage="follow_up")
    )
    follow_up(other.opportunity, salesperson)
    client = as_(salesperson)
    page = client.get(url("contract_list"), {"q": "Beta"}).content.decode()
    assert (other.number in page, draft.number in page) == (True, False)
    assert client.get(url("contract_list"), {"state": "signed", "q": "%"}).status_code == 200


def test_no_more_rows_are_drawn_than_a_contract_may_have(draft, salesperson, as_):
    client = as_(salesperson)
    address = url("contract_edit", draft.pk)
    data = fields_of(client.get(address))
    answer = client.post(address, {**data, **{f"{p}-TOTAL_FORMS": 10**6 for p in ("clauses", "lines", "instalments")}})
    assert answer.status_code == 422
    edit = answer.context["edit"]
    assert [len(rows.forms) for rows in (edit.clauses, edit.lines, edit.instalments)] == [200] * 3


def test_the_same_key_with_another_file_of_the_same_name_and_size_is_another_body(contract_in, salesperson, as_):
    contract = contract_in("ready_to_sign")
    client, address = as_(salesperson), url("contract_signing", contract.pk)
    one = pdf_file().read()
    other = one.replace(b"200", b"201", 1)
    assert len(one) == len(other)
    data = {"_key": "k" * 24, "method": "paper", "save": "1"}
    answers = [
        client.post(address, {**data, "signed_copy": SimpleUploadedFile("signed.pdf", content)}).status_code
        for content in (one, one, other)
    ]
    assert answers == [302, 302, 409]
    assert fresh(contract).signed_copy.size == len(one)
