"""The forms of customer development: the whole path by hand, lines and margins, second clicks, stale versions, bad input."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.models import Price
from customers.models import (
    Contact,
    Customer,
    FollowUp,
    Interaction,
    MarketInsight,
    Need,
    Opportunity,
    Proposal,
    Question,
    Risk,
    Segment,
    TermSheet,
)
from kernel import clock
from kernel.advance import advance
from kernel.models import Agreement, Promise
from tests.customers.pages import posted, url
from tests.factories import customers as make

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
PDF += (
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n"
)
PDF += b"0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"


def test_the_same_company_in_another_script_is_found_before_it_is_doubled(salesperson, other, as_):
    make.make_customer(other, name="鴻洲自動化股份有限公司")
    client = as_(salesperson)
    data = {"name": "鸿洲自动化有限公司", "region": "TW", "grade": "C"}
    answer = client.post(url("customer_create"), data)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "鴻洲自動化股份有限公司" in text and "Chen Other" in text and "KH-" not in text
    posted(client, url("customer_create"), **data, confirmed="1", another="Its plant in Kunshan")
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "javascript:alert(1)"), ("website", "data:text/html,x"), ("registration_number", "12345678"),
        ("name", "a\x00b"), ("name", " "), ("region", "XX"), ("segment", "9" * 30), ("grade", "Z"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_beside_its_field_and_kept(field, value, manager, as_):
    data = {"name": "Acme", "region": "TW", "grade": "C", "owner": manager.pk, field: value}
    answer = as_(manager).post(url("customer_create"), data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Customer.objects.exists()


def test_extra_fields_in_a_form_are_ignored(salesperson, other, as_):
    data = {
        "name": "Acme",
        "region": "TW",
        "grade": "C",
        "state": "retired",
        "owner": other.pk,
        "is_key": "on",
        "number": "KH-1",
    }
    posted(as_(salesperson), url("customer_create"), **data)
    customer = Customer.objects.get()
    assert (customer.state, customer.owner, customer.is_key) == ("active", salesperson, False)
    assert customer.number.startswith("KH-2")


def test_customers_are_found_by_name_pinyin_initials_and_number(salesperson, as_):
    customer = make.make_customer(salesperson, name="鴻洲自動化股份有限公司")
    client = as_(salesperson)
    for text in ("鴻洲", "鸿洲", "hongzhou", "hzzdh", customer.number, "自动"):
        assert customer.name in client.get(url("customer_list"), {"q": text}).content.decode(), text
    for text in ("%", "_", "' OR 1=1--", "nobody", "\x00"):
        assert customer.name not in client.get(url("customer_list"), {"q": text}).content.decode(), text


@pytest.mark.parametrize(
    "query", ["?owner=abc", "?after=%FF", "?grade=1", "?state__in=won", "?segment=-1", "?overdue=x"]
)
def test_odd_filters_break_nothing(query, opportunity, salesperson, as_):
    for name in ("board", "opportunity_list", "customer_list", "insight_list"):
        assert as_(salesperson).get(url(name) + query).status_code == 200


def test_a_stale_edit_shows_both_versions(opportunity, salesperson, manager, as_):
    page = url("need_edit", opportunity.pk)
    need = Need.objects.get()
    data = {"needs": "Mine", "pain_points": "p", "expected_solution": "e", "version": need.version}
    posted(as_(manager), page, **{**data, "needs": "Theirs"})
    answer = as_(salesperson).post(page, data)
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode() and "Mine" in answer.content.decode()
    assert Need.objects.get().needs == "Theirs"


def test_a_second_click_logs_one_contact(opportunity, salesperson, as_):
    contact = Contact.objects.get()
    data = {"channel": "phone", "contact": contact.pk, "at": "2026-01-05T10:00", "summary": "Once", "_key": "k1"}
    client = as_(salesperson)
    for _click in range(3):
        posted(client, url("interaction_create", opportunity.pk), **data)
    assert Interaction.objects.filter(summary="Once").count() == 1


def test_a_contact_of_another_customer_cannot_be_chosen(opportunity, salesperson, as_):
    foreign = make.make_contact(make.make_customer(salesperson, name="Foreign"), name="Somebody")
    data = {"channel": "phone", "contact": foreign.pk, "at": "2026-01-05T10:00", "summary": "x"}
    answer = as_(salesperson).post(url("interaction_create", opportunity.pk), data)
    assert answer.status_code == 422 and "contact" in answer.context["form"].errors


def test_the_whole_path_by_forms(salesperson, manager, as_):
    """From research to follow-up with nothing but what a browser sends."""
    client, boss = as_(salesperson), as_(manager)
    posted(client, url("segment_create"), name="Fabs")
    segment = Segment.objects.get()
    posted(client, url("customer_create"), name="Silan Equipment", region="TW", segment=segment.pk, grade="A")
    customer = Customer.objects.get()
    posted(client, url("contact_create", customer.pk), name="Ms Fan", email="fan@example.com", is_primary="on")
    contact = Contact.objects.get()
    posted(client, url("opportunity_create", customer.pk), name="Arms", source="inquiry", segment=segment.pk,
           currency="TWD", expected_value="7,300,000")  # fmt: skip
    opportunity = Opportunity.objects.get()
    pk = opportunity.pk
    step = lambda name, **data: client.post(url("opportunity_step", pk, name), data)  # noqa: E731
    assert step("screen").status_code == 422
    for kind in ("industry", "competitor"):
        posted(client, url("insight_create"), segment=segment.pk, kind=kind, channel="web", source="Journal",
               observed_on=str(clock.today()), content="News")  # fmt: skip
    posted(
        client, url("insight_analyse", MarketInsight.objects.first().pk), target_segment="Fabs", opportunity_seen="Arms"
    )
    assert step("screen").status_code == 302
    posted(client, url("opportunity_screening", pk), screening="key_development", screening_reason="Growing")
    assert Customer.objects.get().on_key_list
    scores = dict.fromkeys(("scale", "position", "potential", "willingness"), 2)
    scores |= {f"{c}_reason": "weak" for c in scores}
    posted(client, url("scorecard_edit", pk), **scores)
    posted(
        client,
        url("opportunity_profile", pk),
        basic_facts="b",
        business_scope="s",
        operating_condition="o",
        decision_tbc="on",
    )
    assert step("make_contact").status_code == 422
    posted(client, url("scorecard_agreement", pk), reason="A reference customer")
    posted(boss, reverse("kernel:agreement_step", args=[Agreement.objects.get().pk, "agree"]), comment="Yes")
    assert step("make_contact").status_code == 302
    posted(client, url("interaction_create", pk), channel="visit", contact=contact.pk, at="2026-01-05T10:00", summary="Met",
           introduced="on", willingness="Keen", needs_concerns="Speed", next_step="Proposal", next_on="2026-12-31")  # fmt: skip
    assert step("explore_needs").status_code == 302
    posted(client, url("need_edit", pk), needs="n", pain_points="p", expected_solution="e")
    file = SimpleUploadedFile("proposal.pdf", PDF, content_type="application/pdf")
    posted(client, url("proposal_create", pk), title="Plan", summary="Arms", file=file)
    posted(client, url("proposal_edit", Proposal.objects.get().pk), title="Plan", summary="Arms",
           sent_on=str(clock.today()), sent_to=contact.pk)  # fmt: skip
    posted(client, url("demonstration_create", pk), waived="on", waive_reason="He knows the product")
    posted(client, url("question_create", pk), kind="question", text="How fast?")
    question = Question.objects.get()
    posted(client, url("question_answer", question.pk), answer="7.5 s")
    assert Promise.objects.get(kind="answer").state == "kept"
    posted(client, url("question_accept", question.pk))
    assert step("negotiate").status_code == 422, "the decision process is still to be confirmed"
    posted(client, url("opportunity_profile", pk), basic_facts="b", business_scope="s", operating_condition="o",
           decision_process="The board decides")  # fmt: skip
    assert step("negotiate").status_code == 302
    product = make.make_product()
    lines = {"lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 0, "lines-0-product": product.pk, "lines-0-quantity": "10",
             "lines-0-unit_price": "700", "lines-0-discount_percent": "0", "lines-1-discount_percent": "0"}  # fmt: skip
    terms = {"form_of_cooperation": "f", "price_terms": "p", "payment_terms": "30/70", "delivery_terms": "d",
             "after_sales": "a", "currency": "TWD", "tax_rate": "5", "intention": "yes"}  # fmt: skip
    posted(client, url("termsheet_edit", pk), **terms, **lines)
    sheet = TermSheet.objects.get()
    assert (sheet.total, sheet.cost, sheet.needs_agreement) == (Decimal(7000), Decimal(6000), True)
    posted(client, url("termsheet_assess", pk), our_interest="i", risks="r", fairness="f")
    assert step("follow", follower=salesperson.pk).status_code == 422
    posted(client, url("margin_agreement", pk), reason="Strategic")
    waiting = Agreement.objects.get(clause="3.1.5c")
    posted(boss, reverse("kernel:agreement_step", args=[waiting.pk, "agree"]), comment="Once")
    assert step("follow", follower=salesperson.pk).status_code == 302
    assert Promise.objects.open().get(kind="follow_up").owed_by == salesperson
    posted(client, url("follow_up_create", pk), channel="phone", contact=contact.pk, at="2026-01-06T10:00",
           progress_reported="Draft sent", decision_state="Board", problems="Credit line")  # fmt: skip
    problem = Question.objects.get(kind="problem")
    posted(client, url("question_assign", problem.pk), assigned_to=manager.pk)
    assert FollowUp.objects.count() == 1


def test_a_line_takes_from_the_catalogue_what_is_left_empty(salesperson, as_):
    opportunity = make.make_opportunity(salesperson, stage="negotiation")
    product = make.make_product()
    price = product.price_on("TWD")
    rows = {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-product": product.pk, "lines-0-quantity": "2",
            "lines-0-discount_percent": "0"}  # fmt: skip
    terms = {"currency": "TWD", "tax_rate": "5", "intention": "yes"}
    client = as_(salesperson)
    refused = client.post(url("termsheet_edit", opportunity.pk), {**terms, **rows, "currency": "USD"})
    assert refused.status_code == 422 and "the catalogue has none" in refused.content.decode()
    posted(client, url("termsheet_edit", opportunity.pk), **terms, **rows)
    line = TermSheet.objects.get().lines.get()
    assert (line.description, line.unit, line.unit_price) == (product.name, product.unit, price.list_price)


def test_who_asks_the_manager_loses_nothing_of_what_he_typed(opportunity, salesperson, as_):
    make.agree_terms(opportunity, salesperson, unit_cost="900")
    said = {"our_interest": "A first order", "risks": "Few", "fairness": "Yes", "ask": "1"}
    answer = posted(as_(salesperson), url("termsheet_assess", opportunity.pk), **said)
    assert answer.url == url("margin_agreement", opportunity.pk)
    assert TermSheet.objects.get().our_interest == "A first order"
    page = as_(salesperson).get(answer.url).content.decode()
    assert "A first order" in page and "Send the request" in page


def test_a_below_floor_sheet_tells_the_salesperson_only_that_the_manager_is_needed(opportunity, salesperson, as_):
    make.agree_terms(opportunity, salesperson, unit_cost="900")
    text = as_(salesperson).get(url("termsheet_assess", opportunity.pk)).content.decode()
    assert "needs the manager" in text and "9,000" not in text and "10.00" not in text


def test_a_line_changed_by_the_salesperson_keeps_the_frozen_cost(opportunity, salesperson, as_):
    line = (
        opportunity.term_sheet.lines.get()
        if hasattr(opportunity, "term_sheet")
        else TermSheet.objects.get().lines.get()
    )
    sheet = TermSheet.objects.get()
    data = {name: getattr(sheet, name) for name in ("form_of_cooperation", "price_terms", "payment_terms", "delivery_terms",
            "after_sales", "currency", "tax_rate", "intention", "version")}  # fmt: skip
    rows = {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-id": line.pk, "lines-0-sheet": sheet.pk,
            "lines-0-product": line.product_id, "lines-0-description": "Arm", "lines-0-quantity": "10",
            "lines-0-unit_price": "950", "lines-0-discount_percent": "0", "lines-0-unit_cost": "1"}  # fmt: skip
    posted(as_(salesperson), url("termsheet_edit", opportunity.pk), **data, **rows)
    line.refresh_from_db()
    assert (line.unit_price, line.unit_cost) == (Decimal(950), Decimal(600))


def test_another_currency_brings_the_cost_of_that_currency(opportunity, salesperson, as_):
    sheet = opportunity.term_sheet
    line = sheet.lines.get()
    terms = {n: getattr(sheet, n) for n in ("form_of_cooperation", "price_terms", "payment_terms", "delivery_terms")}
    rows = {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-id": line.pk, "lines-0-sheet": sheet.pk,
            "lines-0-product": line.product_id, "lines-0-description": line.description, "lines-0-unit": line.unit,
            "lines-0-specification": line.specification, "lines-0-quantity": "10", "lines-0-unit_price": "1000",
            "lines-0-discount_percent": "0"}  # fmt: skip
    data = {**terms, "after_sales": sheet.after_sales, "tax_rate": "5", "intention": "yes", **rows}
    for currency, cost, percent in (("USD", "20", "98.00"), ("TWD", "600", "40.00"), ("EUR", None, None)):
        if currency == "USD":
            Price.objects.create(product=line.product, currency="USD", list_price=30, cost=20)
        posted(as_(salesperson), url("termsheet_edit", opportunity.pk), **data, currency=currency)
        sheet = TermSheet.objects.get()
        assert sheet.lines.get().unit_cost == (cost and Decimal(cost))
        assert sheet.margin_percent == (percent and Decimal(percent))
    assert sheet.needs_agreement


@pytest.mark.parametrize("value", ["1e400", "NaN", "-1", "101", "Infinity", "1" * 40])
def test_odd_figures_in_a_line_are_refused(value, opportunity, salesperson, as_):
    rows = {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-description": "x", "lines-0-quantity": "1",
            "lines-0-unit_price": "1", "lines-0-discount_percent": value}  # fmt: skip
    data = {"currency": "TWD", "tax_rate": "5", "intention": "pending", "version": TermSheet.objects.get().version}
    answer = as_(salesperson).post(url("termsheet_edit", opportunity.pk), {**data, **rows})
    assert answer.status_code == 422
    assert "discount_percent" in answer.context["lines"].forms[0].errors


def test_a_closed_opportunity_takes_no_more_evidence(opportunity, salesperson, as_):
    advance(opportunity, "lose", by=salesperson, comment="Too dear", data={"lost_reason": "price"})
    assert as_(salesperson).get(url("need_edit", opportunity.pk)).status_code == 403
    assert as_(salesperson).get(url("opportunity_detail", opportunity.pk)).status_code == 200


def test_the_manager_reassigns_with_what_is_open(salesperson, other, manager, as_):
    opportunity = make.make_opportunity(salesperson, stage="follow_up")
    page = url("customer_reassign", opportunity.customer_id)
    assert as_(salesperson).get(page).status_code == 403
    posted(as_(manager), page, to=other.pk, reason="New area")
    opportunity.refresh_from_db()
    assert (opportunity.owner, opportunity.follower, opportunity.customer.owner) == (other, other, other)
    assert set(Promise.objects.open().values_list("owed_by", flat=True)) == {other.pk}
    assert as_(salesperson).get(url("opportunity_detail", opportunity.pk)).status_code == 404


def test_a_departed_contact_leaves_the_lists_with_a_reason(opportunity, salesperson, as_):
    contact = Contact.objects.get()
    client = as_(salesperson)
    assert client.post(url("contact_leave", contact.pk), {"left_on": str(clock.today())}).status_code == 422
    posted(client, url("contact_leave", contact.pk), left_on=str(clock.today()), left_reason="Retired")
    form = client.get(url("interaction_create", opportunity.pk)).context["form"]
    assert contact not in form.fields["contact"].queryset


def test_a_risk_is_registered_and_controlled(opportunity, salesperson, manager, as_):
    data = {"text": "Late parts", "likelihood": 4, "impact": 4, "owner": salesperson.pk, "opportunity": opportunity.pk}
    posted(as_(salesperson), url("risk_create", opportunity.customer_id), **data)
    risk = Risk.objects.get()
    assert list(Risk.objects.high_open_for(opportunity)) == [risk]
    assert as_(salesperson).post(url("risk_step", risk.pk, "accept"), {"comment": "ok"}).status_code == 403
    assert as_(salesperson).post(url("risk_step", risk.pk, "control"), {"measure": "x"}).status_code in (404, 409)
    posted(as_(salesperson), url("risk_step", risk.pk, "report"), measure="Second source")
    assert "Second source" in as_(manager).get("/approvals/").content.decode()
    posted(as_(manager), url("risk_step", risk.pk, "confirm"))
    assert not Risk.objects.high_open_for(opportunity).exists()
