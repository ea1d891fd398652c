"""The ledger sorted by a column: kept in the address, each row on one page and once, whatever the column."""

import base64
import json
from datetime import date
from decimal import Decimal

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from contracts.models import Contract
from contracts.reports import SORTS, in_order
from kernel.views import keyset_page
from tests.factories.contracts import fresh, make_contract, walk
from tests.factories.customers import make_customer, make_opportunity

pytestmark = pytest.mark.django_db
LEDGER = "/contracts/ledger/"


@pytest.fixture
def rows(draft, salesperson):
    """Seven rows: equal days, names, amounts of two currencies, and two without an end of their period."""
    customers = [draft.customer, make_customer(salesperson, "安泰機電"), make_customer(salesperson, "Zeta Works")]
    for number in range(1, 8):
        values = {
            "pk": None,
            "number": f"HT-2026-9{number:03d}",
            "customer_id": customers[number % 3].pk,
            "currency": "CNY" if number % 2 else "TWD",
            "total": Decimal(100 * (number // 2)),
            "signed_on": date(2026, 5, 1 + number // 3),
            "period_start": None,
            "period_end": None if number > 5 else date(2027, 1, number),
        }
        row = fresh(draft)
        for name, value in values.items():
            setattr(row, name, value)
        Contract.objects.bulk_create([row])
    return Contract.objects.exclude(pk=draft.pk)


def walked(rows, order, size=2):
    """The numbers on all pages forwards, and again backwards from the last."""
    there, query = [], ""
    while True:
        page = keyset_page(RequestFactory().get(LEDGER + query), rows, order=order, size=size)
        there += [row.number for row in page.rows]
        if not page.older:
            break
        query = page.older
    back = [row.number for row in page.rows]
    while page.newer:
        page = keyset_page(RequestFactory().get(LEDGER + page.newer), rows, order=order, size=size)
        back = [row.number for row in page.rows] + back
    return there, back


@pytest.mark.parametrize("sort", [f"{way}{name}" for name in SORTS for way in ("", "-")])
def test_every_row_stands_on_one_page_in_order(rows, sort):
    found, order = in_order(rows, sort)
    expected = [row.number for row in found.order_by(*order)]
    assert len(expected) == 7
    assert walked(found, order) == (expected, expected)


def test_each_column_sorts_by_what_it_shows(rows):
    by = {}
    for sort in ("number", "-amount", "end", "customer", "-signed"):
        found, order = in_order(rows, sort)
        by[sort] = list(found.order_by(*order))
    assert [c.number for c in by["number"]] == sorted(c.number for c in by["number"])
    assert [c.currency for c in by["-amount"]] == ["CNY"] * 4 + ["TWD"] * 3
    for currency in ("CNY", "TWD"):
        amounts = [c.total for c in by["-amount"] if c.currency == currency]
        assert amounts == sorted(amounts, reverse=True)
    assert [c.period_end is None for c in by["end"]] == [False] * 5 + [True] * 2
    assert [c.signed_on for c in by["-signed"]] == sorted((c.signed_on for c in by["-signed"]), reverse=True)
    assert [c.customer.pinyin for c in by["customer"]] == sorted(c.customer.pinyin for c in by["customer"])


@pytest.fixture
def ledger(contract_in, salesperson, template, manager, legal):
    """Two signed contracts."""
    first = contract_in("signed")
    opportunity = make_opportunity(salesperson, make_customer(salesperson, "安泰機電"), stage="follow_up")
    return [first, walk(make_contract(salesperson, template, opportunity), "signed", manager=manager, legal=legal)]


def test_the_heads_say_how_the_list_is_sorted_and_turn_it_round(ledger, manager, as_):
    client = as_(manager)
    plain = client.get(LEDGER, {"currency": "TWD"})
    page = plain.content.decode()
    assert page.count("aria-sort") == 1 and 'aria-sort="descending"' in page
    assert plain.context["heads"]["amount"].url == "?currency=TWD&sort=-amount"
    key = base64.urlsafe_b64encode(json.dumps(["x", 1]).encode()).decode()
    by_amount = client.get(LEDGER, {"currency": "TWD", "sort": "-amount", "after": key})
    assert by_amount.context["heads"]["amount"].direction == "descending"
    assert by_amount.context["heads"]["amount"].url == "?currency=TWD&sort=amount"
    assert '<input type="hidden" name="sort" value="-amount">' in by_amount.content.decode()


@pytest.mark.parametrize("sort", ["", "-", "nothing", "-pk", "drafted_by__password", "--signed"])
def test_another_column_sorts_as_ever(ledger, manager, as_, sort):
    page = as_(manager).get(LEDGER, {"sort": sort})
    assert page.status_code == 200
    assert page.context["heads"]["signed"].direction == "descending"


def test_the_workbook_has_the_order_of_the_screen(ledger, manager, as_):
    from io import BytesIO

    from openpyxl import load_workbook

    answer = as_(manager).get(reverse("kernel:export_start", args=["ledger.xlsx"]), {"sort": "number"})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    numbers = [row[0].value for row in load_workbook(BytesIO(body)).active.iter_rows(min_row=2)]
    found = [n for n in numbers if str(n).startswith("HT-")]
    assert found == sorted(found) and len(found) == 2


def test_an_archived_contract_says_while_its_period_runs(contract_in):
    contract = contract_in("archived")
    assert contract.is_in_performance
    with translation.override("en"):
        assert contract.get_state_display() == "Archived · in performance"
        for end in (date(2020, 1, 1), None):
            contract.period_end = end
            assert contract.get_state_display() == "Archived"
