"""Campaigns: prepared, run in batches, stopped and gone on with, once each quarter; what the answers say; the report (3.4.4)."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from aftersales import campaigning, reports_surveys, results, tasks
from aftersales.models import Campaign, ReturnVisit, Survey
from config.celery import app
from kernel import clock, mailing
from kernel.advance import StepRefused, advance
from kernel.models import Letter, Link
from kernel.steps import edges_of
from tests.databases import in_threads
from tests.factories.aftersales import answer, bought, make_campaign, make_questionnaire, put_in_use
from tests.factories.customers import make_contact, make_customer, make_segment
from tests.pdfs import text_of


def url(name, *args):
    return reverse(f"aftersales:{name}", args=args)


def customers(salesperson, number, **fields):
    """So many customers whose address is known."""
    rows = []
    for n in range(number):
        rows.append(make_customer(salesperson, name=f"客戶{n:03}股份有限公司", **fields))
        make_contact(rows[-1], name=f"窗口{n}", email=f"c{n}@example.com")
    return rows


def fresh(campaign):
    return Campaign.objects.get(pk=campaign.pk)


def test_the_machine_has_these_steps_and_no_other():
    assert edges_of(Campaign) == {
        ("draft", "running"), ("draft", "stopped"), ("running", "stopped"), ("stopped", "running"),
        ("running", "finished"), ("stopped", "finished"),
    }  # fmt: skip


def test_it_asks_whom_it_is_for_and_only_by_a_questionnaire_in_use(as_, customer_service, salesperson, manager):
    segment = make_segment()
    mine = make_customer(salesperson, name="甲", grade="A", segment=segment)
    make_customer(salesperson, name="乙", grade="C", segment=segment)
    make_customer(salesperson, name="丙", grade="A")
    bought(mine, customer_service)
    draft = make_questionnaire(customer_service, name="草稿", in_use=False)
    service = as_(customer_service)
    data = {"title": "A 級客戶", "questionnaire": draft.pk, "choice": ["A", "B"], "segment": segment.pk,
            "orders_since": clock.today(), "ends_on": clock.today() + timedelta(days=20)}  # fmt: skip
    assert service.post(url("campaign_create"), data).status_code == 422
    data["questionnaire"] = make_questionnaire(customer_service).pk
    past = service.post(url("campaign_create"), {**data, "ends_on": clock.today()})
    assert past.status_code == 422
    assert "A 級客戶" in past.content.decode()
    service.post(url("campaign_create"), data)
    campaign = Campaign.objects.get()
    assert campaign.grades == "A,B"
    assert list(campaigning.asked_by(campaign)) == [mine]
    edit = service.get(url("campaign_edit", campaign.pk)).content.decode()
    assert re.findall(r'name="choice" value="(\w+)"[^>]*checked', edit) == ["A", "B"]
    with pytest.raises(PermissionDenied):
        advance(campaign, "start", by=manager)
    with clock.at(clock.now() + timedelta(days=21)), pytest.raises(StepRefused):
        advance(campaign, "start", by=customer_service)


def test_a_running_campaign_shows_how_far_it_is_with_and_without_scripts(as_, customer_service, salesperson):
    customers(salesperson, 3)
    campaign = make_campaign(customer_service, start=True)
    service = as_(customer_service)
    page = service.get(campaign.get_absolute_url()).content.decode()
    assert 'hx-trigger="every 2s"' in page
    part = service.get(campaign.get_absolute_url(), headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    campaigning.run_campaigns()
    mailing.send_letters()
    progress = campaigning.progress_of(fresh(campaign))
    assert (progress.total, progress.reached, progress.sent, progress.is_under_way) == (3, 3, 3, False)
    assert "every 2s" not in service.get(campaign.get_absolute_url()).content.decode()


def test_stopped_between_two_batches_it_sends_nothing_more_and_goes_on_without_asking_anybody_twice(
    customer_service, salesperson
):
    customers(salesperson, 10)
    campaign = make_campaign(customer_service, start=True)
    assert campaigning.batch(campaign.pk, 4)
    mailing.send_letters(limit=1)
    advance(campaign, "stop", by=customer_service, comment="文字有誤")
    assert campaigning.run_campaigns() == 0
    assert mailing.send_letters() == 0
    assert Survey.objects.filter(written_at=None).count() == 3
    advance(fresh(campaign), "resume", by=customer_service)
    campaigning.run_campaigns()
    assert mailing.send_letters() == 9
    assert (Survey.objects.count(), Letter.objects.count(), Link.objects.filter(purpose="survey").count()) == (
        10,
        10,
        10,
    )
    assert Letter.objects.values("address").distinct().count() == 10
    advance(fresh(campaign), "close", by=customer_service)
    assert campaigning.run_campaigns() == 0


def test_it_closes_by_itself_when_its_time_is_over(customer_service, salesperson):
    customers(salesperson, 1)
    campaign = make_campaign(customer_service, start=True)
    campaigning.run_campaigns()
    with clock.at(clock.now() + timedelta(days=22)):
        campaigning.run_campaigns()
    assert fresh(campaign).state == "finished"


@pytest.mark.database
def test_two_workers_at_once_ask_each_customer_once(committed_db, customer_service, salesperson):
    customers(salesperson, 30)
    make_campaign(customer_service, start=True)
    results_ = in_threads(lambda _n: campaigning.run_campaigns(5), range(3))
    assert not [r for r in results_ if isinstance(r, Exception)]
    assert Survey.objects.count() == Letter.objects.count() == 30


def test_one_campaign_each_quarter_and_none_where_the_company_wants_none(customer_service, salesperson):
    rows = customers(salesperson, 2)
    bought(rows[0], customer_service)
    assert campaigning.begin_quarters_campaign() is None  # no questionnaire yet
    put_in_use(customer_service, "quarter")
    made = campaigning.begin_quarters_campaign()
    assert campaigning.begin_quarters_campaign() is None
    campaigning.run_campaigns()
    assert [s.customer for s in made.surveys.all()] == [rows[0]]
    assert made.surveys.get().product == "量測儀"
    with clock.at(clock.now() + timedelta(days=92)):
        assert campaigning.begin_quarters_campaign().quarter != made.quarter


# --- what the answers say ---------------------------------------------------------------------------------------
@pytest.fixture
def answered(customer_service, salesperson):
    """A campaign: six customers asked, five answered, one of them in words."""
    for n, row in enumerate(customers(salesperson, 6)):
        bought(row, customer_service, product=f"產品{n % 2}")
    campaign = make_campaign(customer_service, start=True)
    campaigning.run_campaigns()
    scores = [(5, 3), (4, 3), (5, 3), (4, 3), (5, 3, "交期太長")]
    for survey, values in zip(Survey.objects.order_by("pk"), scores, strict=False):
        answer(survey, *values)
    return fresh(campaign)


def test_figures_by_question_product_department_and_time(answered, manager):
    found = results.chosen(manager, {})
    response = results.response(found)
    assert (response.asked, response.answered, response.rate) == (6, 5, 83)
    quality, delivery = results.by_question(found)
    assert (quality.average, delivery.average) == (Decimal("4.6"), Decimal("3.0"))
    assert quality.points == [("1", 0), ("2", 0), ("3", 0), ("4", 2), ("5", 3)]
    assert quality.rows[-1] == ("5", 3, 60)
    assert [(m.average, m.number) for m in results.by_department(found)] == [(Decimal("3.0"), 5), (Decimal("4.6"), 5)]
    assert {m.label: m.average for m in results.by_product(found)} == {"產品0": Decimal("4.0"), "產品1": Decimal("3.5")}
    assert [m.label for m in results.by_month(found)] == [f"{clock.today():%Y-%m}"]
    assert results.by_quarter(found)[0].number == 10
    assert results.satisfaction(found).average == Decimal("3.8")
    assert [a.text for a in results.words(found)] == ["交期太長"]
    weak = results.weak_points(results.by_question(found), results.by_product(found))
    assert [w.average for w in weak] == [Decimal("3.0"), Decimal("3.5")]
    nobody = results.satisfaction(results.chosen(manager, {"until": "2001-01-01"}))
    assert nobody is None


def test_nps_counts_promoters_less_detractors(customer_service, salesperson, manager):
    rows = customers(salesperson, 4)
    for row in rows:
        bought(row, customer_service)
    put_in_use(customer_service, "quarter")
    campaigning.begin_quarters_campaign()
    campaigning.run_campaigns()
    for survey, nps in zip(Survey.objects.order_by("pk"), (10, 9, 7, 6), strict=True):
        answer(survey, 5, 5, 5, nps, 1, 2)
    asked = {a.question.kind: a for a in results.by_question(Survey.objects.all())}
    assert asked["nps"].nps == 25
    assert asked["yes_no"].points[0][1] == 4
    assert asked["choice"].points[2][1] == 4


def test_the_pages_show_charts_with_their_tables_and_the_texts(as_, answered, manager, salesperson, person):
    page = as_(manager).get(url("survey_results") + f"?campaign={answered.pk}").content.decode()
    assert page.count('<svg class="chart"') >= 2
    assert page.count("<table") >= 5
    assert "交期太長" in page
    assert "交期太長" in as_(manager).get(url("survey_words")).content.decode()
    assert "交期太長" in as_(salesperson).get(url("survey_results")).content.decode()
    other = as_(person("salesperson", name="Other"))
    assert "交期太長" not in other.get(url("survey_results")).content.decode()
    assert other.get(answered.get_absolute_url()).status_code == 404


def test_the_report_is_a_pdf_with_the_same_figures(as_, answered, manager):
    response = as_(manager).get(url("campaign_report", answered.pk))
    assert response["Content-Type"] == "application/pdf"
    text = text_of(response.content)
    assert answered.number in text
    assert "交期太長" in text


def test_answers_are_taken_out_as_csv_and_xlsx(as_, answered, manager):
    for what in ("surveys.csv", "campaigns.xlsx", "survey-answers.csv", "visits.csv"):
        assert as_(manager).get(reverse("kernel:export_start", args=[what])).status_code == 200
    sent = as_(manager).get(reverse("kernel:export_start", args=["survey-answers.csv"])).getvalue().decode()
    assert "交期太長" in sent


def test_the_figures_cost_the_same_however_many_answers(answered, customer_service, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        reports_surveys.figures(answered.surveys.all(), answered.questionnaire)


def test_the_jobs_of_the_schedule_find_their_work_and_may_run_twice(customer_service, salesperson):
    rows = customers(salesperson, 2)
    put_in_use(customer_service)
    with clock.at(clock.now() - timedelta(days=400)):
        old = make_customer(salesperson, name="老客戶")
    bought(old, customer_service)
    bought(rows[0], customer_service)
    for _run in range(2):
        for job in (tasks.schedule_visits, tasks.ask_after_service, tasks.run_campaigns):
            job()
    assert ReturnVisit.objects.get().customer == old
    assert set(Survey.objects.values_list("customer", flat=True)) == {rows[0].pk, old.pk}
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} >= {
        f"aftersales.tasks.{name}" for name in ("schedule_visits", "ask_after_service", "run_campaigns")
    }  # fmt: skip
