"""The pages of customer development: who sees what, masked numbers, hidden margins, query budgets, forms by hand."""

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.models import Price
from customers.models import (
    Contact,
    Customer,
    Demonstration,
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
from kernel.advance import advance, begin
from kernel.models import Agreement, Promise
from tests.factories import customers as make

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
PDF += (
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n"
)
PDF += b"0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


def posted(client, address, **data):
    """Send a form with the version that its page shows; the answer must lead on."""
    page = client.get(address)
    form = page.context.get("form") if page.status_code == 200 and page.context else None
    if "version" in getattr(form, "fields", {}):
        data.setdefault("version", form.initial["version"])
    answer = client.post(address, data)
    errors = getattr(answer.context and answer.context.get("form"), "errors", "") if answer.status_code != 302 else ""
    assert answer.status_code == 302, (address, answer.status_code, errors)
    return answer


@pytest.fixture
def other(person, manager):
    """Another salesperson."""
    return person("salesperson", name="Chen Other", boss=manager)


@pytest.fixture
def opportunity(salesperson):
    """An opportunity in negotiation with a whole term sheet."""
    opportunity = make.make_opportunity(salesperson, stage="negotiation")
    make.agree_terms(opportunity, salesperson)
    return opportunity


LISTS = ["board", "opportunity_list", "opportunity_new", "customer_list", "insight_list", "segment_list", "risk_list"]
EVIDENCE = [
    "opportunity_detail", "opportunity_edit", "opportunity_research", "opportunity_screening", "scorecard_edit",
    "opportunity_profile", "interaction_create", "need_edit", "proposal_create", "demonstration_create", "question_list",
    "question_create", "questions_none", "termsheet_edit", "termsheet_assess", "follower_edit", "follow_up_create",
    "opportunity_history",
]  # fmt: skip
FILE = ["customer_detail", "customer_edit", "profile_edit", "customer_interaction", "contact_create", "opportunity_create",
        "risk_create", "customer_history"]  # fmt: skip


def test_every_page_opens_for_the_owner(opportunity, salesperson, as_):
    client = as_(salesperson)
    contact, insight = Contact.objects.get(), MarketInsight.objects.last()
    pages = [url(name) for name in (*LISTS, "customer_create", "insight_create", "segment_create")]
    pages += [url(name, opportunity.pk) for name in EVIDENCE]
    pages += [url(name, opportunity.customer_id) for name in FILE]
    pages += [url("contact_edit", contact.pk), url("contact_leave", contact.pk), url("insight_analyse", insight.pk)]
    pages += [
        url("insight_edit", insight.pk),
        url("segment_edit", insight.segment_id),
        url("proposal_edit", Proposal.objects.get().pk),
    ]
    pages += [url("question_answer", Question.objects.get().pk), url("opportunity_step", opportunity.pk, "follow")]
    failed = {page: client.get(page).status_code for page in pages}
    assert {page: status for page, status in failed.items() if status != 200} == {}


@pytest.mark.parametrize("name", EVIDENCE)
def test_a_foreign_opportunity_does_not_exist(name, opportunity, other, as_):
    assert as_(other).get(url(name, opportunity.pk)).status_code == 404


@pytest.mark.parametrize("name", FILE)
def test_a_foreign_customer_does_not_exist(name, opportunity, other, as_):
    assert as_(other).get(url(name, opportunity.customer_id)).status_code == 404


def test_lists_show_what_a_person_may_see(opportunity, other, manager, director, legal, as_):
    for name in ("board", "opportunity_list", "customer_list"):
        assert "Hongzhou" not in as_(other).get(url(name)).content.decode()
        assert "Hongzhou" in as_(manager).get(url(name)).content.decode()
        assert "Hongzhou" in as_(director).get(url(name)).content.decode()
    assert "Hongzhou" not in as_(legal).get(url("customer_list")).content.decode(), "not in a contract"
    assert as_(legal).get(url("board")).status_code == 404


def test_a_visible_opportunity_is_not_changed_by_the_director(opportunity, director, as_):
    client = as_(director)
    assert client.get(url("opportunity_detail", opportunity.pk)).status_code == 200
    for name in ("need_edit", "termsheet_edit", "opportunity_edit", "scorecard_edit"):
        assert client.get(url(name, opportunity.pk)).status_code == 403
        assert client.post(url(name, opportunity.pk), {"needs": "x"}).status_code == 403


def test_customer_service_helps_by_logging_only(opportunity, customer_service, as_):
    client = as_(customer_service)
    assert client.get(url("opportunity_detail", opportunity.pk)).status_code == 404
    opportunity.collaborators.add(customer_service)
    assert client.get(url("opportunity_detail", opportunity.pk)).status_code == 200
    assert client.get(url("need_edit", opportunity.pk)).status_code == 403
    contact = Contact.objects.get()
    data = {"channel": "phone", "contact": contact.pk, "at": "2026-01-05T10:00", "summary": "Called back"}
    posted(client, url("interaction_create", opportunity.pk), **data)
    assert Interaction.objects.get(summary="Called back").by == customer_service
    assert (
        client.post(
            url("opportunity_step", opportunity.pk, "lose"), {"lost_reason": "price", "comment": "x"}
        ).status_code
        == 403
    )


def test_numbers_of_contacts_are_absent_from_what_others_get(opportunity, salesperson, director, customer_service, as_):
    page = url("customer_detail", opportunity.customer_id)
    for reader in (salesperson, customer_service):
        assert b"03-578-1234" in as_(reader).get(page).content
    text = as_(director).get(page).content.decode()
    assert "03-578-1234" not in text and "chiu@example.com" not in text
    assert "…234" in text


def test_the_customers_own_number_is_masked_likewise_also_in_the_history(salesperson, director, as_):
    customer = make.make_customer(salesperson, name="鴻洲自動化股份有限公司", phone="02-8797-6543")
    customer.phone = "02-8797-9876"
    customer.save()
    pages = [url("customer_detail", customer.pk), url("customer_history", customer.pk)]
    assert all(b"02-8797-9876" in as_(salesperson).get(page).content for page in pages)
    assert not any(b"02-8797" in as_(director).get(page).content for page in pages)


def test_a_registration_number_is_found_in_any_case(salesperson):
    make.make_customer(salesperson, name="上海卓砺", registration_number="91310115MA1K3XYZ7A")
    assert Customer.objects.search("91310115ma1k").count() == 1


def test_cost_and_margin_never_reach_who_may_not_see_them(salesperson, manager, as_):
    opportunity = make.make_opportunity(salesperson, stage="negotiation")
    make.agree_terms(opportunity, salesperson, unit_cost="613.37")
    pages = [
        url(n, opportunity.pk)
        for n in ("opportunity_detail", "termsheet_edit", "termsheet_assess", "opportunity_history")
    ]
    pages += [url("board"), url("opportunity_list"), url("customer_detail", opportunity.customer_id)]
    text = "".join(as_(salesperson).get(page).content.decode() for page in pages)
    # moments and form tokens hold any digits
    text = re.sub(r'(datetime|value)="[^"]*"|\d\d:\d\d:\d\d\.\d+', "", text)
    assert "613" not in text and "6,133" not in text and "38.66" not in text
    seen = "".join(as_(manager).get(page).content.decode() for page in pages)
    assert "613.37" in seen and "38.66" in seen


def test_a_pooled_customer_shows_its_name_and_is_claimed(salesperson, other, as_):
    customer = make.make_customer(salesperson, address="Secret Road 7")
    make.make_contact(customer)
    advance(customer, "pool", by=salesperson, comment="No time")
    client = as_(other)
    text = client.get(url("customer_detail", customer.pk)).content.decode()
    assert "Hongzhou" in text and "Secret Road" not in text and "Chiu" not in text
    assert client.get(url("customer_history", customer.pk)).status_code == 404
    assert client.get(url("customer_edit", customer.pk)).status_code == 404
    posted(client, url("customer_step", customer.pk, "claim"))
    assert Customer.objects.get().owner == other
    assert "Secret Road" in client.get(url("customer_detail", customer.pk)).content.decode()


def test_nobody_lets_himself_into_a_customer(opportunity, salesperson, other, customer_service, as_):
    customer = opportunity.customer
    data = {"name": customer.name, "region": "TW", "grade": "C", "collaborators": [customer_service.pk]}
    assert as_(customer_service).get(url("opportunity_detail", opportunity.pk)).status_code == 404
    posted(as_(customer_service), url("customer_edit", customer.pk), **data, phone="04-1234")
    assert Customer.objects.get().phone == "04-1234"
    assert as_(customer_service).get(url("opportunity_detail", opportunity.pk)).status_code == 404
    posted(as_(salesperson), url("customer_edit", customer.pk), **{**data, "collaborators": [other.pk]})
    assert list(Customer.objects.get().collaborators.all()) == [other]
    posted(as_(other), url("customer_edit", customer.pk), **data)
    assert list(Customer.objects.get().collaborators.all()) == [other]


def test_the_customer_page_opens_on_what_he_is_waiting_for(opportunity, salesperson, as_):
    question = Question(opportunity=opportunity, text="When will it ship?")
    make_question = {"kind": "question", "text": question.text}
    posted(as_(salesperson), url("question_create", opportunity.pk), **make_question)
    text = as_(salesperson).get(url("customer_detail", opportunity.customer_id)).content.decode()
    assert text.index("When will it ship?") < text.index('id="deals"')


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


@pytest.mark.parametrize(
    ("name", "most"),
    [("board", 12), ("opportunity_list", 12), ("customer_list", 12), ("insight_list", 12), ("risk_list", 12)],
)
def test_lists_ask_the_same_few_questions_for_one_row_and_for_many(name, most, salesperson, as_, count_queries):
    make.make_opportunity(salesperson, stage="negotiation")
    client = as_(salesperson)
    client.get(url(name))
    one = count_queries(client, url(name))
    for n in range(3):
        customer = make.make_customer(salesperson, name=f"Customer {n}")
        for stage in ("research", "screening", "needs", "negotiation", "follow_up"):
            record = make.make_opportunity(salesperson, customer, stage=stage)
            begin(
                Risk(customer=customer, opportunity=record, text="r", likelihood=1, impact=1, owner=salesperson),
                by=salesperson,
            )
    many = count_queries(client, url(name))
    assert many <= most, (one, many)


@pytest.mark.parametrize("stage", ["negotiation", "follow_up"])
def test_detail_pages_stay_within_their_budget(stage, salesperson, as_, count_queries):
    record = make.make_opportunity(salesperson, stage=stage)
    make.agree_terms(record, salesperson)
    for _n in range(3):
        make.meet(record, salesperson)
    client = as_(salesperson)
    assert count_queries(client, url("opportunity_detail", record.pk)) <= 20
    assert count_queries(client, url("customer_detail", record.customer_id)) <= 20


@pytest.fixture
def count_queries():
    """Count what a page asks the database, without session, user and transaction."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from kernel import settings

    def count(client, address):
        settings.forget()
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        quiet = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        asked = [q["sql"] for q in found if not q["sql"].startswith(quiet)]
        asked = [sql for sql in asked if "django_session" not in sql and 'WHERE "organization_user"."id" = ' not in sql]
        return len(asked)

    return count


def test_board_and_list_say_how_far_the_evidence_is(salesperson, as_):
    record = make.make_opportunity(salesperson, stage="screening")
    make.give_scorecard(record, salesperson)
    board = as_(salesperson).get(url("board")).content.decode()
    assert ">1 missing<" in board and "2 of 3 items are there" in board
    assert "2 / 3" in as_(salesperson).get(url("opportunity_list")).content.decode()


def test_a_card_names_the_steps_that_its_owner_may_take(salesperson, director, as_):
    record = make.make_opportunity(salesperson, stage="screening")
    text = as_(salesperson).get(url("board")).content.decode()
    assert f"/opportunities/{record.pk}/make_contact/" in text and f"/opportunities/{record.pk}/lose/" in text
    assert "/lose/" not in as_(director).get(url("board")).content.decode()


def test_pages_stay_small(salesperson, as_):
    for n in range(12):
        make.make_opportunity(salesperson, make.make_customer(salesperson, name=f"Customer {n}"))
    for name in ("board", "opportunity_list", "customer_list"):
        assert len(as_(salesperson).get(url(name)).content) < 60_000, name


def test_scripts_in_text_are_shown_as_text(salesperson, as_):
    evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    customer = make.make_customer(salesperson, name=evil, note=evil)
    record = make.make_opportunity(salesperson, customer, name=evil)
    make.meet(record, salesperson, summary=evil)
    for page in (
        url("board"),
        url("customer_list"),
        url("customer_detail", customer.pk),
        url("opportunity_detail", record.pk),
    ):
        text = as_(salesperson).get(page).content.decode()
        assert "<script>alert" not in text and "<img src=x" not in text


def test_a_demonstration_is_held_or_waived_with_reason(opportunity, salesperson, as_):
    client, page = as_(salesperson), url("demonstration_create", opportunity.pk)
    before = Demonstration.objects.count()
    for data in ({}, {"waived": "on"}, {"waived": "on", "waive_reason": "r", "held_at": "2026-01-05T10:00"}):
        assert client.post(page, data).status_code == 422
    assert Demonstration.objects.count() == before
