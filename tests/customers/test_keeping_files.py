"""Customer files kept up to date: reviewed in time, dead numbers out, changed needs shown, persons erased for good."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from customers import erasing, handing, reports, reviews
from customers.models import Contact, Customer, Erasure, Interaction
from customers.services import log_interaction
from kernel import audit, clock
from kernel.advance import advance
from kernel.models import PersonalData, Promise, Setting
from kernel.searching import Finder
from tests.factories import customers as make

pytestmark = pytest.mark.django_db
PHONE, NAME = "0911-736-829", "邱志宏"


def page(name, *args):
    return reverse(f"customers:{name}", args=args)


def fresh(record):
    return type(record)._base_manager.get(pk=record.pk)


@pytest.fixture
def old(salesperson):
    """A customer entered half a year ago."""
    with time_machine.travel(clock.now() - timedelta(days=190), tick=False):
        return make.make_customer(salesperson)


def review_of(customer):
    return Promise.objects.open().filter(kind=reviews.REVIEW, row=customer.pk).first()


# --- reviews -------------------------------------------------------------------------------------------
@pytest.mark.database
def test_a_file_that_becomes_due_is_promised_once_and_a_fresh_one_is_not(old, salesperson):
    make.make_customer(salesperson, name="New")
    assert reviews.schedule_reviews() == 1
    assert reviews.schedule_reviews() == 0
    promise = review_of(old)
    assert promise.owed_by == salesperson
    assert promise.due_at > clock.now() + timedelta(days=10), "nobody is late at once"


def test_no_review_is_asked_for_where_the_company_wants_none(old):
    Setting.objects.create(key="customers.review_days", value="0")
    assert reviews.schedule_reviews() == 0


def test_the_owner_reads_the_file_and_confirms_it(old, salesperson, as_):
    make.make_contact(old, name=NAME)
    reviews.schedule_reviews()
    client = as_(salesperson)
    assert old.name in client.get(page("review_list")).content.decode()
    shown = client.get(page("customer_review", old.pk)).content.decode()
    assert NAME in shown
    assert client.post(page("customer_review", old.pk), {"note": "x" * 101}).status_code == 422
    assert client.post(page("customer_review", old.pk), {"note": "New address"}).status_code == 302
    assert fresh(old).reviewed_on == clock.today()
    assert fresh(old).history.first().history_change_reason == "New address"
    assert Promise.objects.get(kind=reviews.REVIEW).state == "kept"
    assert reviews.schedule_reviews() == 0
    assert old.name not in client.get(page("review_list")).content.decode()


@pytest.mark.clause("4.2.1c", "2.2.3e")
def test_a_late_review_breaks_the_clause_and_goes_along_with_the_customer(old, salesperson, person, manager):
    reviews.schedule_reviews()
    other = person("salesperson", boss=manager)
    handing.reassign(old, to=other, reason="area", by=manager)
    assert review_of(old).owed_by == other
    with time_machine.travel(clock.now() + timedelta(days=40), tick=False):
        result = reports.files_kept()
    assert (result.broken, result.cases[0].who) == (1, str(other))


def test_a_colleague_does_not_see_the_reviews_of_others_the_manager_does(old, person, manager, as_):
    reviews.schedule_reviews()
    assert old.name not in as_(person("salesperson", boss=manager)).get(page("review_list")).content.decode()
    assert old.name in as_(manager).get(page("review_list")).content.decode()


def test_nobody_owes_the_review_of_a_file_at_rest(old, salesperson):
    reviews.schedule_reviews()
    advance(old, "pool", by=salesperson, comment="no")
    assert review_of(old) is None
    assert reviews.schedule_reviews() == 0


@pytest.mark.clause("4.2.1b")
def test_what_stands_in_one_place_on_paper_is_listed_together(salesperson, as_):
    for name, place in (("One", "A-2 upper"), ("Two", "A-2"), ("Three", "B-1")):
        make.make_customer(salesperson, name=name, paper_location=place)
    found = as_(salesperson).get(page("customer_list"), {"q": "a-2"}).context["page"].rows
    assert {c.name for c in found} == {"One", "Two"}


# --- dead numbers ------------------------------------------------------------------------------------------
def test_a_dead_number_is_taken_out_with_reason(old, salesperson, as_):
    contact = make.make_contact(old, phone=PHONE)
    client, where = as_(salesperson), page("contact_dead", contact.pk)
    assert PHONE in client.get(where).content.decode()
    assert client.post(where, {"names": ["phone"], "reason": ""}).status_code == 422
    assert client.post(where, {"names": ["title"], "reason": "dead"}).status_code == 422
    assert client.post(where, {"names": ["phone", "email"], "reason": "Number not in use"}).status_code == 302
    contact = fresh(contact)
    assert (contact.phone, contact.email, contact.name) == ("", "", "Chiu Chih-hung")
    assert contact.history.first().history_change_reason == "Number not in use"
    assert client.get(where).status_code == 404, "nothing is left to take out"


# --- changed needs -----------------------------------------------------------------------------------------
def test_a_changed_need_shows_on_the_customer_and_on_its_opportunities(salesperson, as_):
    deal = make.make_opportunity(salesperson)
    client = as_(salesperson)
    assert "Changed needs" not in client.get(deal.get_absolute_url()).content.decode()
    told = Interaction(customer=deal.customer, summary="Called", needs_concerns="Class 10 instead", need_changed=True)
    log_interaction(told, by=salesperson)
    for record in (deal, deal.customer):
        text = client.get(record.get_absolute_url()).content.decode()
        assert "Changed needs" in text
        assert "Class 10 instead" in text


# --- erasure ---------------------------------------------------------------------------------------------
@pytest.fixture
def retired(old, salesperson):
    """A retired customer with a person in its file whose number was changed once."""
    contact = make.make_contact(old, name=NAME, phone="02-1111-2222")
    contact.phone = PHONE
    contact.save()
    advance(old, "retire", by=salesperson, comment="closed")
    while audit.seal():
        pass
    return fresh(old)


def everything_stored():
    """Every text of every table."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            yield from (str(value) for value in row)


@pytest.mark.database
def test_after_an_erasure_no_table_holds_the_person_and_the_chain_still_proves(retired, manager):
    assert any(PHONE in text for text in everything_stored())
    erasing.erase(retired, reason="asked by the person", by=manager)
    while audit.seal():
        pass
    assert audit.verify() == ([], 0)
    stored = list(everything_stored())
    for value in (PHONE, NAME, "02-1111-2222", "chiu@example.com"):
        assert not [text for text in stored if value in text]
    assert not PersonalData.objects.filter(model="customers.contact").exclude(value__in=("", "—")).exists()
    assert not Finder(NAME).finds(Contact)
    row = Erasure.objects.get()
    assert (row.contacts, row.by, row.reason) == (1, manager, "asked by the person")


def test_only_a_retired_customer_is_erased_and_only_by_the_manager(retired, old, salesperson, manager, as_):
    with pytest.raises(PermissionDenied):
        erasing.erase(retired, reason="x", by=salesperson)
    living = make.make_customer(salesperson, name="Living")
    with pytest.raises(PermissionDenied):
        erasing.erase(living, reason="x", by=manager)
    assert as_(manager).get(page("customer_erase", living.pk)).status_code == 403
    assert as_(salesperson).get(page("customer_erase", retired.pk)).status_code == 403


def test_it_is_asked_twice_and_the_number_is_typed(retired, manager, as_):
    client, where = as_(manager), page("customer_erase", retired.pk)
    assert NAME in client.get(where).content.decode()
    assert where in client.get(retired.get_absolute_url()).content.decode()
    again = client.post(where, {"reason": "asked"})
    assert "Nobody can bring back" in again.content.decode()
    assert Contact.objects.filter(name=NAME).exists()
    wrong = client.post(where, {"reason": "asked", "number": "KH-0000"})
    assert "number" in wrong.context["form"].errors
    assert Contact.objects.filter(name=NAME).exists()
    assert client.post(where, {"reason": "asked", "number": retired.number.lower()}).status_code == 302
    assert not Contact.objects.filter(name=NAME).exists()
    assert Customer.objects.get(pk=retired.pk).state == "retired"
