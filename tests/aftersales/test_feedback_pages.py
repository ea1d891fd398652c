"""Feedback through the pages: taken in, passed on, solved, told, and the customer's own page without an account (3.4)."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aftersales import serving
from aftersales.models import Feedback, FeedbackMessage
from kernel import clock, letters, links
from kernel.models import Letter
from orders import public
from orders.models import OrderContact
from tests.factories.aftersales import fresh, make_cause, make_feedback, report, walk
from tests.factories.orders import make_order, signed_contract

PDF_LIKE = SimpleUploadedFile("photo.png", b"MZ\x90\x00 this runs", content_type="image/png")


def url(name, *args):
    return reverse(f"aftersales:{name}", args=args)


def page_of(record, by):
    return urlsplit(links.address(serving.link_of(record, by=by))).path


def test_from_the_phone_to_the_customers_yes_by_his_link(as_, customer, customer_service, quality):
    service, solver = as_(customer_service), as_(quality)
    data = {
        "kind": "complaint", "severity": "high", "whose": customer.number, "channel": "phone", "subject": "主軸異音",
        "text": "開機有異音", "told": "letter",
    }  # fmt: skip
    answer = service.post(url("feedback_create"), {**data, "kind": ""})
    assert answer.status_code == 422
    assert "開機有異音" in answer.content.decode()
    service.post(url("feedback_create"), data)
    row = Feedback.objects.get()
    assert (row.customer, row.contact.email, row.told_at is not None) == (customer, "wu@example.com", True)
    assert service.get(url("feedback_bench")).status_code == 200
    service.post(url("feedback_step", row.pk, "assign"), {"department": "quality"})
    assert "主軸異音" in solver.get("/").content.decode()
    solver.post(url("feedback_step", row.pk, "investigate"))
    finding = {"cause_category": make_cause().pk, "cause": "軸承", "solution": "更換", "responsible": quality.pk}
    solver.post(url("feedback_finding", row.pk), {**finding, "version": fresh(row).version})
    solver.post(url("feedback_note", row.pk), {"text": "零件已到"})
    solver.post(url("feedback_step", row.pk, "solve"))
    solver.post(url("feedback_step", row.pk, "resolve"))
    assert fresh(row).state == "resolved"
    service.post(url("feedback_tell", row.pk), {"what": "result", "how": "letter", "text": "軸承已更換"})
    path = re.search(r"/c/feedback/\S+", letters.text_of(Letter.objects.latest("pk"))).group()
    outside = Client()
    shown = outside.get(path).content.decode()
    assert "軸承已更換" in shown
    assert "零件已到" not in shown
    assert outside.post(path, {"satisfied": "no"}).status_code == 422
    assert outside.post(path, {"satisfied": "yes", "score": "5"}).status_code == 302
    row = fresh(row)
    assert (row.state, row.rounds.get().score) == ("confirmed", 5)
    assert outside.post(path + "word/", {"text": "另一個問題"}).status_code == 302
    assert row.later.get().state == "received"


def test_no_department_reads_how_a_customer_is_reached(as_, customer, customer_service, quality):
    row = make_feedback(customer_service, customer, reporter="陳先生", reporter_reach="0912-345-678")
    walk(row, "resolved", by=customer_service, solver=quality)
    client = as_(quality)
    pages = [url("feedback_detail", row.pk), url("feedback_history", row.pk), url("feedback_list"), "/search/?q=FK"]
    pages += [url("feedback_bench"), "/exports/feedback.csv", "/notices/", "/promises/"]
    for where in pages:
        text = client.get(where).content.decode()
        assert not [c for c in ("0912-345-678", "wu@example.com", "03-555-0199") if c in text], where
    assert "0912-345-678" in as_(customer_service).get(url("feedback_detail", row.pk)).content.decode()


@pytest.mark.clause("3.4.1b")
def test_the_general_form_takes_what_people_write_and_nothing_of_robots(customer_service, db):
    client, where = Client(), url("feedback_public")
    data = {"kind": "inquiry", "text": "有沒有大一號的？", "name": "王先生", "reach": "wang@example.org"}
    assert client.post(where, {**data, "homepage": "http://spam.example"}).status_code == 302
    assert client.post(where, {**data, "text": ""}).status_code == 422
    assert client.post(where, {**data, "file": PDF_LIKE}).status_code == 422
    assert not Feedback.objects.exists()
    assert client.post(where, data).status_code == 302
    row = Feedback.objects.get()
    assert (row.state, row.channel, row.reporter_reach, row.handler) == ("received", "online", "wang@example.org", None)
    assert not Letter.objects.exists()
    for _turn in range(20):
        answer = client.post(where, data)
    assert answer.status_code == 422
    assert Feedback.objects.count() <= 10
    for language in ("zh-hant", "zh-hans", "en"):
        assert client.get(where, headers={"accept-language": language}).status_code == 200


def test_wrong_expired_and_other_links_get_one_answer(customer, customer_service):
    row = make_feedback(customer_service, customer)
    path, client = page_of(row, customer_service), Client()
    assert client.get(path).status_code == 200
    bodies = set()
    with clock.at(clock.now() + timedelta(days=400)):
        late = client.get(path)
    token = path.rsplit("/", 2)[1]
    wrong = [late, client.get(url("feedback_page", "x" * 43)), client.get(url("order_report", token))]
    wrong.append(client.post(url("feedback_word", "%00"), {"text": "x"}))
    for answer in wrong:
        assert answer.status_code == 404
        bodies.add(re.sub(r'(action|value|href|nonce)="[^"]*"', "", answer.content.decode()))
    assert len(bodies) == 1


@pytest.fixture
def order(salesperson, manager, legal, person, customer_service):
    """An order with a link."""
    return make_order(signed_contract(salesperson, manager, legal, person("legal")), customer_service)


def test_a_customer_reports_from_his_orders_page_and_rates_it(order, as_, customer_service, monkeypatch):
    monkeypatch.setitem(links._pages, public.PURPOSE, "aftersales:order_report")
    token = urlsplit(links.address(public.link_of(order, by=customer_service))).path.split("/")[3]
    client = Client()
    assert client.get(url("order_report", token)).status_code == 200
    answer = client.post(url("order_report", token), {"kind": "complaint", "text": "少了一箱"})
    row = Feedback.objects.get()
    assert (row.order, row.customer, row.told_at is not None) == (order, order.customer, True)
    assert row.number in client.get(answer.url).content.decode()
    client.post(url("order_rate", token), {"score": "2", "remarks": "太慢"})
    assert OrderContact.objects.get(order=order, how="link").score == 2
    parts = "".join(public.drawn_parts(order, token))
    assert f'href="{urlsplit(answer.url).path}' in parts
    assert row.number in as_(customer_service).get(order.get_absolute_url()).content.decode()


def test_a_customers_forms_bear_their_origin_and_speak_his_language(order, customer_service):
    token = urlsplit(links.address(public.link_of(order, by=customer_service))).path.split("/")[2]
    client = Client()
    shown = client.get(url("order_report", token))
    assert shown["Referrer-Policy"] == "same-origin", "with no-referrer a browser sends forms with the origin null"
    assert "您想告訴我們什麼" in shown.content.decode(), "his region's"
    asked = client.get(f"{url('order_report', token)}?lang=en")
    assert "What would you like to tell us?" in asked.content.decode()
    answer = client.post(f"{url('order_report', token)}?lang=en", {"kind": "complaint", "text": "One box is missing"})
    assert answer.url.endswith("?lang=en")
    assert "Promised" in client.get(answer.url).content.decode()


@pytest.mark.clause("3.4.1a")
def test_what_may_not_be_is_said_beside_the_field(as_, customer, customer_service, quality, manager):
    service = as_(customer_service)
    data = {
        "kind": "complaint",
        "severity": "high",
        "whose": "無此客戶",
        "channel": "phone",
        "subject": "x",
        "text": "y",
    }
    answer = service.post(url("feedback_create"), {**data, "promised_at": "2020-01-01T10:00"})
    assert set(answer.context["form"].errors) >= {"whose", "promised_at"}
    answer = service.post(url("feedback_create"), {**data, "whose": "", "reporter": "路人", "told": "letter"})
    assert set(answer.context["form"].errors) == {"told"}  # nobody knows his address
    assert not Feedback.objects.exists()
    row = walk(make_feedback(customer_service, customer), "resolved", by=customer_service, solver=quality)
    assert as_(quality).get(url("feedback_finding", row.pk)).status_code == 403
    assert as_(quality).get(url("feedback_tell", row.pk)).status_code in (403, 404)
    assert service.post(url("feedback_time", row.pk), {}).status_code == 403
    report(row, customer_service)
    answer = service.post(url("feedback_step", row.pk, "refuse"), {"answer": ""})
    assert "answer" in answer.context["form"].errors
    assert as_(manager).get(url("feedback_step", row.pk, "close")).status_code == 200


def test_pages_stay_within_their_budgets(as_, customer, customer_service, quality, django_assert_max_num_queries):
    rows = [make_feedback(customer_service, customer, subject=f"第 {n} 件") for n in range(4)]
    for row, state in zip(rows, ("assigned", "investigating", "solving", "resolved"), strict=True):
        walk(row, state, by=customer_service, solver=quality)
    client = as_(customer_service)
    for where, most in (
        (url("feedback_list"), 12), (url("feedback_bench"), 12), (url("feedback_detail", rows[3].pk), 20),
    ):  # fmt: skip
        client.get(where)
        with django_assert_max_num_queries(most + 4):  # session, person, roles, settings
            assert client.get(where).status_code == 200
    assert FeedbackMessage.objects.count() >= 4


def test_who_tries_very_many_dead_links_waits(db):
    client = Client()
    answers = [client.get(f"/c/feedback/{n:043d}/").status_code for n in range(31)]
    assert answers == [404] * 30 + [429]
    assert client.get(f"/c/order/{'x' * 43}/report/").status_code == 429


def test_an_empty_form_is_refused_beside_its_fields(db):
    answer = Client().post(reverse("aftersales:feedback_public"))
    assert answer.status_code == 422
    assert answer.context["form"].errors
