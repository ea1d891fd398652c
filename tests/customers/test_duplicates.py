"""Customers that may be the same: numbers by their rules, names nearly alike, phones; pairs that are found and settled."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from customers import duplicates, names, registration
from customers.models import Customer, DuplicatePair, NameGram
from kernel.advance import advance
from kernel.importing import Old, import_history
from tests.factories import customers as make

LIST = reverse("customers:duplicate_list")
NEW = reverse("customers:customer_create")


# --- registration numbers ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("region", "number", "is_valid"),
    [
        ("TW", "04595257", True),  # by the rule before 2023: divisible by 10
        ("TW", "04595252", True),  # by the rule since: divisible by 5
        ("TW", "10458574", True),  # a seven in the seventh place counts 1 or 0
        ("TW", "04595253", False), ("TW", "0459525", False), ("TW", "0459525A", False), ("TW", "٠٤٥٩٥٢٥٧", False),
        ("CN", "91310000775785552L", True), ("CN", "91310000775785552K", False), ("CN", "9131000077578555", False),
        ("HK", "whatever", True),
    ],
)  # fmt: skip
def test_a_registration_number_is_checked_by_its_regions_rule(region, number, is_valid):
    assert registration.is_valid(region, number) == is_valid


@given(st.text(max_size=30))
def test_any_text_is_answered_and_a_kept_number_stays_as_it_is(text):
    kept = registration.plain(text)
    assert registration.plain(kept) == kept
    assert registration.is_valid("TW", kept) in (True, False)
    assert registration.is_valid("CN", kept) in (True, False)


@pytest.mark.django_db
@pytest.mark.database
def test_two_living_customers_never_share_a_number(salesperson):
    first = make.make_customer(salesperson, registration_number="04595257")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.make_customer(salesperson, name="Other", registration_number="04595257")
    advance(first, "retire", by=salesperson, comment="closed")
    make.make_customer(salesperson, name="Other", registration_number="04595257")


@pytest.mark.django_db
def test_a_retired_customer_does_not_come_back_under_a_number_that_another_has(salesperson, manager, as_):
    first = make.make_customer(salesperson, registration_number="04595257")
    advance(first, "retire", by=salesperson, comment="closed")
    other = make.make_customer(salesperson, name="Other", registration_number="04595257")
    where = reverse("customers:customer_step", args=[first.pk, "reopen"])
    answer = as_(manager).post(where, {"comment": "back", "seen": Customer.objects.get(pk=first.pk).version})
    assert answer.status_code == 422
    assert other.number in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.clause("4.2.1a")
def test_a_number_that_another_has_is_refused_beside_its_field_with_whose_it_is(salesperson, person, manager, as_):
    make.make_customer(salesperson, name="Hongzhou", registration_number="04595257")
    other = person("salesperson", name="Chen Other", boss=manager)
    data = {"name": "Far Away", "region": "TW", "grade": "C", "registration_number": "０４５９-５２５７"}
    answer = as_(other).post(NEW, data)
    assert answer.status_code == 422
    (error,) = answer.context["form"].errors["registration_number"]
    assert "Hongzhou" in error
    assert "Lin Sales" in error


# --- names and phones that are nearly the same -----------------------------------------------------------
@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_the_same_both_ways_and_whole_for_the_same_name(one, other):
    a, b = names.name_key(one), names.name_key(other)
    assert names.likeness(a, b) == names.likeness(b, a)
    assert 0 <= names.likeness(a, b) <= 100
    assert not a or names.likeness(a, a) == 100


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("03-578-1234", "+886 3 578 1234", True), ("０３５７８１２３４", "(03)5781234 分機 12", True),
        ("021-5888 1234", "0086-21-58881234 ext.5", True), ("03-578-1234", "03-578-1235", False), ("110", "110", False),
    ],
)  # fmt: skip
def test_a_phone_is_compared_without_country_zero_and_extension(one, other, is_same):
    assert (names.phone_key(one) == names.phone_key(other) != "") == is_same


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize(
    ("name", "phone", "why"),
    [
        ("鸿洲自动化有限公司", "", ("name",)), ("宏洲自動化", "", ("near",)), ("鴻洲自動化設備", "", ("near",)),
        ("遠東紡織", "03 578 1234", ("phone",)), ("遠東紡織", "", ()), ("自動門", "", ()),
    ],
)  # fmt: skip
def test_a_customer_is_found_by_what_is_nearly_its_name_or_its_phone(name, phone, why, salesperson):
    customer = make.make_customer(salesperson, name="鴻洲自動化股份有限公司", phone="+886-3-578-1234")
    found = duplicates.alike_to(name, phone=phone)
    assert [(a.customer, a.why) for a in found] == ([(customer, why)] if why else [])


@pytest.mark.django_db
def test_finding_asks_the_same_however_many_customers(salesperson, django_assert_num_queries):
    for n in range(12):
        make.make_customer(salesperson, name=f"鴻洲自動化{n}廠")
    duplicates.setting("customers.similar_percent")
    with django_assert_num_queries(3):
        assert len(duplicates.alike_to("鴻洲自動化")) == duplicates.SHOWN


@pytest.mark.django_db
def test_saving_all_the_same_asks_for_a_reason_that_settles_the_pair(salesperson, as_):
    first = make.make_customer(salesperson, name="鴻洲自動化股份有限公司")
    client, data = as_(salesperson), {"name": "鴻洲自動化設備有限公司", "region": "TW", "grade": "C"}
    page = client.post(NEW, data)
    assert page.status_code == 422
    assert first.number in page.content.decode()
    assert not page.context["form"].errors
    refused = client.post(NEW, {**data, "confirmed": "1", "another": " "})
    assert refused.status_code == 422
    assert "another" in refused.context["form"].errors
    assert client.post(NEW, {**data, "confirmed": "1", "another": "The subsidiary in Tainan"}).status_code == 302
    pair = DuplicatePair.objects.get()
    assert (pair.settled_by, pair.reason) == (salesperson, "The subsidiary in Tainan")
    assert "鴻洲" not in client.get(LIST).content.decode()


@pytest.mark.django_db
def test_of_a_hidden_duplicate_only_name_and_owner_are_told(salesperson, person, manager, as_):
    hidden = make.make_customer(salesperson, name="鴻洲自動化股份有限公司", phone="03-578-1234")
    other = person("salesperson", name="Chen Other", boss=manager)
    page = as_(other).post(NEW, {"name": "宏洲自動化", "region": "TW", "grade": "C", "phone": "03-5781234"})
    text = page.content.decode()
    assert "Lin Sales" in text
    assert "Ask the manager" in text
    assert hidden.number not in text
    assert "same phone" not in text


# --- pairs ---------------------------------------------------------------------------------------------
@pytest.fixture
def pair(salesperson):
    """Two customers nearly of one name."""
    make.make_customer(salesperson, name="鴻洲自動化股份有限公司")
    duplicates.compare(make.make_customer(salesperson, name="鴻洲自動化設備有限公司"))
    return DuplicatePair.objects.get()


@pytest.mark.django_db
def test_imported_customers_are_compared_by_the_job_once(salesperson):
    rows = [
        Customer(name=n, owner=salesperson, number=f"K{i}", imported=True)
        for i, n in enumerate(("聯成光電", "联成光电"))
    ]
    for row in rows:
        row.fill_keys()
    import_history([Old(row) for row in rows], by=salesperson)
    assert not NameGram.objects.exists()
    assert duplicates.compare_new() == 2
    assert duplicates.compare_new() == 0
    assert DuplicatePair.objects.get().why == "name"


@pytest.mark.django_db
def test_a_pair_goes_when_one_of_the_two_is_renamed_and_stays_when_it_was_settled(pair, salesperson):
    duplicates.settle(pair, reason="two plants", by=salesperson)
    pair.second.name = "遠東紡織"
    pair.second.save()
    duplicates.compare(pair.second)
    assert DuplicatePair.objects.filter(pk=pair.pk).exists()
    DuplicatePair.objects.filter(pk=pair.pk).update(settled_at=None)
    duplicates.compare(pair.second)
    assert not DuplicatePair.objects.exists()


@pytest.mark.django_db
def test_the_owner_says_why_they_are_two_and_the_pair_leaves_the_list(pair, salesperson, customer_service, as_):
    client = as_(salesperson)
    assert pair.first.name in client.get(LIST).content.decode()
    assert as_(customer_service).get(pair.get_absolute_url()).status_code == 403
    assert client.post(pair.get_absolute_url(), {"reason": ""}).status_code == 422
    assert client.post(pair.get_absolute_url(), {"reason": "Two plants"}).status_code == 302
    assert pair.first.name not in client.get(LIST).content.decode()
    assert client.get(pair.get_absolute_url()).status_code == 404


@pytest.mark.django_db
def test_editing_another_fact_does_not_ask_about_duplicates_again(pair, salesperson, as_):
    where = reverse("customers:customer_edit", args=[pair.second_id])
    data = {"name": pair.second.name, "region": "TW", "version": pair.second.version, "industry": "Automation"}
    assert as_(salesperson).post(where, data).status_code == 302


@pytest.mark.django_db
def test_a_number_from_before_the_rule_hinders_no_other_change(salesperson, as_):
    customer = make.make_customer(salesperson, registration_number="OLD-1")
    where = reverse("customers:customer_edit", args=[customer.pk])
    data = {"name": customer.name, "region": "TW", "registration_number": "OLD-1", "version": 1, "industry": "Pumps"}
    assert as_(salesperson).post(where, data).status_code == 302
    assert Customer.objects.get().registration_number == "OLD-1"
    assert as_(salesperson).post(where, {**data, "registration_number": "OLD-2", "version": 2}).status_code == 422
