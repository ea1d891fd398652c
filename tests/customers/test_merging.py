"""Merging two customers: everything moves, the facts that were chosen stay, and for a day all of it goes back."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from contracts.models import Contract
from customers import duplicates, merging
from customers.models import Customer, DuplicatePair, Interaction, Merge, Opportunity, Question
from customers.services import raise_question
from documents.models import Document
from kernel import audit, clock
from kernel.advance import StepRefused, advance, begin
from kernel.hanging import hanging_on
from kernel.models import Promise, StateChange
from tests.factories import customers as make
from tests.factories.contracts import make_contract, make_template, submit

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def survivor(salesperson):
    """The customer whose file stays."""
    customer = make.make_customer(salesperson, name="鴻洲自動化股份有限公司", phone="03-578-1234")
    make.make_contact(customer, name="Lin Stays")
    return customer


@pytest.fixture
def gone(salesperson, person, legal, customer_service):
    """The same company once more, with something of everything."""
    customer = make.make_customer(salesperson, name="鸿洲自动化", registration_number="04595257", industry="Robots")
    deal = make.make_opportunity(salesperson, customer, stage="follow_up")
    make_contract(salesperson, make_template(person("legal"), legal), deal)
    make.give_profile(customer)
    raise_question(Question(opportunity=deal, text="When?"), by=salesperson)
    customer.collaborators.add(customer_service)
    return customer


def fresh(record):
    return type(record)._base_manager.get(pk=record.pk)


def merged(gone, survivor, by, **fields):
    return merging.merge(gone, survivor, by=by, reason="one company", **fields)


def undone(gone, by):
    advance(fresh(gone), "part", by=by, comment="two after all")


def test_everything_that_hangs_on_a_customer_is_known():
    """Every column that points at a customer is moved by a merge, or said here to stay."""
    stays = {
        ("customers", "Merge"), ("customers", "DuplicatePair"), ("customers", "NameGram"),
        ("customers", "Customer_collaborators"), ("customers", "Erasure"), ("aftersales", "VisitCadence"),
    }  # fmt: skip
    pointing = {
        (m._meta.app_label, m.__name__)
        for m in apps.get_models(include_auto_created=True)
        for f in m._meta.concrete_fields
        if f.is_relation and f.related_model is Customer and not hasattr(m, "history_date")
    }
    moving = {(h.rows.model._meta.app_label, h.rows.model.__name__) for h in hanging_on(Customer(pk=1))}
    assert pointing - moving == stays
    filed = {m for m in apps.get_models() if any(f.name == "file" and f.get_internal_type() == "PositiveBigIntegerField" for f in m._meta.fields)}  # fmt: skip
    append_only = {m for m in filed if getattr(m, "is_append_only", False) or hasattr(m, "history_date")}
    assert {(m._meta.app_label, m.__name__) for m in filed - append_only} <= moving


def test_all_moves_and_the_chosen_facts_are_taken(gone, survivor, manager, salesperson):
    moving = sum(number for _label, number in merging.what_hangs_on(gone))
    made = merged(gone, survivor, manager, take=["registration_number", "industry"])
    kept, left = fresh(survivor), fresh(gone)
    assert (left.state, left.merged_into) == ("merged", kept)
    assert (kept.registration_number, kept.industry, kept.phone) == ("04595257", "Robots", "03-578-1234")
    assert made.moves.count() == moving
    assert merging.what_hangs_on(left) == []
    assert Opportunity.objects.get().customer == kept
    assert Contract.objects.get().customer == kept
    assert kept.contacts.count() == 2
    assert kept.profile.basic_facts == "200 people"
    assert set(Document.objects.values_list("file", flat=True)) == {kept.pk}
    assert set(Promise.objects.open().values_list("file", flat=True)) == {kept.pk}
    assert kept.collaborators.count() == 1
    assert kept.history.first().history_user == manager


def test_the_file_tells_both_lives_and_the_old_address_leads_to_it(gone, survivor, manager, salesperson, as_):
    merged(gone, survivor, manager)
    client = as_(salesperson)
    assert client.get(gone.get_absolute_url()).url == survivor.get_absolute_url()
    text = client.get(survivor.get_absolute_url()).content.decode()
    assert gone.number in text
    assert "Go on to screening" in text, "a step taken before the merge stands in the timeline"
    assert StateChange.objects.filter(file=gone.pk).exists(), "what happened stays where it happened"
    listed = client.get(page("customer_list")).content.decode()
    assert gone.number not in listed
    assert survivor.number in client.get("/search/?q=" + gone.number).content.decode()


@pytest.mark.database
def test_undoing_puts_every_row_and_fact_back(gone, survivor, manager, salesperson):
    before = _picture()
    merged(gone, survivor, manager, take=["registration_number", "industry", "name"])
    assert _picture() != before
    undone(gone, manager)
    after = _picture()
    assert {key: after[key] for key in before} == before
    while audit.seal():
        pass
    assert audit.verify() == ([], 0)


def _picture():
    """Whose every row is, and the facts of the customers."""
    rows = {}
    for customer in Customer.objects.all():
        facts = [merging.fact_of(customer, name) for name in merging.FACTS]
        helpers = sorted(customer.collaborators.values_list("pk", flat=True))
        rows["customer", customer.pk] = [customer.state, customer.merged_into_id, *facts, *helpers]
        for hanging in hanging_on(customer):
            for row in hanging.rows:
                rows[row._meta.label, row.pk] = customer.pk
    return rows


def test_what_was_promised_since_on_something_that_goes_back_goes_with_it(gone, survivor, manager, salesperson):
    merged(gone, survivor, manager)
    raise_question(Question(opportunity=Opportunity.objects.get(), text="How heavy?"), by=salesperson)
    assert Promise.objects.get(what="How heavy?").file == survivor.pk
    undone(gone, manager)
    assert Promise.objects.get(what="How heavy?").file == gone.pk


@pytest.mark.parametrize(
    "act", ["a step", "an edit", "a new row", "a fact", "a merge", "the number"], ids=lambda a: a.replace(" ", "_")
)
def test_undoing_is_refused_with_what_moved_on(act, gone, survivor, manager, salesperson, as_):
    merged(gone, survivor, manager, take=["industry"])
    deal, kept = Opportunity.objects.get(), fresh(survivor)
    if act == "a step":
        advance(deal, "send_back", by=salesperson, comment="again")
    elif act == "an edit":
        contact = kept.contacts.get(name="Chiu Chih-hung")
        contact.version += 1
        contact.save()
    elif act == "a new row":
        Interaction.objects.create(customer=kept, opportunity=deal, by=salesperson, summary="Called")
    elif act == "a fact":
        kept.industry = "Pumps"
        kept.save()
    elif act == "a merge":
        merged(kept, make.make_customer(salesperson, name="Third"), manager)
    elif act == "the number":
        make.make_customer(salesperson, name="Third", registration_number="04595257")
    answer = as_(manager).post(page("customer_step", gone.pk, "part"), {"comment": "back", "seen": fresh(gone).version})
    assert answer.status_code == 422
    assert "Nothing has moved on since the merge" in answer.content.decode()
    assert fresh(gone).state == "merged"


def test_undoing_is_refused_after_a_day(gone, survivor, manager):
    merged(gone, survivor, manager)
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False), pytest.raises(StepRefused):
        undone(gone, manager)


def test_a_chain_of_merges_tells_all_files_and_is_undone_from_its_end(gone, survivor, manager, salesperson):
    last = make.make_customer(salesperson, name="Last")
    merged(gone, survivor, manager)
    merged(survivor, last, manager)
    assert fresh(gone).merged_into == last
    assert set(fresh(last).files_of()) == {gone.pk, survivor.pk, last.pk}
    undone(survivor, manager)
    assert fresh(gone).merged_into == survivor
    undone(gone, manager)
    assert Opportunity.objects.get().customer == gone
    assert Customer.objects.filter(state="active").count() == 3


@pytest.mark.parametrize("state", ["pooled", "retired"])
def test_it_goes_back_to_the_state_it_had(state, survivor, manager, salesperson):
    other = make.make_customer(salesperson, name="Other")
    advance(other, "pool" if state == "pooled" else "retire", by=salesperson, comment="no")
    merged(fresh(other), survivor, manager)
    undone(other, manager)
    assert fresh(other).state == state


def test_the_owner_of_both_and_the_manager_merge_nobody_else(
    gone, survivor, manager, salesperson, person, customer_service
):
    other = person("salesperson", boss=manager)
    foreign = make.make_customer(other, name="Foreign")
    for by, one, two in (
        (other, gone, survivor),
        (salesperson, gone, foreign),
        (salesperson, foreign, gone),
        (customer_service, gone, survivor),
        (manager, gone, gone),
    ):
        with pytest.raises(PermissionDenied):
            merged(one, two, by)
    assert not Merge.objects.exists()
    merged(gone, survivor, salesperson)


def test_a_merge_of_what_was_changed_meanwhile_is_refused(gone, survivor, manager):
    with pytest.raises(StepRefused):
        merged(gone, survivor, manager, seen=(gone.version, survivor.version + 1))
    with pytest.raises(StepRefused):
        merged(gone, survivor, manager, seen=(gone.version + 1, survivor.version))


def test_a_reviewed_contract_stays_as_it_was_approved(gone, survivor, manager, salesperson):
    contract = submit(Contract.objects.get())
    text = contract.text_hash
    merged(gone, survivor, manager)
    contract = fresh(contract)
    assert contract.text_hash == text == contract.submitted_hash
    assert contract.customer_name == gone.name


# --- pages ---------------------------------------------------------------------------------------------
def test_the_page_proposes_what_looks_the_same_shows_what_moves_and_merges_once(gone, survivor, manager, as_):
    duplicates.compare(gone)
    client, where = as_(manager), page("customer_merge", gone.pk)
    assert survivor.number in client.get(where).content.decode()
    assert survivor.number in client.get(where, {"q": survivor.number}).content.decode()
    shown = client.get(where, {"into": survivor.pk})
    text = shown.content.decode()
    assert "Opportunities" in text
    form = shown.context["form"]
    data = {name: form.get_initial_for_field(form.fields[name], name) or "" for name in form.fields}
    data |= {"reason": "one company", "fact_name": "taken", "_key": "once-only"}
    assert data["fact_registration_number"] == "taken", "what is empty there is taken from here"
    assert client.post(f"{where}?into={survivor.pk}", {**data, "reason": ""}).status_code == 422
    for _click in range(2):
        assert client.post(f"{where}?into={survivor.pk}", data).url == survivor.get_absolute_url()
    assert Merge.objects.count() == 1
    assert fresh(survivor).name == "鸿洲自动化"
    assert not DuplicatePair.objects.open().exists()
    answer = client.post(page("customer_step", gone.pk, "part"), {"comment": "no", "seen": fresh(gone).version})
    assert answer.url == gone.get_absolute_url()
    assert fresh(survivor).name == "鴻洲自動化股份有限公司"
    assert DuplicatePair.objects.open().exists()


def test_a_number_that_a_third_customer_has_is_not_taken(survivor, manager, salesperson, as_):
    gone = make.make_customer(salesperson, name="Twin", registration_number="04595257")
    advance(gone, "retire", by=salesperson, comment="closed")
    make.make_customer(salesperson, name="Third", registration_number="04595257")
    where = f"{page('customer_merge', gone.pk)}?into={survivor.pk}"
    data = {
        "reason": "same",
        "fact_name": "stays",
        "fact_registration_number": "taken",
    }
    answer = as_(manager).post(where, data)
    assert answer.status_code == 422
    assert "Third" in answer.context["form"].errors["fact_registration_number"][0]


def test_an_odd_key_of_the_other_customer_is_no_error(gone, survivor, manager, as_):
    where = page("customer_merge", gone.pk)
    for key in ("0", "9" * 30, "x", "", str(gone.pk), "１"):
        assert as_(manager).get(where, {"into": key}).status_code in (200, 404)


def test_a_contract_keeps_its_customer_from_pool_and_retirement(salesperson, person, legal, manager):
    customer = make.make_customer(salesperson)
    deal = make.make_opportunity(salesperson, customer, stage="follow_up")
    contract = make_contract(salesperson, make_template(person("legal"), legal), deal)
    advance(fresh(deal), "lose", by=salesperson, comment="price", data={"lost_reason": "price"})
    for step in ("pool", "retire"):
        with pytest.raises(StepRefused) as refused:
            advance(fresh(customer), step, by=manager, comment="no")
        assert contract.number in str(refused.value.items)


def test_begin_gives_a_customer_no_merge(salesperson):
    customer = begin(Customer(owner=salesperson, name="New"), by=salesperson)
    assert (customer.merge, customer.merged_ones, customer.files_of()) == (None, [], [customer.pk])
