"""The search over everything: by name in either script, pinyin, initials and number; only what one may see; by keyboard."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.core.management import call_command

from contracts import collecting, quoting
from kernel import clock, searching
from kernel.models import SearchWord
from kernel.searching import fill_when_empty, rebuild, searchable_models, words_of
from tests.factories import contracts as papers
from tests.factories import customers as deals

pytestmark = pytest.mark.django_db


def titles(client, text):
    return {hit.title for _kind, hits in client.get("/search/", {"q": text}).context["results"] for hit in hits}


@pytest.fixture
def customer(salesperson):
    customer = deals.make_customer(salesperson, name="鴻洲自動化股份有限公司")
    deals.make_contact(customer, name="邱志宏")
    deals.make_opportunity(salesperson, customer, name="Robot cell 八軸")
    return customer


@pytest.mark.database
@pytest.mark.parametrize(
    "text",
    [
        "鴻洲",
        "鸿洲",
        "自動化",
        "自动化股份有限公司",
        "hongzhou",
        "HONG ZHOU",
        "zidonghua",
        "hzzdh",
        "zdh",
        "ｈｚ",
        " 鴻洲自動化",
    ],
)
def test_customer_is_found_however_it_is_written(as_, customer, salesperson, text):
    assert "鴻洲自動化股份有限公司" in titles(as_(salesperson), text)


@pytest.mark.database
def test_each_kind_is_found_by_what_it_is_called(as_, customer, salesperson, manager, legal):
    template = papers.make_template(legal, code="SALE-07", state="draft")
    client = as_(salesperson)
    for text, title in (
        (customer.number, customer.name), (customer.number[-4:], customer.name), ("zhihong", "邱志宏"), ("qzh", "邱志宏"),
        ("cell", "Robot cell 八軸"), ("bz", "Robot cell 八軸"), ("鸿洲", "Robot cell 八軸"), ("lin sales", "Lin Sales"),
    ):  # fmt: skip
        assert title in titles(client, text), text
    assert str(template) in titles(as_(legal), "sale-07")


@pytest.mark.database
def test_a_name_is_found_by_either_reading_of_a_character_that_two_scripts_share(as_, salesperson):
    name = deals.make_customer(salesperson, name="乾清宫酒店").name
    client = as_(salesperson)
    assert [
        text for text in ("乾清宫", "qianqing", "ganqing", "qqgjd", "gqgjd") if name not in titles(client, text)
    ] == []


@pytest.mark.database
def test_who_sees_hardly_any_of_too_many_hits_finds_his_own_all_the_same(
    as_, manager, salesperson, person, monkeypatch
):
    for name, value in (("WORDS", 6), ("FEW", 3), ("HANDFUL", 1)):
        monkeypatch.setattr(searching, name, value)
    other = person("salesperson")
    for number in range(6):
        deals.make_opportunity(other, deals.make_customer(other, name=f"鴻洲{number}廠"), name="Robot cell")
    mine = deals.make_customer(salesperson, name="鴻洲自動化")
    deals.make_opportunity(salesperson, mine, name="Robot of mine")
    assert titles(as_(salesperson), "hz") == {"鴻洲自動化", "Robot of mine"}
    assert len(titles(as_(manager), "hz")) > 2


def test_what_one_may_not_see_is_not_found(as_, customer, person, legal):
    papers.make_template(legal, code="SALE-07", state="draft")
    stranger = as_(person("salesperson"))
    for text in ("鴻洲", "hzzdh", customer.number, "邱志宏", "cell", "sale-07"):
        assert titles(stranger, text) == set(), text


@pytest.mark.parametrize("text", ["", " ", "%", "_", "'", "公司", "((", "x" * 1500, "𠮷", "\\"])
def test_odd_texts_find_nothing_and_break_nothing(as_, customer, salesperson, text):
    assert titles(as_(salesperson), text) == set()


def test_words_follow_a_change_of_name_and_cost_nothing_otherwise(
    as_, customer, salesperson, django_assert_num_queries
):
    words = set(SearchWord.objects.filter(kind="customers.customer", row=customer.pk).values_list("pk", flat=True))
    fresh = type(customer).objects.get(pk=customer.pk)
    fresh.note = "x"
    fresh.save()
    assert set(SearchWord.objects.filter(kind="customers.customer").values_list("pk", flat=True)) == words
    fresh.name = "光隆精密"
    fresh.save()
    assert titles(as_(salesperson), "hzzdh") == set()
    assert "光隆精密" in titles(as_(salesperson), "gljm")


def test_rebuilding_gives_the_same_words(customer):
    before = set(SearchWord.objects.values_list("kind", "row", "word"))
    SearchWord.objects.all().delete()
    call_command("rebuild_search", verbosity=0)
    assert set(SearchWord.objects.values_list("kind", "row", "word")) == before
    assert all(rebuild(model) is not None for model in searchable_models())


def test_what_was_never_searched_before_gets_its_words_after_a_migration(customer):
    before = SearchWord.objects.filter(kind="customers.contact").count()
    SearchWord.objects.filter(kind="customers.contact").delete()
    fill_when_empty(list(apps.get_app_configs())[-1])
    assert SearchWord.objects.filter(kind="customers.contact").count() == before > 0


@pytest.mark.database
def test_papers_money_seals_and_clauses_are_found_by_their_numbers_and_only_by_who_sees_them(
    as_, salesperson, manager, legal, custodian, person
):
    contract = papers.make_contract(salesperson, papers.make_template(legal, person("legal")))
    contract = papers.walk(contract, "ready_to_sign", manager=manager, legal=legal)
    request = papers.seal(contract, manager, custodian)
    contract = papers.sign(contract)
    planned = contract.planned_payments.first()
    invoice = collecting.request_invoice(planned, kind="uniform", amount=Decimal(7), by=salesperson)
    papers.pay(contract, person("finance"), 5, reference="BANK-77")
    quotation = quoting.quote(
        contract.opportunity, title="Cell offer", script="en", valid_until=clock.today(), by=salesperson
    )
    clause = papers.make_library_clause(legal, person("legal"), code="force-1")
    client = as_(salesperson)
    for text, title in (
        (quotation.number, "Cell offer"), ("Cell off", "Cell offer"), (f"{request.seal}", f"{request.number} {request.seal}"),
        (invoice.number, str(invoice)), ("bank-77", None), ("bkkl", str(clause)), ("force-1", str(clause)),
    ):  # fmt: skip
        found = titles(client, text)
        assert title in found if title else any("HK-" in one for one in found), text
    stranger = as_(person("salesperson"))
    for text in (quotation.number, str(request.seal), invoice.number, "bank-77"):
        assert titles(stranger, text) == set(), text


def test_words_are_few_and_short():
    words = words_of("股" * 5_000)
    assert len(words) <= 60
    assert max(map(len, words)) <= 40


def test_a_typed_word_is_answered_by_the_list_alone(as_, customer, salesperson):
    answer = as_(salesperson).get("/search/?q=hzzdh", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "鴻洲自動化" in page
    assert "<html" not in page


@pytest.mark.browser
def test_search_by_keyboard_alone(site, page, customer, salesperson):
    page.goto(f"{site.url}/login/")
    page.fill("[name=username]", salesperson.email)
    page.fill("[name=password]", "correct horse battery")
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{site.url}/")
    page.keyboard.press("/")
    page.keyboard.type("hzzdh", delay=20)
    page.wait_for_selector("#found a")
    page.keyboard.press("Escape")
    assert page.locator("#found a").count() == 0
    page.keyboard.press("/")
    page.keyboard.type("hzzdh", delay=20)
    page.wait_for_selector("#found a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(customer.get_absolute_url())
