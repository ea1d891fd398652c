"""A bad spreadsheet is mended by its list of errors, imported, and undone again, by the manager in the browser."""

import pytest
from openpyxl import Workbook, load_workbook

from customers.models import Customer
from kernel import tasks

pytestmark = pytest.mark.browser


def sheet(path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_bad_file_is_mended_imported_and_undone(window, manager, tmp_path):
    path = sheet(
        tmp_path / "old.xlsx",
        [["Company", "Customer number", "Region"], ["Helm Robotics", "H-1", "Taiwan"], ["", "H-2", "Atlantis"]],
    )
    desk = window(manager).open("/imports/").follow("Import a file")
    desk.write({"Kind of records": "Customers", "File (XLSX or CSV)": path}).press("Upload")
    desk.sees("Match the columns", "Helm Robotics", "Guessed from the headings")
    assert desk.page.locator("select[name=name] option:checked").inner_text() == "Company"
    desk.press("Check every row").sees("Being checked")
    tasks.run_imports()
    desk.page.reload()
    desk.sees("Nothing was imported: 2 problems", "This must not be empty.", "Atlantis")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="List of errors (XLSX)").click()
    mended = tmp_path / download.value.suggested_filename
    download.value.save_as(mended)
    book = load_workbook(mended)
    assert "This must not be empty." in book.active["D3"].value
    book.active["A3"], book.active["C3"] = "Ostrava Presses", "Elsewhere"
    book.save(mended)
    desk.follow("Upload the mended file")
    desk.write({"File (XLSX or CSV)": mended}).press("Upload").press("Check every row")
    tasks.run_imports()
    desk.page.reload()
    desk.sees("Every row was checked. 2 would be added").press("Import 2 rows")
    tasks.run_imports()
    desk.page.reload()
    desk.sees("2 added, 0 were here already.", "Ostrava Presses")
    assert Customer.objects.count() == 2
    desk.press("Undo the whole import")
    tasks.run_imports()
    desk.page.reload()
    desk.sees("2 records were taken away again")
    assert not Customer.objects.exists()


def test_it_works_on_a_phone_without_javascript(window, manager, tmp_path):
    path = sheet(tmp_path / "old.xlsx", [["Company"], ["Helm Robotics"]])
    phone = window(manager, viewport={"width": 390, "height": 844}, java_script_enabled=False).open("/imports/new/")
    phone.write({"Kind of records": "Customers", "File (XLSX or CSV)": path}).press("Upload").press("Check every row")
    tasks.run_imports()
    phone.follow("See how far it is").press("Import 1 row")
    tasks.run_imports()
    phone.follow("See how far it is").sees("1 added").follow("Helm Robotics")
