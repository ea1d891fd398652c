"""Lists as files: the rows and rights of their screens; long ones by a job that survives its worker, for the owner only."""

import csv
import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.urls import reverse
from openpyxl import load_workbook

from customers.handing import reassign
from customers.models import Customer
from kernel import clock, export_jobs, tasks
from kernel.lists import all_lists, list_of
from kernel.models import Export
from tests.factories import customers as deals

pytestmark = pytest.mark.django_db


def address(what):
    return reverse("kernel:export_start", args=[what])


def rows_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def many(salesperson, monkeypatch):
    """More customers than a page waits for."""
    monkeypatch.setattr(export_jobs, "AT_ONCE", 2)
    return [deals.make_customer(salesperson, name=f"=鴻洲{n}") for n in range(3)]


@pytest.fixture
def asked(many, as_, salesperson):
    answer = as_(salesperson).post(address("customers.csv") + "?q=鴻洲")
    export = Export.objects.get()
    assert answer.url == reverse("kernel:export_detail", args=[export.pk])
    return export


@pytest.mark.parametrize("found", all_lists(), ids=lambda found: found.slug)
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_each_list_comes_out_in_both_formats(as_, manager, salesperson, person, found, file_format):
    deals.make_opportunity(salesperson, deals.make_customer(salesperson), name="a")
    who = manager if found.admits(manager) else person("purchasing")
    answer = as_(who).get(address(f"{found.slug}.{file_format}"))
    assert answer.status_code == 200
    head = [str(column.label) for column in found.columns]
    if file_format == "csv":
        assert len(rows_of(answer)[0]) == len(head)
    else:
        assert load_workbook(io.BytesIO(answer.content)).active.max_column == len(head)


def test_file_holds_the_rows_of_the_screen_and_no_formula(as_, salesperson, person):
    mine = deals.make_customer(salesperson, name='=HYPERLINK("x")')
    deals.make_customer(person("salesperson"), name="別人")
    rows = rows_of(as_(salesperson).get(address("customers.csv")))
    assert [row[0] for row in rows[1:]] == [f"'{mine.name}"]
    assert len(rows_of(as_(salesperson).get(address("customers.csv") + "?q=nothing"))) == 1


@pytest.mark.parametrize("what", ["customers.pdf", "nothing.csv", "customers", ".csv", "opportunities.csv"])
def test_other_files_are_not_found(as_, person, what):
    assert as_(person("finance")).get(address(what)).status_code == 404


def test_long_list_is_asked_for_written_and_fetched_by_its_owner_only(as_, asked, many, salesperson, manager):
    client = as_(salesperson)
    assert client.get(address("customers.csv")).context["total"] == 3
    tasks.run_exports()
    page = client.get(reverse("kernel:export_detail", args=[asked.pk]))
    file = reverse("kernel:export_file", args=[asked.pk])
    assert file in page.content.decode()
    assert sorted(row[0] for row in rows_of(client.get(file))[1:]) == sorted(f"'{c.name}" for c in many)
    assert as_(manager).get(file).status_code == 404
    assert as_(manager).get(reverse("kernel:export_detail", args=[asked.pk])).status_code == 404


def test_xlsx_of_a_long_list_opens(asked, many):
    Export.objects.update(format="xlsx")
    assert export_jobs.run(asked.pk)
    sheet = load_workbook(io.BytesIO(export_jobs.file_of(asked).read_bytes())).active
    assert sheet.max_row == 4


def test_a_worker_that_died_is_followed_by_another_that_writes_the_same_file_once(asked):
    Export.objects.update(status="running", alive_at=clock.now(), tries=1)
    assert export_jobs.run_waiting() == 0
    Export.objects.update(alive_at=clock.now() - timedelta(minutes=4))
    assert export_jobs.run_waiting() == 1
    asked.refresh_from_db()
    assert (asked.status, asked.done, asked.tries) == ("done", 3, 2)
    assert export_jobs.run_waiting() == 0
    folder = export_jobs.file_of(asked).parent
    assert [path.name for path in folder.iterdir() if path.name.startswith(asked.path.split("/")[1])] == [
        asked.path.split("/")[1]
    ]


def test_file_is_gone_when_its_time_is_over(as_, asked, salesperson):
    export_jobs.run(asked.pk)
    path = export_jobs.file_of(asked)
    assert path.is_relative_to(settings.MEDIA_ROOT) and path.exists()
    Export.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert as_(salesperson).get(reverse("kernel:export_file", args=[asked.pk])).status_code == 404
    tasks.run_exports()
    assert not path.exists()
    assert Export.objects.get().status == "expired"


def test_rights_count_when_the_file_is_written(asked, salesperson):
    salesperson.set_roles(())
    assert not export_jobs.run(asked.pk)
    assert Export.objects.get().status == "failed"


def test_rows_taken_away_while_it_is_written_are_left_out(salesperson, many):
    rows = export_jobs.rows_in_steps(list_of("customers").rows(salesperson, {}))
    first = next(rows)
    assert isinstance(first, Customer)
    assert len(list(rows)) == 2


def fetched(as_, user, export):
    return as_(user).get(reverse("kernel:export_file", args=[export.pk])).status_code


def test_a_file_ends_with_the_rights_it_was_asked_with(as_, asked, salesperson):
    tasks.run_exports()
    assert fetched(as_, salesperson, asked) == 200
    salesperson.groups.clear()
    salesperson.groups.add(Group.objects.get(name="finance"))
    assert fetched(as_, salesperson, asked) == 404


def test_a_file_ends_when_a_customer_in_it_goes_to_a_colleague(as_, asked, many, salesperson, person, manager):
    tasks.run_exports()
    other = person("salesperson", name="Chen Other", boss=manager)
    reassign(many[0], to=other, reason="illness", by=manager)
    assert fetched(as_, salesperson, asked) == 404
