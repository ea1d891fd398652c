"""The given sample data, where present: loaded whole and quickly, and its figures equal the truths beside it."""

import csv
import time
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Count, F
from django.utils import translation

from config.management.commands.import_samples import samples_folder
from kernel.models import StateChange
from kernel.steps import edges_of
from orders.models import Order
from orders.reports import (
    new_customers_by_salesperson_and_quarter,
    punctuality_by_quarter,
    sold_by_salesperson_and_quarter,
)

FOLDER = samples_folder()
ABSENT = f"SAMPLES ABSENT: {FOLDER} holds no sample data (set BYLAW_SAMPLES); the import of real data is NOT tested"
here = (FOLDER / "crm" / "opportunities.csv").is_file()
pytestmark = [pytest.mark.samples, pytest.mark.slow, pytest.mark.skipif(not here, reason=ABSENT)]


def sample(path):
    with (FOLDER / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker, request):
    """Everything imported once for this module, in a transaction that is rolled back; the value is what was said."""
    from io import StringIO

    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic(), translation.override("en"):
        out, begin = StringIO(), time.monotonic()
        call_command("import_samples", stdout=out, stderr=StringIO())
        yield out.getvalue(), time.monotonic() - begin
        transaction.set_rollback(True)


def test_every_row_of_the_samples_is_taken_in_within_a_minute(said):
    assert said[0].splitlines() == [
        "employees (employees.csv): 9 added, 0 already there.",
        "products (products.csv): 77 added, 0 already there.",
        "customers (customers.csv): 91 added, 0 already there.",
        "contacts (customers.csv): 91 added, 0 already there.",
        "orders (orders.csv): 830 added, 0 already there.",
        "order_lines (order_lines.csv): 2155 added, 0 already there.",
        "employees (sales_teams.csv): 20 added, 0 already there.",
        "products (products.csv): 7 added, 0 already there.",
        "customers (accounts.csv): 85 added, 0 already there.",
        "opportunities (opportunities.csv): 3874 added, 0 already there.",
        "feedback (problem_events.csv): 1474 added, 0 already there.",
    ]
    assert said[1] < 60


def test_won_lost_win_rate_and_value_equal_the_truth(said, db):
    from customers.closings import closed_by_owner_and_quarter

    found = [
        (r.owner, r.period, r.closed, r.won, r.lost, r.win_rate, r.values.get("USD", Decimal(0)))
        for r in closed_by_owner_and_quarter()
    ]
    truth = [
        (
            t["sales_agent"],
            t["quarter"],
            *(int(t[n]) for n in ("closed", "won", "lost")),
            Decimal(t["win_rate_pct"]),
            Decimal(t["won_value"]),
        )
        for t in sample("truth_opportunities_by_agent_quarter.csv")
    ]
    assert len(truth) == 60
    assert found == truth


def test_every_deal_stands_where_the_sample_says_with_its_own_author_and_dates(said, db):
    from customers.models import Opportunity

    states = {"Prospecting": "research", "Engaging": "first_contact", "Won": "won", "Lost": "lost"}
    expected = {
        row["opportunity_id"]: (
            states[row["stage"]],
            row["sales_agent"],
            row["account"] or "unknown (import)",
            row["product"].replace("GTXPro", "GTX Pro"),
            row["close_date"] or "None",
            Decimal(row["close_value"]) if row["close_value"] else None,
        )
        for row in sample("crm/opportunities.csv")
    }
    rows = Opportunity.objects.values_list(
        "number", "state", "owner__name", "customer__name", "product__name", "closed_on", "expected_value"
    )
    assert {number: (*rest[:4], str(rest[4]), rest[5]) for number, *rest in rows} == expected


def test_every_deal_walked_its_legal_path_and_no_date_was_invented(said, db):
    from customers.models import Opportunity
    from kernel import clock

    changes = StateChange.objects.filter(model="customers.opportunity")
    assert set(changes.values_list("from_state", "to_state")) <= edges_of(Opportunity)
    assert set(changes.values_list("imported", flat=True)) == {True}
    steps = Counter(changes.values_list("to_state", flat=True))
    closed, engaged = 1918 + 1126, 1918 + 1126 + 626
    assert steps == {
        "screening": engaged,
        "first_contact": engaged,
        "needs": closed,
        "negotiation": closed,
        "follow_up": closed,
        "won": 1918,
        "lost": 1126,
    }
    deals = {str(pk): number for pk, number in Opportunity.objects.values_list("pk", "number")}
    given = {row["opportunity_id"]: (row["engage_date"], row["close_date"]) for row in sample("crm/opportunities.csv")}
    wrong = []
    for row, state, at in changes.values_list("row", "to_state", "at"):
        engage, close = given[deals[str(row)]]
        expected = {"first_contact": engage, "won": close, "lost": close}.get(state, "")
        if (str(clock.local(at).date()) if at else "") != expected:
            wrong.append((row, state, at))
    assert wrong == []


def test_the_import_leaves_no_promise_and_no_notice(said, db):
    from kernel.models import Notice, Promise

    assert (Promise.objects.count(), Notice.objects.count()) == (0, 0)


def test_customers_products_and_superiors_are_those_of_the_samples(said, db):
    from catalog.models import Product
    from customers.models import Contact, Customer
    from organization.models import User

    assert Customer.objects.count() == 91 + 85 + 1
    assert set(Customer.objects.values_list("imported", flat=True)) == {True}
    northwind = {row["company_name"]: row["contact_name"] for row in sample("northwind/customers.csv")}
    assert dict(Contact.objects.values_list("customer__name", "name")) == northwind
    listed = {f"NW-{row['product_id']}": Decimal(row["list_price"]) for row in sample("northwind/products.csv")}
    prices = Product.objects.filter(code__startswith="NW-").values_list("code", "prices__list_price")
    assert dict(prices) == listed
    assert not User.objects.get(employee_no="NW-2").boss
    teams = Counter(row["manager"] for row in sample("crm/sales_teams.csv"))
    bosses = User.objects.filter(team__email__endswith="@crm.example").values_list("name").annotate(n=Count("team"))
    assert dict(bosses) == teams
    assert User.objects.filter(boss=F("pk")).count() == 0


def test_a_second_run_adds_nothing(said, db):
    from io import StringIO

    out = StringIO()
    with translation.override("en"):
        call_command("import_samples", stdout=out, stderr=StringIO())
    assert all(": 0 added, " in line for line in out.getvalue().splitlines())


def test_every_change_is_in_the_history_with_its_state(said, db):
    from customers.models import Opportunity

    history = Opportunity.history.model.objects
    assert history.filter(state="research").count() == 3874
    assert history.filter(state="won").count() == 1918
    assert set(history.values_list("history_change_reason", flat=True)) == {"imported"}


def test_order_value_by_employee_and_quarter_equals_the_truth_in_both_roundings(said, db):
    found = [
        (s.salesperson, s.period, s.orders, s.amount, s.line_rounded)
        for s in sold_by_salesperson_and_quarter(Order.objects.filter(imported=True))
    ]
    truth = [
        (
            t["employee_name"],
            t["quarter"],
            int(t["orders"]),
            Decimal(t["order_value"]),
            Decimal(t["order_value_line_rounded"]),
        )
        for t in sample("truth_sales_by_employee_quarter.csv")
    ]
    assert len(truth) == 72
    assert found == sorted(truth)


@pytest.mark.parametrize(("basis", "column"), [("ordered_on", "order_date"), ("promised_on", "required_date")])
def test_on_time_delivery_by_quarter_equals_the_truth(said, db, basis, column):
    found = [
        (p.period, p.orders, p.shipped, p.not_shipped, p.on_time, p.late, p.rate)
        for p in punctuality_by_quarter(Order.objects.filter(imported=True), basis=basis)
    ]
    names = ("orders", "shipped", "not_shipped", "on_time", "late")
    truth = [
        (t["quarter"], *(int(t[name]) for name in names), Decimal(t["on_time_pct_of_shipped"]))
        for t in sample("truth_on_time_delivery_by_quarter.csv")
        if t["quarter_basis"] == column
    ]
    assert found == truth
    assert (sum(row[5] for row in found), sum(row[3] for row in found)) == (37, 21)


def test_new_customers_by_employee_and_quarter_equal_the_truth(said, db):
    truth = sample("truth_new_customers_by_employee_quarter.csv")
    found = new_customers_by_salesperson_and_quarter(Order.objects.filter(imported=True))
    assert found == sorted((t["employee_name"], t["quarter"], int(t["new_customers"])) for t in truth)


def test_each_order_stands_where_the_sample_says_with_its_true_days_and_people(said, db):
    expected = {
        row["order_id"]: (
            "completed" if row["shipped_date"] else "placed",
            row["order_date"],
            row["shipped_date"] or "None",
        )
        for row in sample("northwind/orders.csv")
    }
    rows = Order.objects.filter(imported=True).values_list("number", "state", "ordered_on", "shipped_on")
    assert {number: (state, str(ordered), str(shipped)) for number, state, ordered, shipped in rows} == expected
    changes = StateChange.objects.filter(model="orders.order")
    assert set(changes.values_list("from_state", "to_state")) <= edges_of(Order)
    assert set(changes.exclude(to_state__in=("placed", "shipped")).values_list("at", flat=True)) == {None}
