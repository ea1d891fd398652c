"""Template versions begin and end on days (clause 3.2.1c); what was signed never changes when a template does."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from pypdf import PdfReader

from contracts import services
from contracts.models import ContractTemplate
from contracts.prints import contract_pdf
from kernel import clock
from kernel.advance import advance
from tests.factories.contracts import fresh, make_contract, make_template
from tests.factories.customers import make_opportunity

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def again(template):
    return ContractTemplate.objects.get(pk=template.pk)


def next_version(template, legal, second_legal, **fields):
    """The next version, changed in each clause and put in force."""
    new = services.new_template_version(template=template, by=legal)
    for name, value in fields.items():
        setattr(new, name, value)
    new.save()
    for clause in new.clauses.all():
        clause.text = f"全新條文。{clause.text}"
        clause.save()
    advance(new, "submit", by=legal)
    advance(new, "approve", by=second_legal)
    return again(new)


def text_of(contract):
    pdf = contract_pdf(fresh(contract), record_url="https://bylaw.example/")
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_version_that_begins_later_leaves_the_present_one_in_force_until_its_day(legal, second_legal, template):
    new = next_version(template, legal, second_legal, effective_from=clock.today() + 10 * DAY)
    assert list(ContractTemplate.objects.in_force()) == [template]
    with clock.at(clock.now() + 10 * DAY):
        assert list(ContractTemplate.objects.in_force()) == [new]
        assert services.replace_due_templates() == 1
        assert (again(template).state, again(new).state) == ("retired", "in_force")
        assert services.replace_due_templates() == 0


def test_a_version_without_a_first_day_replaces_the_older_one_at_once(legal, second_legal, template):
    new = next_version(template, legal, second_legal)
    assert again(template).state == "retired"
    assert list(ContractTemplate.objects.in_force()) == [new]


def test_after_its_last_day_no_contract_starts_from_it(legal, second_legal, salesperson):
    template = make_template(legal, second_legal, effective_until=clock.today())
    opportunity = make_opportunity(salesperson, stage="follow_up")
    assert template.is_usable
    with clock.at(clock.now() + DAY):
        with pytest.raises(ValidationError, match=str(template)):
            services.draft_from_opportunity(opportunity=opportunity, by=salesperson, template=template)
        services.replace_due_templates()
    assert again(template).state == "retired"


@pytest.mark.parametrize("which", ["draft", "upcoming", "replaced"])
def test_a_draft_starts_only_from_a_version_in_force_on_that_day(which, legal, second_legal, salesperson, template):
    if which == "draft":
        chosen = make_template(legal, code="T-09", state="draft")
    elif which == "upcoming":
        chosen = next_version(template, legal, second_legal, effective_from=clock.today() + DAY)
    else:
        next_version(template, legal, second_legal)
        chosen = template
    with pytest.raises(ValidationError):
        services.draft_from_opportunity(
            opportunity=make_opportunity(salesperson, stage="follow_up"), by=salesperson, template=chosen
        )


def test_the_page_offers_only_what_is_in_force_today(as_, legal, second_legal, salesperson, template):
    upcoming = next_version(template, legal, second_legal, effective_from=clock.today() + DAY)
    opportunity = make_opportunity(salesperson, stage="follow_up")
    client = as_(salesperson, language="en")
    said = client.get(f"/contracts/new/?opportunity={opportunity.pk}").content.decode()
    assert str(template) in said and str(upcoming) not in said


@pytest.mark.parametrize("state", ["ready_to_sign", "signed", "archived"])
def test_what_was_approved_or_signed_never_changes_when_its_template_does(
    state, contract_in, legal, second_legal, template
):
    contract = contract_in(state)
    before, digest = text_of(contract), contract.text_hash
    new = next_version(template, legal, second_legal)
    advance(new, "retire", by=second_legal, comment="Not needed any more")
    after = fresh(contract)
    assert after.text_hash == digest == after.approved_hash
    assert text_of(contract) == before


def test_the_last_day_is_not_before_the_first(as_, legal):
    client = as_(legal, language="en")
    values = {"code": "T-77", "name": "X", "kind": "sale", "script": "hant"}
    dates = {"effective_from": str(clock.today()), "effective_until": str(clock.today() - DAY)}
    answer = client.post("/contracts/templates/new/", {**values, **dates})
    assert answer.status_code == 422 and "The last day comes before the first." in answer.content.decode()


def test_a_contract_on_a_template_takes_its_text_over_and_keeps_it(salesperson, template, legal, second_legal):
    contract = make_contract(salesperson, template)
    next_version(template, legal, second_legal)
    assert "全新條文" not in "".join(c.text for c in fresh(contract).clause_rows)
