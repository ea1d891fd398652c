"""The pages of orders: entered from a contract by hand, kept when something is wrong, asked about, changed (3.3.1, 3.3.6)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from kernel import clock
from kernel.clauses import REGISTRY
from kernel.hanging import forbidding
from kernel.models import Notice, Promise
from orders.lanes import COLUMNS, tracker_of
from orders.models import Order, OrderChange, OrderContact, OrderException
from tests.corpus.pages import posted, sent_by
from tests.factories.orders import fresh


def form_at(client, url, **changes):
    shown = client.get(url)
    assert shown.status_code == 200, shown.status_code
    return posted(client, url, {**sent_by(shown), **{name: [value] for name, value in changes.items()}}, {})


def test_customer_service_enters_fills_and_places_an_order(contract, customer_service, as_):
    client = as_(customer_service)
    assert contract.number in client.get(reverse("orders:order_list")).text
    url = reverse("orders:order_enter", args=[contract.pk])
    page = client.get(reverse("orders:order_create"))
    assert url in page.text
    client.post(url)
    order = Order.objects.get()
    edit = reverse("orders:order_edit", args=[order.pk])
    early = str(contract.signed_on - timedelta(1))
    refused = form_at(
        client, edit, ship_to="新竹市工業東路 8 號", **{"lines-0-deliver_on": early, "lines-0-quantity": "9999"}
    )
    assert refused.status_code == 422
    assert "That is before the contract was signed." in refused.text
    assert "The contract leaves 10 pcs open." in refused.text
    assert 'value="9999"' in refused.text
    saved = form_at(
        client,
        edit,
        ship_to="新竹市工業東路 8 號",
        **{
            "lines-0-requirements": "木箱",
            "lines-0-specification": "FM-200",
            "lines-0-deliver_on": str(clock.today() + timedelta(30)),
        },
    )
    assert saved.status_code == 302, saved.text
    assert (
        client.post(reverse("orders:order_step", args=[order.pk, "place"]), {"seen": fresh(order).version}).status_code
        == 302
    )
    assert fresh(order).state == "placed"
    page = client.get(order.get_absolute_url())
    assert all(name in page.text for name in ("Production", "Purchasing", "Quality inspection", "Logistics"))


def test_a_department_sees_no_amount_and_no_contract(placed, production, salesperson, as_):
    page = as_(production).get(placed.get_absolute_url())
    amount = f"{placed.contract.net_total:,.0f}"
    assert amount in as_(salesperson).get(placed.get_absolute_url()).text
    assert amount not in page.text
    assert placed.contract.number not in page.text
    assert as_(production).get(placed.contract.get_absolute_url()).status_code == 404


def test_a_talk_with_a_score_needs_a_word(placed, customer_service, as_):
    client, url = as_(customer_service), reverse("orders:ordercontact_create", args=[placed.pk])
    refused = form_at(client, url, score="4", remarks="")
    assert "Write down what he said about it." in refused.text
    assert form_at(client, url, score="4", remarks="交期可以").status_code == 302
    assert OrderContact.objects.get().score == 4


def test_a_problem_is_reported_by_a_department_and_solved_by_customer_service(
    placed, production, customer_service, as_
):
    url = reverse("orders:orderexception_create", args=[placed.pk])
    assert form_at(as_(production), url, kind="quality", what="鑄件有氣孔").status_code == 302
    row = OrderException.objects.get()
    client = as_(customer_service)
    assert row.what in client.get("/").text
    edit = reverse("orders:orderexception_edit", args=[row.pk])
    future = str(clock.today() + timedelta(1))
    assert "That day has not come yet." in form_at(client, edit, told_on=future).text
    assert (
        form_at(
            client, edit, cause="模具磨損", party="production", solution="重鑄", told_on=str(clock.today())
        ).status_code
        == 302
    )
    step = reverse("orders:orderexception_step", args=[row.pk, "resolve"])
    assert client.post(step, {"seen": OrderException.objects.get().version}).status_code == 302
    assert OrderException.objects.get().state == "resolved"


@pytest.mark.clause("2.2.2d", "2.2.3b")
def test_a_problem_is_given_to_the_customers_salesperson_who_solves_it(placed, salesperson, customer_service, as_):
    """Clauses 2.2.2d and 2.2.3b: named later on as well, he is told, owes it, finds it on his home, and ends it."""
    create = reverse("orders:orderexception_create", args=[placed.pk])
    service, seller = as_(customer_service), as_(salesperson)
    assert form_at(service, create, kind="other", what="客戶改了收貨地址").status_code == 302
    row = OrderException.objects.get()
    stage = Promise.objects.of(row).get(kind="stage")
    tell = Promise.objects.of(row).get(kind="tell_customer")
    assert (stage.owed_by, tell.owed_by) == (customer_service, customer_service)
    assert row.what not in seller.get("/").text
    edit = reverse("orders:orderexception_edit", args=[row.pk])
    assert form_at(service, edit, owner=str(salesperson.pk)).status_code == 302
    stage.refresh_from_db()
    tell.refresh_from_db()
    assert (stage.owed_by, tell.owed_by) == (salesperson, customer_service)
    assert Notice.objects.filter(to=salesperson, kind="exception").count() == 1
    assert row.what in seller.get("/").text
    with clock.at(stage.due_at + timedelta(minutes=1)):
        result = REGISTRY["2.2.2d"].result()
        assert (result.kept, result.broken, result.cases[0].who) == (0, 1, salesperson.name)
        assert REGISTRY["2.2.3b"].result().broken == 1
    done = {"cause": "客戶搬遷", "party": "customer", "solution": "改送新址", "told_on": str(clock.today())}
    assert form_at(seller, edit, **done).status_code == 302
    step = reverse("orders:orderexception_step", args=[row.pk, "resolve"])
    seller.post(step, {"seen": OrderException.objects.get().version})
    assert OrderException.objects.get().state == "resolved"
    result = REGISTRY["2.2.2d"].result()
    assert (result.kept, result.broken) == (1, 0)
    assert REGISTRY["2.2.3b"].result().kept == 1


def test_a_change_says_what_is_different_and_waits_in_the_managers_queue(placed, customer_service, manager, as_):
    (line,) = placed.line_rows
    url = reverse("orders:orderchange_create", args=[line.pk])
    client = as_(customer_service)
    assert "Enter what is to be different." in form_at(client, url, reason="客戶要求").text
    assert form_at(client, url, reason="客戶要求", requirements="加貼標籤").status_code == 302
    change = OrderChange.objects.get()
    assert change.reason in as_(manager).get(reverse("inbox")).text
    assert (
        as_(manager)
        .post(reverse("orders:orderchange_step", args=[change.pk, "approve"]), {"seen": change.version})
        .status_code
        == 302
    )
    assert fresh(placed).line_rows[0].requirements == "加貼標籤"


def test_a_customer_with_a_running_order_is_not_pooled(placed):
    assert placed.number in forbidding(placed.customer, "pool")


def test_a_bar_too_short_for_its_label_has_it_beside_and_keeps_its_true_length(placed):
    entered, promised = tracker_of(placed).lanes[0].bars
    assert (entered.column, entered.width, entered.label_width, entered.label_first) == (1, 1, 1, False)
    assert promised.width == 1 and promised.label_width
    assert promised.column + promised.room - 1 <= COLUMNS
