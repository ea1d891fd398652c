"""Surveys: who is asked when and who is passed over, by link or phone, one answer a link, what low scores open (3.4.4)."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from aftersales import campaigning, questioning, surveying
from aftersales.clauses import asked_after_service
from aftersales.models import Answer, Feedback, Questionnaire, Survey, SurveyRefusal
from customers import erasing
from customers.models import Customer
from kernel import clock, letters
from kernel.advance import StepRefused, advance
from kernel.importing import Old, Walked, import_history
from kernel.models import Letter, Notice, Promise, Setting
from kernel.settings import forget
from kernel.steps import edges_of
from orders.models import Order, OrderLine
from tests.databases import in_threads
from tests.factories.aftersales import (
    answer,
    fresh,
    make_campaign,
    make_feedback,
    make_questionnaire,
    put_in_use,
    survey_path,
    walk,
)
from tests.factories.customers import make_contact, make_customer
from tests.factories.orders import signed_contract


def url(name, *args):
    return reverse(f"aftersales:{name}", args=args)


def field(survey, n):
    return f"q{surveying.questions_of(survey)[n].pk}"


@pytest.fixture
def served(customer, customer_service, quality):
    """A confirmed feedback of the customer, and the survey after it."""
    put_in_use(customer_service)
    row = walk(make_feedback(customer_service, customer), "confirmed", by=customer_service, solver=quality)
    assert campaigning.ask_after_service() == 1
    return Survey.objects.select_related("customer", "campaign", "questionnaire").get(feedback=row)


# --- questionnaires ---------------------------------------------------------------------------------------
def test_the_questionnaires_machine():
    assert edges_of(Questionnaire) == {("draft", "in_use"), ("draft", "retired"), ("in_use", "retired")}


def test_what_was_asked_never_changes_but_goes_on_in_a_new_version(as_, customer_service):
    service = as_(customer_service)
    assert url("questionnaires_usual") in service.get(url("questionnaire_list")).content.decode()
    service.post(url("questionnaires_usual"))
    assert Questionnaire.objects.filter(state="draft").count() == 3
    row = Questionnaire.objects.get(occasion="order")
    service.post(url("questionnaire_step", row.pk, "put_in_use"))
    question = row.questions.first()
    assert service.post(url("question_edit", question.pk), {"text_en": "Other"}).status_code == 403
    question.text_en = "Something else"
    with pytest.raises(ValidationError):
        question.save()
    service.post(url("questionnaire_version", row.pk))
    newer = Questionnaire.objects.get(occasion="order", edition=2)
    assert newer.questions.count() == row.questions.count()
    service.post(url("question_delete", newer.questions.first().pk))
    service.post(url("questionnaire_step", newer.pk, "put_in_use"))
    row.refresh_from_db()
    newer.refresh_from_db()
    assert (row.state, newer.state) == ("retired", "in_use")


def test_a_question_is_worded_in_three_languages_or_refused(as_, customer_service):
    row = make_questionnaire(customer_service, in_use=False)
    service, where = as_(customer_service), url("question_create", row.pk)
    data = {"kind": "choice", "text_zh_hant": "甲", "text_zh_hans": "甲", "text_en": "A", "position": 4,
            "options_zh_hant": "是\n否", "options_zh_hans": "是\n否", "options_en": "Yes"}  # fmt: skip
    refused = service.post(where, data)
    assert refused.status_code == 422
    assert "是\n否" in refused.content.decode()
    assert service.post(where, {**data, "text_en": ""}).status_code == 422
    assert service.post(where, {**data, "kind": "scale"}).status_code == 422
    assert service.post(where, {**data, "options_en": "Yes\nNo"}).status_code == 302
    assert row.questions.count() == 4
    empty = questioning.create(Questionnaire(name="空", occasion="campaign"), by=customer_service)
    with pytest.raises(StepRefused):
        advance(empty, "put_in_use", by=customer_service)


# --- who is asked -------------------------------------------------------------------------------------------
def test_after_a_confirmed_feedback_its_customer_is_asked_once_by_letter(served, customer, customer_service):
    assert campaigning.ask_after_service() == 0
    letter = Letter.objects.get(effect=f"survey:{served.pk}")
    assert (letter.address, letter.language) == ("wu@example.com", "zh-hant")
    assert "/c/survey/" in letters.text_of(letter)
    assert "/c/survey/" not in letter.body  # no table holds the address
    assert (served.department, served.asked_by, served.how) == ("quality", customer_service, "link")
    assert asked_after_service().kept == 1


@pytest.mark.clause("3.4.4a")
def test_a_feedback_that_nobody_was_asked_about_is_counted(customer, customer_service, quality):
    row = walk(make_feedback(customer_service, customer), "confirmed", by=customer_service, solver=quality)
    assert campaigning.ask_after_service() == 0  # there is no questionnaire
    with clock.at(clock.now() + timedelta(days=2)):
        found = asked_after_service()
    assert (found.broken, found.cases[0].url) == (1, row.get_absolute_url())


def test_nobody_is_asked_twice_in_a_short_time_and_the_reason_is_shown(
    as_, served, customer, customer_service, quality
):
    row = walk(make_feedback(customer_service, customer), "confirmed", by=customer_service, solver=quality)
    campaigning.ask_after_service()
    second = Survey.objects.get(feedback=row)
    assert second.passed_over == "recent"
    assert not Letter.objects.filter(effect=f"survey:{second.pk}").exists()
    assert customer.name in as_(customer_service).get(url("survey_list") + "?standing=passed").content.decode()
    Setting.objects.create(key="aftersales.survey_rest_days", value="0", effective_on=clock.today())
    forget()
    third = walk(make_feedback(customer_service, customer), "confirmed", by=customer_service, solver=quality)
    campaigning.ask_after_service()
    assert Survey.objects.get(feedback=third).passed_over == ""


def test_who_has_no_address_is_called_and_who_wishes_none_or_cannot_be_reached_is_passed_over(
    salesperson, customer_service
):
    rows = {name: make_customer(salesperson, name=name) for name in ("電話", "婉拒", "總機", "無從")}
    Customer.objects.filter(pk=rows["總機"].pk).update(phone="02-2345-6789")  # house: bulk (a test)
    make_contact(rows["電話"], email="", phone="03-555-1")
    SurveyRefusal.objects.create(contact=make_contact(rows["婉拒"], email="no@example.com"))
    make_campaign(customer_service, start=True)
    campaigning.run_campaigns()
    found = {s.customer_name: (s.how, s.passed_over) for s in Survey.objects.all()}
    assert found == {
        "電話": ("phone", ""), "婉拒": ("link", "refused"), "總機": ("phone", ""), "無從": ("link", "unreachable"),
    }  # fmt: skip
    assert Letter.objects.count() == 0


def old_order(customer, by, contract):
    """An order of the customer that was completed today."""
    order = Order(customer=customer, customer_name=customer.name, entered_by=by, contract=contract, number="SO-1",
                  completed_on=clock.today())  # fmt: skip
    path = ("placed", "in_production", "inspecting", "ready_to_ship", "shipped", "delivered", "completed")
    [row] = import_history([Old(order, [Walked(state) for state in path])], by=by)
    OrderLine.objects.create(order=row, description="量測儀", quantity=1, unit="台")
    return row


def test_after_a_completed_order_its_customer_is_asked_where_the_company_wants_it(
    customer, customer_service, salesperson, manager, legal, person
):
    put_in_use(customer_service, "order")
    contract = signed_contract(salesperson, manager, legal, person("legal"))
    order = old_order(customer, customer_service, contract)
    Setting.objects.create(key="aftersales.survey_orders", value="0", effective_on=clock.today())
    forget()
    assert campaigning.ask_after_service() == 0
    Setting.objects.update(value="1")
    forget()
    assert [campaigning.ask_after_service(), campaigning.ask_after_service()] == [1, 0]
    survey = Survey.objects.get(order=order)
    assert (survey.product, survey.occasion, survey.asked_by) == ("量測儀", "order", customer_service)
    assert order.number in Letter.objects.get(effect=f"survey:{survey.pk}").body


# --- the customer's page ---------------------------------------------------------------------------------------
def test_one_answer_a_link_and_every_other_string_opens_the_same_page(served):
    path, outside = survey_path(served), Client()
    assert outside.get(path).status_code == 200
    refused = outside.post(path, {field(served, 3): "謝謝"})
    assert refused.status_code == 422
    assert "謝謝" in refused.content.decode()
    data = {field(served, 0): 5, field(served, 1): 4, field(served, 3): "謝謝", "q999999": 1}
    sent = outside.post(path, data)
    assert (sent.status_code, sent.url) == (302, url("survey_thanks"))
    served.refresh_from_db()
    assert (served.answered_how, served.made) == ("link", None)
    assert [a.number for a in served.answers.order_by("question__position")] == [5, 4, None]
    dead = [outside.get(path), outside.post(path, data), outside.get(path[:-2] + "x/"), outside.get("/c/survey/x/"),
            outside.post(path + "no-more/")]  # fmt: skip
    assert {a.status_code for a in dead} == {404}
    assert (
        len({re.sub(r"<input[^>]*>", "", a.content.decode()) for a in dead}) == 1
    )  # but for the way back of its forms
    assert Answer.objects.count() == 3


def test_a_late_answer_and_one_to_a_closed_campaign_are_not_taken(customer, customer_service):
    campaign = make_campaign(customer_service, start=True)
    campaigning.run_campaigns()
    survey = Survey.objects.get()
    path, outside = survey_path(survey), Client()
    advance(campaign, "stop", by=customer_service, comment="文字有誤")
    assert not Letter.objects.exists()  # his letter was taken back before it was sent
    advance(type(campaign).objects.get(pk=campaign.pk), "resume", by=customer_service)
    campaigning.run_campaigns()
    assert survey_path(survey) == path
    assert outside.get(path).status_code == 200
    with clock.at(clock.now() + timedelta(days=30)):
        assert outside.get(path).status_code == 404
    advance(type(campaign).objects.get(pk=campaign.pk), "close", by=customer_service)
    assert outside.post(path, {field(survey, 0): 5}).status_code == 404
    assert not Answer.objects.exists()


def test_a_low_score_opens_a_feedback_with_all_that_it_owes_and_shows_its_page(served, customer, customer_service):
    outside = Client()
    data = {field(served, 0): 1, field(served, 1): 4, field(served, 3): "又壞了"}
    sent = outside.post(survey_path(served), data, follow=True)
    made = Feedback.objects.latest("pk")
    served.refresh_from_db()
    assert (served.made, made.kind, made.customer, made.earlier) == (made, "complaint", customer, served.feedback)
    assert "又壞了" in made.text
    assert made.number in sent.content.decode()
    assert set(Promise.objects.of(made).values_list("kind", flat=True)) == {"pass_on", "solve_by"}
    assert Notice.objects.filter(to=customer_service, row=made.pk).exists()


def test_who_asks_for_a_call_is_called(served):
    Client().post(survey_path(served), {field(served, 0): 5, field(served, 1): 5, "wants_call": "on"})
    assert Feedback.objects.latest("pk").kind == "inquiry"


@pytest.mark.clause("3.4.4b")
def test_by_phone_the_same_questions_are_answered_once(as_, served, customer_service, salesperson):
    service = as_(customer_service)
    where = url("survey_take", served.pk)
    page = service.get(where).content.decode()
    assert "03-555-0199" in page
    assert service.post(where, {field(served, 0): 9}).status_code == 422
    service.post(where, {field(served, 0): 4, field(served, 1): 5})
    served.refresh_from_db()
    assert (served.answered_how, served.taken_by) == ("phone", customer_service)
    assert Client().get(survey_path(served)).status_code == 404
    assert service.get(where).status_code == 403
    assert as_(salesperson).get(served.get_absolute_url()).status_code == 200


def test_whoever_wishes_no_surveys_says_so_by_his_link_and_takes_it_back_by_phone(as_, served, customer_service):
    assert Client().post(survey_path(served) + "no-more/").url == url("survey_refused")
    assert SurveyRefusal.objects.get().contact == served.contact
    as_(customer_service).post(url("survey_refusal", served.pk))
    assert not SurveyRefusal.objects.exists()


@pytest.mark.parametrize(
    ("region", "word"), [("TW", "您對處理結果滿意嗎"), ("CN", "您对处理结果满意吗"), ("other", "solution")]
)
def test_the_customer_reads_the_language_of_his_letter_until_he_chooses_another(served, region, word):
    Customer.objects.filter(pk=served.customer_id).update(region=region)  # house: bulk (a test)
    outside = Client()
    assert word in outside.get(survey_path(served)).content.decode()
    outside.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "solution" in outside.get(survey_path(served)).content.decode()


def test_too_many_forms_from_one_address_are_refused_and_told_so(served):
    Setting.objects.create(key="aftersales.public_tries", value="1", effective_on=clock.today())
    forget()
    outside, path = Client(), survey_path(served)
    data = {field(served, 0): 5, field(served, 1): 4}
    Client().post(reverse("aftersales:feedback_public"), {"kind": "inquiry", "text": "x", "name": "y", "reach": "z"})
    assert outside.post(path, data).status_code == 422
    assert not Answer.objects.exists()


@pytest.mark.database
def test_two_answers_at_once_keep_one(committed_db, customer, customer_service, quality):
    put_in_use(customer_service)
    row = walk(make_feedback(customer_service, customer), "confirmed", by=customer_service, solver=quality)
    campaigning.ask_after_service()
    survey = Survey.objects.select_related("questionnaire").get(feedback=row)
    done = in_threads(lambda score: answer(survey, score, score), [5, 4])
    assert sorted(result is None for result in done) == [False, True]
    assert Answer.objects.count() == 2


@pytest.mark.database
def test_the_database_holds_one_survey_for_a_feedback_and_one_answer_to_a_question(served):
    answer(served, 5, 5)
    again = Survey(occasion="feedback", feedback=served.feedback, customer=served.customer, asked_by=served.asked_by,
                   questionnaire=served.questionnaire, expires_at=clock.now())  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(survey=served, question=served.answers.first().question, number=1)


def test_what_customers_wrote_is_rewritten_when_persons_are_erased(served, customer, manager):
    answer(served, 5, 5, None, "吳佩珊很親切")
    rewrite = erasing.rewriter(["吳佩珊"])
    found = [p.after for p in erasing.passages_of(customer, ["吳佩珊"])]
    assert rewrite("吳佩珊很親切") in found
    assert fresh(served.feedback).state == "confirmed"
