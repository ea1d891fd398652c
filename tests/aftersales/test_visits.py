"""Return visits: who is due when, once each; made, not reached, skipped with leave; grievances; the rate (2.2.3c)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from aftersales import reports, visiting
from aftersales.clauses import visited_in_time
from aftersales.models import Feedback, ReturnVisit, VisitCadence
from customers import merging
from customers.models import Customer
from kernel import clock
from kernel.advance import StepRefused, advance
from kernel.models import Promise, StateChange
from kernel.steps import edges_of
from tests.databases import in_threads
from tests.factories.aftersales import bought, make_visit, record_visit
from tests.factories.customers import make_customer


def url(name, *args):
    return reverse(f"aftersales:{name}", args=args)


def buyer(salesperson, name, by, *, days_ago=400, **fields):
    """A customer who has bought, taken in some time ago."""
    with clock.at(clock.now() - timedelta(days=days_ago)):
        row = make_customer(salesperson, name=name, **fields)
    bought(row, by)
    return row


def test_the_machine_has_these_steps_and_no_other():
    assert edges_of(ReturnVisit) == {
        ("due", "visited"), ("due", "asked"), ("asked", "skipped"), ("asked", "due"), ("due", "dropped"),
        ("asked", "dropped"),
    }  # fmt: skip


def test_each_grade_has_its_days_and_a_customer_his_own(salesperson, customer_service):
    ages = {"key": 30, "A": 60, "B": 90, "C": 180}
    rows = {g: buyer(salesperson, f"客戶{g}", customer_service, grade=g, days_ago=d - 8) for g, d in ages.items()}
    rows["key flag"] = buyer(salesperson, "重要客戶", customer_service, grade="C", is_key=True, days_ago=22)
    prospect = make_customer(salesperson, name="潛在客戶")
    assert visiting.schedule_visits() == 0  # eight days to go, and they are asked for seven before
    with clock.at(clock.now() + timedelta(days=1)):
        assert visiting.schedule_visits() == 5
        assert visiting.schedule_visits() == 0
        assert {v.customer for v in ReturnVisit.objects.all()} == set(rows.values())
        assert {v.due_on for v in ReturnVisit.objects.all()} == {clock.today() + timedelta(days=7)}
        assert visiting.next_visit_on(prospect) is None
    visiting.set_cadence(prospect, days=14, reason="新產品試用", by=salesperson)
    with clock.at(clock.now() + timedelta(days=8)):
        assert visiting.schedule_visits() == 1
    assert ReturnVisit.objects.get(customer=prospect).days == 14


def test_the_job_catches_up_without_making_anything_late(salesperson, customer_service):
    row = buyer(salesperson, "久未回訪", customer_service, grade="A", days_ago=900)
    assert visiting.schedule_visits() == 1
    visit = ReturnVisit.objects.get(customer=row)
    assert visit.due_on == clock.today() + timedelta(days=7)
    promise = Promise.objects.of(visit).get()
    assert (promise.kind, promise.permission, promise.clause) == (
        "return_visit",
        "aftersales.record_feedback",
        "2.2.3c",
    )


@pytest.mark.database
def test_the_database_holds_one_open_visit_for_a_customer(customer, customer_service):
    make_visit(customer)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_visit(customer)


@pytest.mark.database
def test_two_runs_at_once_make_one_visit_each(committed_db, salesperson, customer_service):
    for n in range(3):
        buyer(salesperson, f"客戶{n}", customer_service)
    in_threads(lambda _n: visiting.schedule_visits(), range(2))
    assert ReturnVisit.objects.count() == 3


def test_a_visit_with_a_grievance_makes_a_feedback_and_the_next_visit_is_counted_from_it(
    as_, salesperson, customer_service, manager
):
    row = buyer(salesperson, "永晟醫材", customer_service, grade="A")
    visiting.schedule_visits()
    visit = ReturnVisit.objects.get()
    service = as_(customer_service)
    assert "永晟醫材" in service.get("/").content.decode()
    step = url("returnvisit_step", visit.pk, "record")
    assert service.post(step, {"how": "phone", "visited_on": clock.today(), "outcome": ""}).status_code == 422
    tomorrow = clock.today() + timedelta(days=1)
    assert service.post(step, {"how": "phone", "visited_on": tomorrow, "outcome": "好"}).status_code == 422
    data = {
        "how": "phone",
        "visited_on": clock.today(),
        "outcome": "設備正常",
        "grievance": "交期太長",
        "severity": "high",
    }
    assert service.post(step, data).status_code == 302
    visit.refresh_from_db()
    assert (visit.state, visit.handler, visit.is_in_time) == ("visited", customer_service, True)
    made = Feedback.objects.get()
    assert (made, made.kind, made.severity, made.text, made.customer) == (
        visit.feedback, "complaint", "high", "交期太長", row
    )  # fmt: skip
    assert Promise.objects.of(visit).get().state == "kept"
    assert visiting.next_visit_on(row) == clock.today() + timedelta(days=60)
    shown = service.get(visit.get_absolute_url()).content.decode()
    assert "設備正常" in shown
    assert made.number in shown
    assert reports.visit_rate(clock.today(), visit.due_on).percent == 100
    assert (visited_in_time().kept, visited_in_time().broken) == (1, 0)


def test_who_was_not_reached_stays_due_and_is_taken_in_hand(as_, customer, customer_service):
    visit = make_visit(customer)
    service = as_(customer_service)
    for note in ("無人接聽", "請下週再打"):
        service.post(url("visit_attempt", visit.pk), {"how": "phone", "note": note})
    visit.refresh_from_db()
    assert (visit.state, visit.handler, visit.attempts.count()) == ("due", customer_service, 2)
    assert Promise.objects.of(visit).open().get().owed_by == customer_service
    assert "無人接聽" in service.get(visit.get_absolute_url()).content.decode()


def test_it_is_skipped_only_with_the_managers_leave(as_, customer, customer_service, manager):
    visit = make_visit(customer, handler=customer_service)
    with pytest.raises(StepRefused):
        advance(visit, "ask_to_skip", by=customer_service)
    advance(visit, "ask_to_skip", by=customer_service, comment="客戶停線盤點")
    with pytest.raises(PermissionDenied):
        advance(visit, "skip", by=customer_service)
    assert customer.name in as_(manager).get(reverse("inbox")).content.decode()
    advance(visit, "refuse", by=manager, comment="打個電話也好")
    advance(visit, "ask_to_skip", by=customer_service, comment="停線中")
    advance(visit, "skip", by=manager)
    assert Promise.objects.of(visit).get().state == "void"
    assert StateChange.objects.filter(model="aftersales.returnvisit", comment="停線中").exists()
    assert (visited_in_time().kept, visited_in_time().broken) == (0, 0)


@pytest.mark.clause("2.2.3c")
def test_what_is_late_is_seen_and_counted(customer, customer_service, manager, as_):
    late = make_visit(customer, handler=customer_service, due_in=-3)
    result = visited_in_time()
    assert (result.broken, result.cases[0].url) == (1, late.get_absolute_url())
    assert customer.name in as_(manager).get(url("visit_list") + "?state=late").content.decode()
    record_visit(late, customer_service)
    assert visited_in_time().broken == 1  # made, but late
    rate = reports.visit_rates(manager)[0]
    assert (rate.name, rate.ratio.whole, rate.ratio.part) == (customer_service.name, 1, 0)


def test_a_visit_nobody_asked_for_is_the_open_one_or_a_new_one(as_, customer, customer_service):
    service = as_(customer_service)
    data = {"whose": customer.number, "how": "visit", "visited_on": clock.today(), "outcome": "路過拜訪"}
    visit = make_visit(customer)
    service.post(url("visit_create"), data)
    assert ReturnVisit.objects.get() == visit
    service.post(url("visit_create"), data)
    assert [v.state for v in ReturnVisit.objects.all()] == ["visited", "visited"]
    answer = service.post(url("visit_create"), {**data, "whose": "沒有這家"})
    assert answer.status_code == 422
    assert "路過拜訪" in answer.content.decode()


def test_a_customer_who_leaves_is_visited_no_more_and_a_merge_keeps_what_was(salesperson, customer, customer_service):
    other = make_customer(salesperson, name="永晟醫材台中")
    done = record_visit(make_visit(other), customer_service)
    open_ = make_visit(other)
    mine = make_visit(customer)
    merging.merge(other, customer, reason="同一家", by=salesperson)
    assert ReturnVisit.objects.get(pk=done.pk).customer == customer
    assert ReturnVisit.objects.get(pk=open_.pk).state == "dropped"
    assert ReturnVisit.objects.get(pk=mine.pk).state == "due"
    advance(Customer.objects.get(pk=customer.pk), "retire", by=salesperson, comment="已停業")
    assert ReturnVisit.objects.get(pk=mine.pk).state == "dropped"


def test_the_owner_and_customer_service_say_how_often(as_, customer, customer_service, salesperson, person):
    where = url("visit_cadence", customer.pk)
    assert as_(salesperson).post(where, {"days": 45, "reason": "客戶要求"}).status_code == 302
    answer = as_(customer_service).post(where, {"days": 3, "reason": "x", "version": 1})
    assert answer.status_code == 422
    as_(customer_service).post(where, {"days": 60, "reason": "改為兩個月", "version": 1})
    row = VisitCadence.objects.get()
    assert (row.days, row.by, row.history.count()) == (60, customer_service, 2)
    assert as_(person("salesperson", name="Other")).get(where).status_code == 404


def test_a_salesperson_sees_the_visits_of_his_customers_only(as_, customer, salesperson, person):
    visit = make_visit(customer)
    assert as_(salesperson).get(visit.get_absolute_url()).status_code == 200
    other = as_(person("salesperson", name="Other"))
    assert other.get(visit.get_absolute_url()).status_code == 404
    assert customer.name not in other.get(url("visit_list")).content.decode()


def test_the_list_is_taken_out_with_what_is_known_of_each_visit(as_, customer, customer_service):
    make_visit(customer)
    sent = as_(customer_service).get(reverse("kernel:export_start", args=["visits.csv"])).getvalue().decode()
    assert customer.name in sent
