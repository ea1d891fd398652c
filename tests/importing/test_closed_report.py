"""The page of won and lost: everybody counts what he may see."""

import re

import pytest
from django.urls import reverse

from tests.importing.conftest import MAPPINGS

DEALS = """no,name,customer,owner,product,stage,engaged,closed,value
D1,P,C1,Lin Sales,,won,2016-01-05,2016-03-31,10.50
D2,P,C1,Lin Sales,,won,2017-01-05,2017-04-01,2000
D3,P,C1,Lin Sales,,lost,2017-01-05,2017-04-02,0
D4,P,C1,Amy,,won,2017-01-05,2017-01-31,77777
"""


@pytest.fixture
def deals(take, salesperson, person):
    """Closed deals of two salespeople over two years."""
    person("salesperson", name="Amy")
    take("customers", "no,name,site,region,owner\nC1,Acme,,TW,\n")
    take("opportunities", DEALS, mapping=MAPPINGS["opportunities"])


def rows_of(client, query=""):
    page = client.get(reverse("customers:closed_report") + query)
    assert page.status_code == 200
    cells = re.findall(r"<tr>(.*?)</tr>", re.search(r"<tbody>(.*?)</tbody>", page.text, re.S)[1], re.S)
    return [re.sub(r"<[^>]+>", " ", row).split() for row in cells]


def test_the_manager_sees_all_and_the_latest_year_first(deals, as_, manager):
    client = as_(manager)
    lin = ["Lin", "Sales", "2017Q2", "2", "1", "1", "50.00", "%", "US$", "2,000"]
    assert rows_of(client) == [["Amy", "2017Q1", "1", "1", "0", "100.00", "%", "US$", "77,777"], lin]
    assert rows_of(client, "?year=2016") == [["Lin", "Sales", "2016Q1", "1", "1", "0", "100.00", "%", "US$", "10.50"]]
    assert rows_of(client, "?year=x") == rows_of(client)


def test_a_salesperson_counts_only_what_he_may_see(deals, as_, salesperson):
    assert [row[:3] for row in rows_of(as_(salesperson))] == [["Lin", "Sales", "2017Q2"]]
    assert "77,777" not in as_(salesperson).get(reverse("customers:closed_report")).text


def test_for_others_there_is_no_such_page(db, as_, custodian):
    assert as_(custodian).get(reverse("customers:closed_report")).status_code == 404


def test_nothing_closed_is_said(db, as_, manager):
    assert "Nothing is closed yet" in as_(manager).get(reverse("customers:closed_report")).text


def test_the_page_asks_the_database_a_fixed_number_of_questions(deals, as_, manager, django_assert_max_num_queries):
    client = as_(manager)
    with django_assert_max_num_queries(16):  # session, user and the page around it included
        client.get(reverse("customers:closed_report"))
