"""The import page: a file is uploaded, matched, checked, mended, taken in and undone; each effect once, for its owner only."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from catalog.models import Product
from customers.models import Contact, Customer, Opportunity
from kernel import clock, import_jobs, tasks
from kernel.audit import seal
from kernel.models import Import, ImportedRow, SearchWord
from tests.factories.customers import make_contact, make_customer, make_opportunity

pytestmark = [pytest.mark.django_db, pytest.mark.database]
HEADINGS = ["客戶名稱", "客戶編號", "地區", "電話", "業務員"]
ROWS = [
    ["鴻洲自動化", "A-1", "台灣", "+886 2 2345 6789", ""],
    ["聯成光電", "A-2", "中國大陸", "02-1234", ""],
]


def workbook(headings, rows):
    book = Workbook()
    for row in [headings, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def url(name, *args):
    return reverse(f"kernel:{name}", args=args)


class Desk:
    """One person at the import page."""

    def __init__(self, client):
        self.client = client

    def upload(self, data, kind="customers", name="old.xlsx", like=""):
        query = f"?like={like}" if like else ""
        answer = self.client.post(url("import_create") + query, {"kind": kind, "file": SimpleUploadedFile(name, data)})
        return Import.objects.order_by("-pk").first() if answer.status_code == 302 else answer

    def check(self, imported, **changes):
        form = self.client.get(url("import_mapping", imported.pk)).context["form"]
        data = {n: form[n].initial or "" for n in form.fields}
        assert self.client.post(url("import_mapping", imported.pk), {**data, **changes}).status_code == 302
        return self.wait(imported)

    def press(self, what, imported):
        assert self.client.post(url(f"import_{what}", imported.pk)).status_code == 302
        return self.wait(imported)

    def wait(self, imported):
        tasks.run_imports()
        imported.refresh_from_db()
        return imported

    def page(self, imported):
        return self.client.get(url("import_detail", imported.pk)).content.decode()


@pytest.fixture
def desk(as_, manager):
    return Desk(as_(manager))


@pytest.fixture
def taken(desk):
    """Two customers, imported."""
    imported = desk.check(desk.upload(workbook(HEADINGS, ROWS)))
    assert (imported.status, imported.problems, imported.added) == ("checked", [], 2)
    assert Customer.objects.count() == 0
    return desk.press("run", imported)


def test_columns_are_guessed_and_the_first_rows_shown(desk):
    imported = desk.upload(workbook(HEADINGS, ROWS))
    answer = desk.client.get(url("import_mapping", imported.pk))
    form = answer.context["form"]
    guessed = {name: form[name].initial for name in ("name", "number", "region", "phone", "owner", "address")}
    assert guessed == {
        "name": "column:客戶名稱",
        "number": "column:客戶編號",
        "region": "column:地區",
        "phone": "column:電話",
        "owner": "column:業務員",
        "address": "",
    }
    assert "+886 2 2345 6789" in answer.content.decode()


def test_checked_and_taken_in_under_the_person_who_did_it(desk, taken, manager):
    assert (taken.status, taken.added, taken.already) == ("done", 2, 0)
    first = Customer.objects.get(number="A-1")
    assert (first.region, first.imported, first.history.first().history_user) == ("TW", True, manager)
    assert first.name in desk.page(taken)
    again = desk.check(desk.upload(workbook(HEADINGS, ROWS)))
    assert (again.added, again.already) == (0, 2)
    assert url("import_run", again.pk) not in desk.page(again)


def test_a_second_press_and_a_second_worker_change_nothing(desk, taken):
    assert "Only a file that was checked" in desk.client.post(url("import_run", taken.pk), follow=True).content.decode()
    assert not import_jobs.run(taken.pk)
    assert Customer.objects.count() == 2 == ImportedRow.objects.count()


def test_a_worker_that_died_is_followed_by_another(desk, manager):
    imported = desk.check(desk.upload(workbook(HEADINGS, ROWS)))
    Import.objects.update(status="running", alive_at=clock.now(), tries=1)
    assert import_jobs.run_waiting() == 0
    Import.objects.update(alive_at=clock.now() - 2 * import_jobs.DEAD)
    assert import_jobs.run_waiting() == 1
    imported.refresh_from_db()
    assert (imported.status, Customer.objects.count()) == ("done", 2)


def test_bad_rows_are_named_and_the_mended_list_of_errors_is_taken_as_it_is(desk):
    rows = [*ROWS, ["", "A-3", "火星", "=1+1", "誰也不是"], ["=SUM(1)", "A-1", "TW", "", ""]]
    bad = desk.check(desk.upload(as_texts(HEADINGS, rows)))
    assert bad.status == "checked" and Customer.objects.count() == 0
    assert {(line, column) for line, column, _words in bad.problems} == {
        (4, "客戶名稱"), (4, "地區"), (4, "業務員"), (5, "客戶編號"),
    }  # fmt: skip
    assert "This must not be empty." in desk.page(bad)
    assert "Only a file" in desk.client.post(url("import_run", bad.pk), follow=True).content.decode()
    answer = desk.client.get(url("import_errors", bad.pk))
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book.active
    assert [c.value for c in sheet[1]] == [*HEADINGS, "What is wrong with the row"]
    assert sheet["F2"].value in (None, "") and "客戶名稱: This must not be empty." in sheet["F4"].value
    assert (sheet["D4"].value, sheet["D4"].data_type) == ("'=1+1", "s")
    for place, value in {"A4": "新客戶", "C4": "HK", "E4": "", "B5": "A-4"}.items():
        sheet[place].value = value
    out = io.BytesIO()
    book.save(out)
    mended = desk.upload(out.getvalue(), like=bad.pk)
    assert mended.mapping == bad.mapping and mended.columns == HEADINGS
    desk.press("run", desk.check(mended))
    assert list(Customer.objects.order_by("number").values_list("number", "name", "region", "phone")) == [
        ("A-1", "鴻洲自動化", "TW", "+886 2 2345 6789"),
        ("A-2", "聯成光電", "CN", "02-1234"),
        ("A-3", "新客戶", "HK", "=1+1"),
        ("A-4", "=SUM(1)", "TW", ""),
    ]


def as_texts(headings, rows):
    book = Workbook()
    for line, row in enumerate([headings, *rows], 1):
        for place, value in enumerate(row, 1):
            cell = book.active.cell(line, place)
            cell.value, cell.data_type = value, "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- undo ----------------------------------------------------------------------------------------------


def test_a_whole_import_is_undone_and_the_history_keeps_its_going(desk, taken, manager):
    keys = set(Customer.objects.values_list("pk", flat=True))
    seal()
    undone = desk.press("undo", taken)
    assert (undone.status, Customer.objects.count(), ImportedRow.objects.count()) == ("undone", 0, 0)
    assert not SearchWord.objects.filter(kind="customers.customer").exists()
    last = Customer.history.filter(history_type="-")
    assert {(row.id, row.history_user, row.history_change_reason) for row in last} == {
        (key, manager, "import undone") for key in keys
    }
    assert "2 records were taken away again" in desk.page(undone)
    desk.press("undo", undone)
    assert Customer.history.filter(history_type="-").count() == 2


def test_what_hangs_on_a_row_keeps_all_of_them(desk, taken):
    make_contact(Customer.objects.get(number="A-2"), name="王小姐")
    kept = desk.press("undo", taken)
    assert (kept.status, Customer.objects.count(), kept.refusal) == ("done", 2, ["contact: 王小姐"])
    assert "contact: 王小姐" in desk.page(kept)
    Contact.objects.all().delete()
    assert desk.press("undo", kept).status == "undone"


def test_a_reference_without_a_name_of_its_own_keeps_a_product_too(as_, person, manager, salesperson):
    desk = Desk(as_(person("administrator")))
    taken = desk.press("run", desk.check(desk.upload(workbook(["SKU", "Product name"], [["P-1", "Arm"]]), "products")))
    deal = make_opportunity(salesperson, make_customer(salesperson), name="手臂")
    deal.product = Product.objects.get()
    deal.save()
    kept = desk.press("undo", taken)
    assert (kept.status, kept.refusal) == ("done", [f"opportunity: {deal}"])


def test_a_row_that_somebody_changed_keeps_all_of_them(desk, taken, manager):
    customer = Customer.objects.get(number="A-1")
    customer.note = "called"
    customer.save()
    kept = desk.press("undo", taken)
    assert kept.status == "done" and str(customer) in kept.refusal[0]


def test_contacts_and_opportunities_come_in_on_top_and_go_first(desk, taken, salesperson):
    people = workbook(
        ["customer", "contact name", "Mobile", "E-Mail"], [["A-1", "王小姐", "0912 345 678", "w@example.com"]]
    )
    contacts = desk.press("run", desk.check(desk.upload(people, "contacts")))
    deals = workbook(
        ["商機名稱", "客戶", "業務員", "Stage", "幣別", "金額", "首次接觸", "結案日"],
        [["手臂", "鴻洲自動化", salesperson.email, "Won", "TWD", 1200.5, date(2020, 1, 2), date(2020, 3, 4)]],
    )
    checked = desk.check(desk.upload(deals, "opportunities"))
    assert checked.problems == []
    won = desk.press("run", checked)
    deal = Opportunity.objects.get()
    assert (deal.state, str(deal.expected_value), deal.closed_on) == ("won", "1200.50", date(2020, 3, 4))
    assert desk.press("undo", taken).status == "done"
    assert [desk.press("undo", one).status for one in (won, contacts, taken)] == ["undone"] * 3
    assert (Opportunity.objects.count(), Contact.objects.count(), Customer.objects.count()) == (0, 0, 0)


def test_products_are_the_administrators_with_their_prices(as_, person):
    desk = Desk(as_(person("administrator")))
    goods = workbook(["SKU", "Product name", "Price", "Cost"], [["P-1", "Arm", 100, 60]])
    taken = desk.press("run", desk.check(desk.upload(goods, "products"), currency="value:TWD"))
    assert str(Product.objects.get().prices.get().cost) == "60.00"
    assert desk.press("undo", taken).status == "undone"
    assert not Product.objects.exists()
    assert "Select a valid choice" in desk.upload(goods, "customers").content.decode()


# --- who, and for how long -------------------------------------------------------------------------------


def test_others_do_not_see_it_and_its_owner_only_while_he_has_the_right(as_, taken, person, manager, desk):
    for other in (as_(person("administrator")), as_(person("salesperson")), as_(person("director"))):
        assert other.get(url("import_detail", taken.pk)).status_code == 404
        assert other.post(url("import_undo", taken.pk)).status_code == 404
    assert as_(person("salesperson")).get(url("import_list")).status_code == 404
    assert desk.client.get(url("import_list")).status_code == 200


def test_the_right_counts_when_the_job_runs(desk, manager):
    imported = desk.upload(workbook(HEADINGS, ROWS))
    import_jobs.ask(imported, "checking", mapping={"name": "column:客戶名稱"})
    manager.is_active = False
    manager.save()
    tasks.run_imports()
    imported.refresh_from_db()
    assert imported.status == "failed"


def test_the_file_goes_after_its_time_and_what_was_imported_stays(desk, taken):
    path = import_jobs.file_of(taken)
    assert path.exists()
    waiting = desk.upload(workbook(HEADINGS, ROWS))
    Import.objects.update(expires_at=clock.now() - import_jobs.KEPT)
    tasks.run_imports()
    taken.refresh_from_db()
    waiting.refresh_from_db()
    assert (path.exists(), taken.status, taken.sample, waiting.status) == (False, "done", [], "expired")
    assert "removed after three days" in desk.page(waiting)
    assert desk.press("undo", taken).status == "undone"


# --- what may be uploaded ----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
def test_csv_in_the_usual_encodings(desk, encoding):
    text = "公司名稱,電話\r\n台灣機械股份有限公司,02-1234\r\n".encode(encoding)
    taken = desk.press("run", desk.check(desk.upload(text, name="old.csv")))
    assert (taken.status, Customer.objects.get().name) == ("done", "台灣機械股份有限公司")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("old.pdf", b"%PDF-1.7", "Only files of these kinds are accepted"),
        ("old.xlsx", b"PK\x03\x04rest", "The file is damaged"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0", "old Excel format"),
        ("old.csv", b"name,name\na,b\n", "The heading occurs twice."),
        ("old.csv", b'name\n"a\n', "never closed"),
        ("old.csv", b"name\n" + b"a\n" * 10_001, "more than 10000 rows"),
        ("old.xlsx", workbook(["name"], [["=1+1"]]), "A formula has no result"),
        ("old.csv", b"n" * 201 + b"\na\n", "longer than 200 characters"),
        ("old.xlsx", workbook(["name"], [["a", "b"]]), "outside the columns"),
        ("old.xlsx", workbook(["x" * 3] + [f"c{n}" for n in range(200)], []), "more than 200 cells"),
    ],
)
def test_unreadable_files_are_refused_beside_the_field(desk, name, data, words):
    answer = desk.upload(data, name=name)
    assert (answer.status_code, Import.objects.count()) == (200, 0)
    assert words in answer.content.decode()


def test_hidden_sheets_are_passed_over_and_dates_and_numbers_read_as_meant(desk):
    book = Workbook()
    book.active.sheet_state = "hidden"
    book.active.append(["secret"])
    sheet = book.create_sheet("seen")
    sheet.append(["公司名稱", "客戶編號", "備註", None])
    sheet.append(["甲公司", 1001.0, date(2020, 2, 3)])
    out = io.BytesIO()
    book.save(out)
    desk.press("run", desk.check(desk.upload(out.getvalue())))
    customer = Customer.objects.get()
    assert (customer.number, customer.note) == ("1001", "2020-02-03")


def test_a_workbook_that_counts_its_days_from_1904_means_the_same_days(desk):
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(["公司名稱", "備註"])
    book.active.append(["甲公司", date(2020, 2, 3)])
    out = io.BytesIO()
    book.save(out)
    desk.press("run", desk.check(desk.upload(out.getvalue())))
    assert Customer.objects.get().note == "2020-02-03"
