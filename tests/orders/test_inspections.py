"""Inspection and rework: what may be inspected, what a result does, loops told to the manager, failed goods kept back (3.3.4)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from documents.models import Document
from kernel.advance import StepRefused, advance
from kernel.models import Notice, Promise
from orders import inspecting
from orders.models import Inspection, OrderException, ReworkTask
from tests.factories.goods import cause, judge, open_inspection, produce, rework
from tests.factories.goods import fresh as again
from tests.factories.orders import acknowledge_all, fresh, make_order, place


@pytest.fixture
def line(placed):
    return placed.line_rows[0]


@pytest.fixture
def in_process(line, quality):
    """The line was inspected in process."""
    return judge(open_inspection(line, quality, kind="in_process"), quality)


def test_only_what_is_there_is_inspected_finally(line, quality):
    with pytest.raises(ValidationError):
        open_inspection(line, quality)
    produce(line, 1)
    row = open_inspection(line, quality, 1)
    assert [p.text for p in row.point_rows] == inspecting.quality_points(line)
    with pytest.raises(ValidationError):
        open_inspection(line, quality, 1)


@pytest.mark.clause("3.3.4a")
def test_a_made_line_is_inspected_in_process_before_its_final_inspection(line, quality, production):
    produce(line)
    row = open_inspection(line, quality)
    with pytest.raises(PermissionDenied):
        advance(row, "judge", by=production)
    with pytest.raises(StepRefused) as refused:
        judge(row, quality)
    assert [i.name for i in refused.value.items if not i.met] == ["has_in_process"]
    judge(open_inspection(line, quality, kind="in_process"), quality)
    assert judge(row, quality).state == "passed"
    assert fresh(line.order).state == "ready_to_ship"


def test_an_open_query_of_quality_holds_its_inspections(line, quality, placed):
    row = open_inspection(line, quality, kind="in_process")
    advance(placed.acknowledgements.get(department="quality"), "ask", by=quality, data={"query": "公差？"})
    with pytest.raises(StepRefused) as refused:
        judge(row, quality)
    assert [i.name for i in refused.value.items if not i.met] == ["is_acknowledged"]


@pytest.mark.clause("3.3.4b")
def test_one_result_accepts_some_and_rejects_some_which_is_reworked_and_inspected_again(
    line, in_process, quality, production
):
    produce(line)
    whole = line.quantity
    first = judge(open_inspection(line, quality), quality, rejected=2, way="corrective")
    line.refresh_from_db()
    assert (first.state, line.accepted, line.produced) == ("failed", whole - 2, whole - 2)
    assert fresh(line.order).state == "in_production"
    assert [str(d.cause) for d in first.defect_rows] == [str(cause())]
    task = ReworkTask.objects.get(inspection=first)
    assert (task.kind, task.quantity, task.department, task.round) == ("corrective", 2, "production", 1)
    told = Notice.objects.get(kind="rework", to=production)
    assert told.params["time"]
    assert Promise.objects.of(task).open().get().kind == "rework"
    with pytest.raises(PermissionDenied):
        advance(task, "finish", by=quality, data={"measure": "?"})
    second = rework(first, production)
    assert Promise.objects.of(task).get().state == "kept"
    assert (second.round, second.quantity, second.kind) == (2, 2, "final")
    assert judge(second, quality).state == "passed"
    line.refresh_from_db()
    assert (line.accepted, fresh(line.order).state) == (whole, "ready_to_ship")


def test_from_the_third_round_the_manager_is_told_and_may_scrap(line, in_process, quality, production, manager):
    produce(line)
    row = judge(open_inspection(line, quality), quality, rejected=1)
    for _n in range(2):
        assert not Notice.objects.filter(kind="rework_loop").exists()
        row = judge(rework(row, production), quality, rejected=1)
    assert Notice.objects.filter(kind="rework_loop", to=manager).count() == 1
    assert OrderException.objects.get(order=line.order).kind == "quality"
    task = ReworkTask.objects.get(inspection=row)
    with pytest.raises(PermissionDenied):
        advance(task, "scrap", by=production, comment="?")
    advance(task, "scrap", by=manager, comment="報廢，重新生產")
    line.refresh_from_db()
    assert (again(task).state, line.to_make) == ("scrapped", 1)


def test_what_was_bought_goes_back_to_purchasing_and_what_came_from_stock_too(contract, customer_service, departments):
    order = acknowledge_all(place(make_order(contract, customer_service, route="stock")), departments)
    assert not order.acknowledgements.filter(department="purchasing").exists()
    (line,) = order.line_rows
    row = judge(open_inspection(line, departments["quality"]), departments["quality"], rejected=1)
    task = ReworkTask.objects.get(inspection=row)
    assert task.department == "purchasing"
    assert order.acknowledgements.get(department="purchasing").state == "waiting"
    with pytest.raises(StepRefused):
        advance(task, "finish", by=departments["purchasing"], data={"measure": "換貨"})


def test_each_result_has_a_registered_report_as_pdf_without_any_amount(line, in_process, quality, as_):
    document = Document.objects.get(model="orders.inspection", row=in_process.pk)
    assert document.number == in_process.report_number
    answer = as_(quality).get(reverse("orders:inspection_report", args=[in_process.pk]))
    assert answer.content.startswith(b"%PDF")


@pytest.mark.database
def test_the_database_refuses_a_result_that_does_not_add_up(line, in_process):
    in_process.accepted = in_process.quantity - 1
    with pytest.raises(IntegrityError), transaction.atomic():
        in_process.save()


def test_the_result_is_entered_on_its_page_and_refused_beside_the_field(line, in_process, quality, as_):
    produce(line)
    client = as_(quality)
    page = client.post(
        reverse("orders:inspection_create", args=[line.pk]), {"kind": "final", "quantity": str(line.quantity + 1)}
    )
    assert page.status_code == 422
    client.post(reverse("orders:inspection_create", args=[line.pk]), {"kind": "final", "quantity": str(line.quantity)})
    row = Inspection.objects.get(kind="final")
    url = row.step_url("judge")
    points = {f"point_{p.pk}": "no" for p in row.point_rows}
    data = {**points, "accepted": str(line.quantity - 1), "rejected": "2", "seen": row.version}
    wrong = client.post(url, data)
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"rejected", "cause"}
    good = client.post(url, {**data, "rejected": "1", "cause": cause().pk, "defect": "刮痕", "way": "remake"})
    assert good.status_code == 302
    row = again(row)
    assert (row.state, row.rejected, row.defect_rows[0].note) == ("failed", Decimal(1), "刮痕")
    assert ReworkTask.objects.get(inspection=row).kind == "remake"
    assert {p.is_met for p in row.point_rows} == {False}
    for page in ("orders:quality_bench", "orders:quality_figures", "orders:inspection_list"):
        assert client.get(reverse(page)).status_code == 200
    for record in (row, row.rework_task):
        assert client.get(record.get_absolute_url()).status_code == 200
    assert client.get(reverse("orders:order_trace", args=[line.order_id])).status_code == 200
    assert row.report_number in client.get(reverse("orders:order_trace", args=[line.order_id])).content.decode()
