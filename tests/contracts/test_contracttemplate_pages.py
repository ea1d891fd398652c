"""Contract templates: versions, approval by another member of legal, the pages, the legal admin."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from contracts import services
from contracts.models import ContractTemplate
from kernel.advance import StepRefused, advance
from tests.factories.contracts import approve_by_manager, make_template, submit

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"contracts:contracttemplate_{name}", args=args)


def test_another_member_of_legal_puts_it_in_force(legal, second_legal):
    template = make_template(legal, state="legal_review")
    with pytest.raises(PermissionDenied):
        advance(template, "approve", by=legal)
    advance(template, "approve", by=second_legal)
    assert ContractTemplate.objects.get().approved_by == second_legal


def test_with_one_member_of_legal_only_the_director_decides(legal, director):
    template = make_template(legal, state="legal_review")
    advance(template, "approve", by=director)
    assert ContractTemplate.objects.get().state == "in_force"


def test_a_missing_matter_or_an_unknown_placeholder_refuses_submission(legal):
    template = make_template(legal, state="draft")
    template.clauses.get(subject="liability").delete()
    clause = template.clauses.get(subject="price")
    clause.text = "[[secret]]"
    clause.save()
    with pytest.raises(StepRefused) as refused:
        advance(template, "submit", by=legal)
    assert [i.name for i in refused.value.items if not i.met] == ["has_all_subjects", "has_known_placeholders"]


def test_a_new_version_replaces_the_old_one_when_it_comes_into_force(template, legal, second_legal):
    copy = services.new_template_version(template=template, by=legal)
    assert (copy.number, [c.text for c in copy.clause_rows]) == (2, [c.text for c in template.clause_rows])
    advance(copy, "submit", by=legal)
    assert ContractTemplate.objects.get(pk=template.pk).state == "in_force"
    advance(copy, "approve", by=second_legal)
    assert {t.number: t.state for t in ContractTemplate.objects.all()} == {1: "retired", 2: "in_force"}


def test_salespeople_see_what_is_in_force_only(as_, template, legal, salesperson):
    copy = services.new_template_version(template=template, by=legal)
    client = as_(salesperson)
    assert [client.get(t.get_absolute_url()).status_code for t in (template, copy)] == [200, 404]
    assert client.get(url("create")).status_code == 404


def test_legal_writes_a_template_through_its_pages(as_, legal):
    client = as_(legal)
    assert client.get(url("create")).status_code == 200
    client.post(url("create"), {"code": "S-01", "name": "Service", "kind": "service", "script": "en"})
    template = ContractTemplate.objects.get()
    data = {
        "name": "Service",
        "kind": "service",
        "script": "en",
        "version": template.version,
        "clauses-TOTAL_FORMS": 1,
        "clauses-INITIAL_FORMS": 0,
        "clauses-0-subject": "price",
        "clauses-0-heading": "Price",
        "clauses-0-text": "[[total]] and [[nonsense]]",
    }
    refused = client.post(url("edit", template.pk), data)
    assert (refused.status_code, "[[nonsense]]" in refused.content.decode()) == (422, True)
    assert client.post(url("edit", template.pk), data | {"clauses-0-text": "[[total]]", "more": "1"}).url == url(
        "edit", template.pk
    )
    assert [c.text for c in ContractTemplate.objects.get().clause_rows] == ["[[total]]"]
    assert (
        client.post(url("create"), {"code": "S-01", "name": "Twice", "kind": "sale", "script": "en"}).status_code == 422
    )


def test_a_template_in_force_is_not_edited_but_renewed(as_, template, legal):
    client = as_(legal)
    assert client.get(url("edit", template.pk)).status_code == 403
    assert client.get(url("new_version", template.pk)).status_code == 200
    client.post(url("new_version", template.pk))
    assert ContractTemplate.objects.count() == 2
    assert [
        client.get(a).status_code for a in (url("list"), template.get_absolute_url(), url("print", template.pk))
    ] == [200, 200, 200]


# --- the legal admin -------------------------------------------------------------------------------


@pytest.fixture
def admin(as_, legal):
    """Legal in the Django admin."""
    return as_(legal)


def test_the_admin_shows_contracts_read_only_with_their_steps(admin, draft, manager):
    contract = approve_by_manager(submit(draft), manager)
    page = admin.get(f"/admin/contracts/contract/{contract.pk}/change/")
    assert page.status_code == 200
    text = page.content.decode()
    assert (reverse("contracts:contract_step", args=[contract.pk, "return_text"]) in text, 'name="state"' in text) == (
        True,
        False,
    )
    assert admin.post(f"/admin/contracts/contract/{contract.pk}/change/", {"state": "signed"}).status_code == 403
    assert admin.get("/admin/contracts/contract/add/").status_code == 403
    assert admin.post(f"/admin/contracts/contract/{contract.pk}/delete/", {"post": "yes"}).status_code == 403


def test_history_in_the_admin_is_our_read_only_one(admin, draft):
    answer = admin.get(f"/admin/contracts/contract/{draft.pk}/history/")
    assert answer.url == reverse("contracts:contract_history", args=[draft.pk])
    assert admin.get(f"/admin/contracts/contract/{draft.pk}/history/1/").status_code in (302, 404)


def test_a_draft_template_is_edited_in_the_admin_and_one_in_force_is_not(admin, template, legal):
    assert admin.post(f"/admin/contracts/contracttemplate/{template.pk}/change/", {"name": "X"}).status_code == 403
    copy = services.new_template_version(template=template, by=legal)
    assert admin.get(f"/admin/contracts/contracttemplate/{copy.pk}/change/").status_code == 200
    assert admin.get("/admin/contracts/reviewopinion/").status_code == 200


def as_shown(page):
    """What the admin's page of a draft would send back unchanged."""
    forms = [page.context["adminform"].form, *(f for s in page.context["inline_admin_formsets"] for f in s.formset)]
    forms += [s.formset.management_form for s in page.context["inline_admin_formsets"]]
    fields = [form[name] for form in forms for name in form.fields]
    return {field.html_name: field.value() for field in fields if field.value() not in (None, False)}


def test_an_older_page_of_the_admin_overwrites_nothing(admin, template, legal):
    copy = services.new_template_version(template=template, by=legal)
    url = f"/admin/contracts/contracttemplate/{copy.pk}/change/"
    seen = as_shown(admin.get(url))
    assert admin.post(url, {**seen, "note": "the first"}).status_code == 302
    late = admin.post(url, {**seen, "note": "the second", "templateclause_set-0-text": "Another text"})
    assert "Somebody else has saved this record" in late.content.decode()
    copy.refresh_from_db()
    assert copy.note == "the first" and copy.clause_rows[0].text != "Another text"
    assert admin.post(url, {**as_shown(late), "note": "the second"}).status_code == 302


def test_nobody_else_enters_the_legal_admin(as_, draft, person):
    for role in ("administrator", "hr"):
        assert as_(person(role)).get("/admin/contracts/contract/").status_code == 403
