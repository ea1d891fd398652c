"""Figures of deliveries and of feedback: counted right, opened to their rows, within the budget whatever the volume."""

from datetime import timedelta

import pytest
from django.urls import reverse

from aftersales import figures
from aftersales.models import Feedback
from benchmarks.counting import own_queries
from kernel import clock, jobs
from kernel.importing import Old, import_history
from kernel.models import Promise
from kernel.periods import Period
from kernel.settings import forget
from orders.models import Order, OrderLine
from orders.problems import raise_exception
from tests.factories.aftersales import make_cause, make_feedback, make_measure, report, walk
from tests.factories.customers import make_product

LIST, DETAIL, BENCH = 12, 20, 12


def url(name, *args):
    return reverse(f"aftersales:{name}", args=args)


@pytest.fixture
def delivered(customer, customer_service):
    """Give a function: an order of a product, promised, shipped and completed so many days ago."""
    count = iter(range(1, 1000))

    def make(promised, shipped, product="三次元量測儀"):
        today, number = clock.today(), f"OLD-{next(count):03}"
        row = Order(
            number=number, legacy_number=number, customer=customer, customer_name=customer.name, imported=True,
            promised_on=today - timedelta(days=promised), shipped_on=today - timedelta(days=shipped),
            completed_on=today - timedelta(days=shipped), entered_by=customer_service, ordered_on=today,
        )  # fmt: skip
        from config.importing.orders import path_to

        import_history([Old(row, path_to(row.ordered_on, row.ordered_on, None))], by=customer_service)
        OrderLine.objects.create(
            order=row, product=make_product(), description=product, quantity=1, unit="pcs", position=1
        )
        return Order.objects.get(pk=row.pk)

    return make


def test_deliveries_are_counted_by_month_customer_and_product_and_open_to_their_rows(
    delivered, customer, customer_service, as_
):
    good, late = delivered(10, 10), delivered(10, 5)
    wrong = delivered(9, 9, product="雷射測頭")
    complained = delivered(8, 8)
    raise_exception(wrong, kind="wrong_goods", what="型號不符", by=customer_service)
    make_feedback(customer_service, customer, order=complained)
    old = delivered(800, 700)
    (in_time,) = figures.in_time_by("customer", customer_service, {})
    assert (in_time.label, in_time.part, in_time.whole, in_time.percent) == (customer.name, 3, 4, 75)
    assert [(s.label, s.part, s.whole) for s in figures.right_by("product", customer_service, {})] == [("三次元量測儀", 2, 3), ("雷射測頭", 0, 1)]  # fmt: skip
    assert sum(s.whole for s in figures.in_time_by("month", customer_service, {})) == 4
    client = as_(customer_service)
    page = client.get(url("delivery_figures"))
    assert page.status_code == 200
    shown = client.get(url("delivery_orders") + "?good=no").text
    assert late.number in shown
    assert good.number not in shown
    shown = client.get(url("delivery_lines") + "?good=no").text
    assert wrong.number in shown
    assert complained.number in shown
    assert late.number not in shown
    wide = f"?since={clock.today() - timedelta(days=900)}&product=三次元量測儀"
    assert old.number in client.get(url("delivery_orders") + wide).text
    for odd in (
        "?since=x&until=2025-13-40",
        "?since=0001-01-01",
        "?good=maybe",
        "?product=%E7%94%B2",
    ):
        for name in ("delivery_figures", "delivery_orders", "delivery_lines", "feedback_figures", "feedback_list"):
            assert client.get(url(name) + odd).status_code == 200, (name, odd)


def test_feedback_is_counted_by_what_it_was_about_and_opens_to_its_rows(
    customer, customer_service, quality, manager, as_
):
    solved = walk(
        make_feedback(customer_service, customer, product="主軸"), "resolved", by=customer_service, solver=quality
    )
    make_feedback(customer_service, customer, kind="inquiry", severity="low")
    late = make_feedback(customer_service, customer, product="主軸")
    with clock.at(Promise.objects.of(late).get(kind="pass_on").due_at + timedelta(minutes=1)):
        jobs.escalate_overdue()
    by_cause = list(figures.feedback_by("cause", customer_service, {}))
    assert [(r["name"], r["number"], r["in_time"], r["escalations"]) for r in by_cause] == [
        (None, 2, 0, 2), ("加工不良", 1, 1, 0),
    ]  # fmt: skip
    by_kind = {r["name"]: (r["number"], r["complaints"]) for r in figures.feedback_by("kind", customer_service, {})}
    assert by_kind == {"complaint": (2, 2), "inquiry": (1, 0)}
    client = as_(customer_service)
    page = client.get(url("feedback_figures")).text
    assert f"?source=cause:{make_cause().pk}" in page
    period = Period.of({}).query
    for query, number in (
        (period(cause=make_cause().pk), 1), (period(cause="none"), 2), (period(product="主軸"), 2),
        (period(escalated="yes"), 2), (period(again="yes"), 0), (period(department="quality"), 1), ("until=2001-01-01", 0),
    ):  # fmt: skip
        assert len(client.get(url("feedback_list") + f"?{query}").context["page"].rows) == number, query
    report(solved, customer_service)
    answer = client.get(reverse("kernel:export_start", args=["feedback-figures.csv"]) + "?by=department")
    assert answer.status_code == 200
    assert "quality" in b"".join(answer).decode()


def test_every_page_keeps_its_budget_whatever_the_number_of_rows(
    delivered, customer, customer_service, quality, manager, as_
):
    client = as_(customer_service)
    pages = {
        "delivery_figures": LIST, "delivery_orders": LIST, "delivery_lines": LIST, "feedback_figures": LIST,
        "measure_list": LIST, "mail_list": LIST, "feedback_bench": BENCH, "feedback_list": LIST,
    }  # fmt: skip

    def grow(number):
        for n in range(number):
            delivered(10 + n, 9, product=f"產品 {n}")
            row = make_feedback(customer_service, customer, subject=f"第 {n} 件")
            walk(row, ("assigned", "resolved")[n % 2], by=customer_service, solver=quality)
            measures.append(make_measure(manager, quality, source=f"feedback:{row.pk}"))

    def cost(address):
        forget()
        with own_queries() as asked:
            assert client.get(address).status_code == 200, address
        return len(asked)

    measures = []
    grow(2)
    found = {name: cost(url(name)) for name in pages} | {"measure": cost(measures[0].get_absolute_url())}
    grow(4)
    again = {name: cost(url(name)) for name in pages} | {"measure": cost(measures[0].get_absolute_url())}
    assert again == found
    assert {name: n for name, n in found.items() if n > pages.get(name, DETAIL)} == {}
    assert Feedback.objects.count() == 6
