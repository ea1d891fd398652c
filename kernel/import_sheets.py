"""What comes in as a workbook: the first visible sheet of an XLSX file as lines of texts, nothing in it run or guessed."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from kernel.exports import UNWRITABLE
from kernel.upload_archives import check_office

XLSX = b"PK\x03\x04"
FORMULA = re.compile(rb"<f[ >/]")
SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml$")
BLANK_LINES = 10_000  # empty lines that are passed over before the sheet is refused as endless


class Unreadable(Exception):
    """A workbook that cannot be taken as a table: the line, the words."""

    def __init__(self, line: int, message: Any) -> None:
        self.line, self.message = line, message
        super().__init__(f"{line}: {message}")


def sheet_lines(data: bytes, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    """Every line of the first visible sheet that holds something, with its number, its cells as texts.

    Dates come out as 2017-03-31, numbers in plain digits, yes and no as 1 and 0. One cell beyond `most_columns` is given,
    so that the reader can complain. Raises Unreadable: a bomb, a damaged file, an error value, a formula that was never
    worked out (SECURITY E46 to E48).
    """
    try:
        check_office(data, "xlsx")
    except ValidationError as error:
        raise Unreadable(1, error.messages[0]) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that openpyxl does not know are of no matter here
        try:
            yield from _lines(data, most_columns)
        except Unreadable:
            raise
        except Exception as error:  # a damaged part makes the library raise whatever its parser meets
            raise Unreadable(1, _("The file is damaged and cannot be opened.")) from error


def _lines(data: bytes, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    unknown = _unworked(data, most_columns) if _has_formulas(data) else set()
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        blank = 0
        for line, row in enumerate(_first_visible(book).iter_rows(max_col=most_columns + 1, values_only=True), 1):
            cells = [_text(line, value) for value in row]
            if any((line, place) in unknown for place in range(len(cells))):
                raise Unreadable(
                    line, _("A formula has no result: open and save the file, or put the value in its place.")
                )
            if any(cell.strip() for cell in cells):
                yield line, cells
            elif (blank := blank + 1) > BLANK_LINES:
                raise Unreadable(line, _("The sheet has thousands of empty lines: delete them below the last row."))
    finally:
        book.close()


def _first_visible(book: Any) -> Any:
    """The sheet that is seen first; hidden ones are not meant."""
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # what the file says of its size need not be true
            return sheet
    raise Unreadable(1, _("The file has no visible sheet."))


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(FORMULA.search(archive.read(name)) for name in archive.namelist() if SHEET_PART.match(name))


def _unworked(data: bytes, most_columns: int) -> set[tuple[int, int]]:
    """Where formulas stand that have no result in the file."""
    book = load_workbook(io.BytesIO(data), read_only=True)
    known = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        pairs = zip(
            _first_visible(book).iter_rows(max_col=most_columns + 1),
            _first_visible(known).iter_rows(max_col=most_columns + 1, values_only=True),
            strict=False,
        )
        return {
            (line, place)
            for line, (cells, values) in enumerate(pairs, 1)
            for place, (cell, value) in enumerate(zip(cells, values, strict=False))
            if value is None and cell.data_type == "f"
        }
    finally:
        book.close()
        known.close()


def _text(line: int, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        number = Decimal(repr(value))
        return f"{number.normalize():f}" if number.is_finite() else ""
    text = UNWRITABLE.sub("", str(value))
    if text.startswith("#") and text in ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"):
        raise Unreadable(line, _("A cell holds the error %(value)s instead of a value.") % {"value": text})
    return text
