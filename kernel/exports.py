"""The only writer of CSV and XLSX: text stays text, numbers stay numbers, nothing a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from kernel.printing import content_disposition

MOST_ROWS = 50_000
LONGEST_TEXT = 32_767  # what one cell of a spreadsheet holds
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so is a formula to some program; the full-width forms are folded by Chinese input methods.
FORMULA = re.compile(r"\s*[=+\-@|＝＋－＠\t\r\n]")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORMATS = {
    "number": "#,##0.##",
    "integer": "#,##0",
    "money": "#,##0.00",
    "percent": "0.0%",
    "date": "yyyy/mm/dd",
    "datetime": "yyyy/mm/dd hh:mm",
}
WIDTHS = {"text": 24, "number": 14, "integer": 10, "money": 16, "percent": 10, "date": 12, "datetime": 17}


@dataclass(frozen=True)
class Column:
    """One column: the key (or dotted path) read from a row, its heading, its kind (a key of WIDTHS), width in characters."""

    key: str
    label: Any
    kind: str = "text"
    width: int = 0


def csv_response(filename: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponse:
    """The rows as CSV (RFC 4180, UTF-8 with mark, so that Excel reads Chinese); raises ValidationError over 50,000 rows."""
    out = io.BytesIO()
    write_csv(out, columns, _checked(rows))
    return _download(out.getvalue(), "text/csv; charset=utf-8", filename)


def write_csv(out: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> None:
    """Write the rows as CSV, one at a time."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(str(column.label)) for column in columns])
    for row in rows:
        writer.writerow([_as_text(_value(row, column.key), column.kind) for column in columns])
    text.detach()


def xlsx_response(
    filename: str,
    sheet_title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    totals: Sequence[Mapping[str, Any]] = (),
) -> HttpResponse:
    """The rows as a workbook with a fixed heading, widths and real numbers and dates; totals follow in bold.

    Each of `totals` maps column keys to values, one a currency. Raises ValidationError over 50,000 rows.
    """
    out = io.BytesIO()
    write_xlsx(out, sheet_title, columns, _checked(rows), totals)
    return _download(out.getvalue(), XLSX, filename)


def write_xlsx(
    out: IO[bytes],
    sheet_title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    totals: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write the rows as a workbook, one at a time: openpyxl keeps them on disk, not in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(sheet_title))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width or WIDTHS[column.kind]
    sheet.append([_heading(sheet, column) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, _value(row, column.key), column.kind) for column in columns])
    for total in totals:
        sheet.append([_total(sheet, total.get(column.key), column.kind) for column in columns])
    if columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}1"
    book.save(out)


def guarded(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would take for a formula (SECURITY B28, E12, E13)."""
    text = UNWRITABLE.sub("", text)[: LONGEST_TEXT - 1]
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`: what we took out comes in again as it was."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def _checked(rows: Iterable[Any]) -> list[Any]:
    """All the rows, before anything is written: whatever is wrong with them shows before a half-written file exists."""
    held = list(islice(rows, MOST_ROWS + 1))
    if len(held) > MOST_ROWS:
        message = _("An export holds at most %(limit)s rows: filter the list first.")
        raise ValidationError(message, "too_many", {"limit": f"{MOST_ROWS:,}"})
    return held


def _value(row: Any, key: str) -> Any:
    """What the row holds under the key: of a mapping, or along a dotted path of attributes; None where the path breaks."""
    if isinstance(row, Mapping):
        return row.get(key)
    for name in key.split("."):
        row = getattr(row, name, None) if "." in key else getattr(row, name)
        row = row() if callable(row) else row
    return row


def _typed(value: Any, kind: str) -> Any:
    """The value as the spreadsheet's own type, or None where it is not of the column's kind."""
    if isinstance(value, datetime):
        local = timezone.localtime(value, timezone.get_default_timezone()) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None, microsecond=0)
    if isinstance(value, date) or (kind != "text" and isinstance(value, int | Decimal) and not isinstance(value, bool)):
        return value
    return None


def _as_text(value: Any, kind: str) -> str:
    typed = _typed(value, kind)
    if isinstance(typed, datetime):
        return f"{typed:%Y-%m-%d %H:%M}"
    if isinstance(typed, date):
        return typed.isoformat()
    if typed is not None:
        return format(typed, "f") if isinstance(typed, Decimal) else str(typed)
    return "" if value is None else guarded(str(value))


def _cell(sheet: Any, value: Any, kind: str) -> Any:
    typed = _typed(value, kind)
    cell = WriteOnlyCell(sheet)
    if typed is not None:
        cell.value = typed
        cell.number_format = FORMATS.get(kind) or FORMATS["datetime" if isinstance(typed, datetime) else "date"]
    elif value is not None:
        cell.value = guarded(str(value))
        cell.data_type = "s"
        cell.number_format = "@"
    return cell


def _heading(sheet: Any, column: Column) -> Any:
    cell = _cell(sheet, str(column.label), "text")
    cell.font = Font(bold=True)
    cell.alignment = Alignment(horizontal="left" if column.kind == "text" else "right")
    cell.border = Border(bottom=Side(style="thin"))
    return cell


def _total(sheet: Any, value: Any, kind: str) -> Any:
    cell = _cell(sheet, value, kind)
    cell.font = Font(bold=True)
    return cell


def _sheet_title(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", str(title)).strip()[:31] or "Sheet"


def _download(content: bytes, mime: str, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type=mime)
    response["Content-Disposition"] = content_disposition(filename)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
