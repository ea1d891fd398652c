"""Improvement measures: decided by the manager, carried out, verified, and whether the cause became rarer (3.4.4c)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from aftersales import improving
from aftersales.models import Measure, MeasureEffect
from documents.models import Attachment
from kernel import clock, inbox
from kernel.advance import StepRefused, advance
from kernel.clauses import REGISTRY
from kernel.models import Notice, Promise
from kernel.steps import edges_of
from orders.models import OrderException
from orders.problems import raise_exception
from tests.factories.aftersales import carry_on, make_cause, make_feedback, make_measure, report, walk
from tests.factories.contracts import pdf_file
from tests.factories.orders import make_order, signed_contract

QUARTER = timedelta(days=93)


def url(name, *args):
    return reverse(f"aftersales:{name}", args=args)


def again(row):
    return Measure.objects.get(pk=row.pk)


def owed(row):
    return {(p.kind, p.owed_by) for p in Promise.objects.of(row).open()}


@pytest.fixture
def who(manager, customer_service, quality):
    """By whom a measure is carried on."""
    return {"manager": manager, "service": customer_service, "owner": quality}


def complaints(customer, by, number, cause):
    for n in range(number):
        row = make_feedback(by, customer, subject=f"異音 {n}")
        row.cause_category = cause
        row.save()


def test_the_machine_has_these_steps_and_no_other():
    assert edges_of(Measure) == {
        ("proposed", "open"), ("proposed", "dropped"), ("open", "done"), ("open", "dropped"), ("done", "verified"),
        ("done", "open"), ("done", "dropped"),
    }  # fmt: skip


def test_customer_service_proposes_the_manager_decides_the_owner_owes_and_customer_service_verifies(
    who, customer_service, manager, quality, salesperson, as_
):
    row = make_measure(customer_service, quality)
    assert row.number == f"GJ-{clock.today().year}-0001"
    with pytest.raises(PermissionDenied):
        advance(row, "agree", by=customer_service)
    assert [w.pk for w in inbox.queue(manager) if w.label == "aftersales.measure"] == [row.pk]
    advance(row, "agree", by=manager)
    assert owed(row) == {("carry_out", quality)}
    assert Notice.objects.filter(to=quality, kind="measure").exists()
    with pytest.raises(StepRefused):  # nothing was entered
        advance(again(row), "finish", by=quality)
    with pytest.raises(PermissionDenied):
        advance(again(row), "finish", by=customer_service)
    row = carry_on(row, "done", **who)
    assert ("carry_out", quality) not in owed(row)
    assert row.title in as_(customer_service).get("/").content.decode()
    with pytest.raises(StepRefused):
        advance(again(row), "fail", by=customer_service, data={"due_on": clock.today() + timedelta(days=7)})
    advance(
        again(row), "fail", by=customer_service, comment="檢驗表尚未更新",
        data={"due_on": clock.today() + timedelta(days=7)},
    )  # fmt: skip
    assert (again(row).state, again(row).done_on) == ("open", None)
    assert owed(row) == {("carry_out", quality)}
    row = carry_on(row, "verified", **who)
    assert (row.verified_by, row.check_on) == (customer_service, row.done_on + timedelta(days=92))
    assert owed(row) == set()
    assert not Measure.objects.visible_to(salesperson).exists()


def test_the_managers_own_measure_is_decided_by_his_entering_it_and_nobody_verifies_his_own(
    manager, customer_service, director, person
):
    row = make_measure(manager, customer_service)
    assert (row.state, row.decided_on) == ("open", clock.today())
    row.evidence = "已訓練"
    improving.note_evidence(row, by=customer_service)
    advance(row, "finish", by=customer_service)
    with pytest.raises(PermissionDenied):
        advance(again(row), "verify", by=customer_service)
    advance(again(row), "verify", by=director)  # no other clerk of customer service is left
    assert again(row).verified_by == director


@pytest.mark.database
def test_a_quarter_later_is_counted_once_whether_the_cause_became_rarer(
    who, customer, customer_service, quality, manager
):
    cause = make_cause()
    start = clock.now()
    with clock.at(start - timedelta(days=30)):
        complaints(customer, customer_service, 4, cause)
    row = carry_on(make_measure(customer_service, quality), "verified", **who)
    assert improving.count_effects() == 0
    with clock.at(start + timedelta(days=20)):
        complaints(customer, customer_service, 1, cause)
    with clock.at(start + QUARTER):
        assert improving.count_effects() == 1
        assert improving.count_effects() == 0
    effect = MeasureEffect.objects.get()
    assert (effect.measure, effect.before_cases, effect.after_cases, effect.result) == (row, 4, 1, "effective")
    assert owed(row) == set()
    assert Notice.objects.filter(to=manager, kind="measure").exists()


@pytest.mark.clause("3.4.4c")
def test_a_measure_without_effect_is_followed_up(who, customer, customer_service, quality, manager, as_):
    cause, start = make_cause(), clock.now()
    row = carry_on(make_measure(customer_service, quality), "verified", **who)
    with clock.at(start + timedelta(days=20)):
        complaints(customer, customer_service, 2, cause)
    with clock.at(start + QUARTER):
        improving.count_effects()
        assert MeasureEffect.objects.get().result == "not_effective"
        assert owed(row) == {("follow_up_measure", None)}
        check = REGISTRY["3.4.4c"].result()
        assert (check.kept, check.broken) == (1, 0)
        page = as_(customer_service).get(row.get_absolute_url()).content.decode()
        assert f"?source=measure:{row.pk}" in page
        assert row.title in as_(customer_service).get("/").content.decode()
        follow = make_measure(customer_service, quality, source=f"measure:{row.pk}")
        assert (follow.earlier, owed(row)) == (row, set())
        advance(follow, "withdraw", by=customer_service)
        assert owed(row) == {("follow_up_measure", None)}
    with clock.at(start + QUARTER + timedelta(days=30)):
        check = REGISTRY["3.4.4c"].result()
        assert (check.broken, check.cases[0].url) == (1, f"{row.get_absolute_url()}#effect")


def test_a_cause_is_compared_by_100_orders_where_there_were_orders_and_a_round_begun_anew_still_counts(
    who, customer, customer_service, quality, salesperson, manager, legal, person
):
    start = clock.now()
    order = make_order(signed_contract(salesperson, manager, legal, person("legal")), customer_service)
    with clock.at(start - timedelta(days=10)):
        raise_exception(order, kind="delay", what="船期延誤", by=customer_service)
    measure = {"cause_category": None, "exception_kind": "delay"}
    row = carry_on(make_measure(customer_service, quality, **measure), "verified", **who)
    effect = improving.effect_of(row)
    assert (effect.before_cases, effect.after_cases, effect.result) == (1, 0, "effective")
    counted = improving.Count
    judged = [
        MeasureEffect.judged(row, counted(start, start, *before), counted(start, start, *after)).result
        for before, after in (((2, 100), (3, 300)), ((2, 300), (2, 100)), ((0, 10), (0, 10)), ((1, 0), (1, 50)))
    ]
    assert judged == ["effective", "not_effective", "no_data", "not_effective"]
    assert OrderException.objects.count() == 1
    again_ = report(walk(make_feedback(customer_service, customer), "resolved", by=customer_service, solver=quality),
                    customer_service)  # fmt: skip
    advance(again_, "refuse", by=customer_service, data={"answer": "沒有改善"})
    by_cause = make_measure(customer_service, quality)
    assert improving.effect_of(by_cause).before_cases == 0
    with clock.at(start + timedelta(days=1)):
        by_cause.decided_on = clock.today() + timedelta(days=1)
        assert improving.effect_of(by_cause).before_cases == 1


def test_from_a_feedbacks_page_to_the_verified_measure(as_, customer, customer_service, quality, manager):
    service, boss, owner = as_(customer_service), as_(manager), as_(quality)
    row = walk(make_feedback(customer_service, customer), "resolved", by=customer_service, solver=quality)
    create = f"{url('measure_create')}?source=feedback:{row.pk}"
    assert create.split("?")[1] in service.get(row.get_absolute_url()).content.decode()
    form = service.get(create).context["form"]
    assert (form.initial["weakness"], form.initial["cause_category"]) == ("軸承預壓不足", make_cause())
    data = {
        "title": "空轉測試", "weakness": "高速段沒有檢驗", "expected": "列入檢驗表", "cause_category": make_cause().pk,
        "owner": quality.pk, "due_on": (clock.today() - timedelta(days=1)).isoformat(),
    }  # fmt: skip
    answer = service.post(create, data)
    assert (answer.status_code, "列入檢驗表" in answer.content.decode()) == (422, True)
    service.post(create, {**data, "due_on": (clock.today() + timedelta(days=9)).isoformat()})
    measure = Measure.objects.get()
    assert measure.feedback == row
    assert "空轉測試" in service.get(row.get_absolute_url()).content.decode()
    boss.post(url("measure_step", measure.pk, "agree"), {})
    assert "空轉測試" in owner.get("/").content.decode()
    page = url("measure_evidence", measure.pk)
    bad = SimpleUploadedFile("photo.png", b"MZ\x90\x00 runs", content_type="image/png")
    seen = {"evidence": "已修訂檢驗表", "version": again(measure).version}
    assert owner.post(page, {**seen, "file": bad}).status_code == 422
    assert not Attachment.objects.of(measure).exists()
    owner.post(page, {**seen, "version": again(measure).version, "file": pdf_file("checklist.pdf")})
    assert Attachment.objects.of(measure).get().name == "checklist.pdf"
    owner.post(url("measure_step", measure.pk, "finish"), {})
    service.post(url("measure_step", measure.pk, "verify"), {})
    assert again(measure).state == "verified"
    assert owner.get(measure.get_absolute_url()).status_code == 200
    assert owner.get(url("measure_edit", measure.pk)).status_code == 403


def test_another_owner_owes_it_from_then_on(as_, customer_service, quality, manager, person):
    other = person("production", name="Other Owner")
    row = make_measure(manager, quality)
    data = {
        "title": row.title, "weakness": row.weakness, "expected": row.expected, "owner": other.pk,
        "due_on": row.due_on.isoformat(), "version": row.version, "cause_category": row.cause_category_id,
    }  # fmt: skip
    assert as_(manager).post(url("measure_edit", row.pk), data).status_code == 302
    assert owed(row) == {("carry_out", other)}
    assert as_(quality).get(row.get_absolute_url()).status_code == 404


def test_the_list_filters_and_is_taken_out(as_, customer_service, quality, manager, django_assert_max_num_queries):
    for n in range(3):
        make_measure(manager, quality, title=f"措施{n}")
    make_measure(customer_service, manager, title="另一項", cause_category=make_cause("包裝不當"))
    client = as_(customer_service)
    where = url("measure_list")
    for query, number in (
        ("", 4), ("?state=open", 3), ("?state=late", 0), ("?state=not_effective", 0), ("?q=另一項", 1),
        (f"?cause={make_cause('包裝不當').pk}", 1), ("?cause=x", 4), ("?whose=mine", 0),
    ):  # fmt: skip
        assert len(client.get(where + query).context["page"].rows) == number, query
    assert len(as_(quality).get(where).context["page"].rows) == 3
    with django_assert_max_num_queries(12 + 4):  # session, person, roles, settings
        client.get(where)
    row = Measure.objects.first()
    with django_assert_max_num_queries(20 + 4):
        client.get(row.get_absolute_url())
    assert client.get(reverse("kernel:export_start", args=["measures.csv"])).status_code in (200, 302)
