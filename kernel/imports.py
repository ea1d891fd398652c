"""What comes in as a table: CSV of any common encoding or XLSX, read with line numbers, and the mapping files beside it."""

from __future__ import annotations

import codecs
import csv
import io
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from kernel.exports import unguarded
from kernel.forms import tidy
from kernel.import_sheets import XLSX, Unreadable, sheet_lines

MAX_BYTES = 40 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 20_000  # characters
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Encoding → character set and the leading bytes of its commoner characters.
ENCODINGS: dict[str, tuple[str, int, int] | None] = {
    "utf-8": None,
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "cp950": ("big5", 0xA4, 0xC6),
}
OLD_SHEET = b"\xd0\xcf\x11\xe0"
PLACE = re.compile(r"\{([^{}]+)\}")
ENDING = re.compile(r"\r\n|\r|\n|$")


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a file: line (0 = the file as a whole), column heading ("" = the row), words."""

    line: int
    column: str
    message: Any

    def __str__(self) -> str:
        where = [str(_("line %(line)d") % {"line": self.line})] if self.line else []
        where += [self.column] if self.column else []
        return ": ".join([", ".join(where), str(self.message)] if where else [str(self.message)])


class Refused(Exception):
    """A file that is not taken in, with everything found wrong in it; nothing of it was kept."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Row:
    """One row of a table: the line it begins on and its cells by column heading."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A file that was read: column headings, rows, and the encoding it was in."""

    columns: list[str]
    rows: list[Row]
    encoding: str


@dataclass(frozen=True)
class Mapping:
    """How the columns of one source become our fields.

    `fields`: our field → column heading, or a text with {headings} in it, or a list of headings joined with ", ".
    `constants`: our field → the same value for every row. `aliases`: our field → {value in the file: value meant},
    "*" standing for every value not named. `options`: what else the entity lets a mapping decide.
    """

    fields: dict[str, Any]
    constants: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, dict[str, str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    encoding: str = ""

    def headings(self, name: str) -> list[str]:
        """The column headings that a field is made from."""
        source = self.fields.get(name, [])
        if isinstance(source, list):
            return source
        return PLACE.findall(source) or [source]

    def value(self, name: str, row: Row) -> str:
        """The text that a row gives for a field, "" when it gives none."""
        if name not in self.fields:
            return self.constants.get(name, "")
        source = self.fields[name]
        if not any(row.cells[heading] for heading in self.headings(name)):
            text = ""
        elif isinstance(source, list):
            text = ", ".join(filter(None, (row.cells[heading] for heading in source)))
        elif PLACE.search(source):
            text = " ".join(PLACE.sub(lambda match: row.cells[match[1]], source).split())
        else:
            text = row.cells[source]
        known = self.aliases.get(name, {})
        return known.get(text, known.get("*", text) if text else "")


def read_rows(source: Path | str | BinaryIO, encoding: str = "", most: int | None = None) -> Table:
    """Read a CSV file, or the first visible sheet of an XLSX file, whole; the encoding is recognised when none is named.

    Raises Refused with the line numbers of everything that stops it: NUL, unclosed quotes, mixed line endings, rows of
    another width, headings that are empty or repeat, more than the caps (SECURITY E48, E49).
    """
    data = _bytes(source)
    if data.startswith(XLSX):
        encoding, records = "xlsx", _sheet_records(data)
    else:
        encoding = encoding or detect_encoding(data)
        records = _records(_decode(data, encoding))
    return _table(records, encoding, MAX_ROWS if most is None else most)


def _table(records: Iterator[tuple[int, list[str]]], encoding: str, most: int) -> Table:
    _line, columns = next(records, (1, []))
    columns = [unguarded(tidy(c).strip()) for c in columns]
    problems = _heading_problems(columns)
    if problems:
        raise Refused(problems)
    rows = []
    for line, cells in records:
        if len(rows) == most:
            raise _refused(line, _("The file has more than %(max)d rows.") % {"max": most})
        if len(cells) != len(columns):
            what = _("The row has %(found)d cells, the heading has %(expected)d.")
            problems.append(Problem(line, "", what % {"found": len(cells), "expected": len(columns)}))
        texts = (unguarded(tidy(cell).strip()) for cell in cells)
        rows.append(Row(line, dict(zip(columns, texts, strict=False))))
    if problems:
        raise Refused(problems)
    return Table(columns, rows, encoding)


def detect_encoding(data: bytes) -> str:
    """Name the encoding of a text: by its mark, else UTF-8 if it is valid, else the Chinese one that makes sense of it.

    Raises Refused when none of them does.
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            return name
    sense = {}
    for name, common in ENCODINGS.items():
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if common is None:
            return name
        sense[name] = _sense(text, *common)
    if not sense:
        raise _refused(0, _("The encoding is not known; save the file as UTF-8."))
    return max(sense, key=lambda name: sense[name])


def read_mapping(path: Path | str) -> Mapping:
    """Read a mapping file (TOML). Raises Refused when it is no such file."""
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = _("The mapping file cannot be read: %(reason)s") % {"reason": error}
        raise _refused(0, message) from error
    known = {"fields", "constants", "aliases", "options", "encoding"}
    if not isinstance(content.get("fields"), dict) or set(content) - known:
        raise _refused(0, _("The mapping file needs [fields] and knows [constants], [aliases], [options], encoding."))
    aliases = {name: {str(k): str(v) for k, v in table.items()} for name, table in content.get("aliases", {}).items()}
    return Mapping(**{**content, "aliases": aliases})


def _refused(line: int, message: Any) -> Refused:
    return Refused([Problem(line, "", message)])


def _bytes(source: Path | str | BinaryIO) -> bytes:
    if isinstance(source, Path | str):
        try:
            with Path(source).open("rb") as file:
                return _bytes(file)
        except OSError as error:
            raise _refused(0, _("The file cannot be read: %(reason)s") % {"reason": error.strerror}) from error
    data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        line = data.count(b"\n") + 1
        raise _refused(line, _("The file is larger than %(max)d MB.") % {"max": MAX_BYTES // 1024 // 1024})
    if data.startswith(OLD_SHEET):
        raise _refused(1, _("The file has a password or an old Excel format: save it as XLSX without a password."))
    if not data.strip():
        raise _refused(1, _("The file is empty."))
    return data


def _decode(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        line = data.count(b"\n", 0, getattr(error, "start", 0)) + 1
        message = _("The file is not written in the encoding %(name)s.") % {"name": encoding}
        raise _refused(line, message) from error
    if "\0" in text:
        raise _refused(text.count("\n", 0, text.index("\0")) + 1, _("The file holds a NUL character."))
    return text


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with the number of the line it begins on; blank lines are passed over."""
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True)
    first_ending = ""
    while True:
        begin = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _refused(begin, _broken(error)) from error
        first_ending = first_ending or lines.ending
        if lines.ending not in ("", first_ending):
            raise _refused(begin, _("The lines do not all end in the same way; save the file anew."))
        if len(cells) > MAX_COLUMNS:
            raise _refused(begin, _("The row has more than %(max)d cells.") % {"max": MAX_COLUMNS})
        if any(len(cell) > MAX_CELL for cell in cells):
            raise _refused(begin, _("A cell holds more than %(max)d characters.") % {"max": MAX_CELL})
        if any(cell.strip() for cell in cells):
            yield begin, cells


def _sheet_records(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Every line of a workbook's sheet, each as wide as its heading; a cell beside it without a heading is a problem."""
    try:
        lines = sheet_lines(data, MAX_COLUMNS)
        line, columns = next(lines, (1, []))
        width = len("".join("x" if cell.strip() else " " for cell in columns).rstrip())
        if width > MAX_COLUMNS:
            raise _refused(line, _("The row has more than %(max)d cells.") % {"max": MAX_COLUMNS})
        yield line, columns[:width]
        for line, cells in lines:
            if any(len(cell) > MAX_CELL for cell in cells):
                raise _refused(line, _("A cell holds more than %(max)d characters.") % {"max": MAX_CELL})
            if any(cell.strip() for cell in cells[width:]):
                raise _refused(line, _("A cell stands outside the columns that have a heading."))
            yield line, [*cells[:width], *[""] * (width - len(cells))]
    except Unreadable as error:
        raise _refused(error.line, error.message) from error


class _Lines:
    """The lines of a text for the reader of records, with the number and the ending of the one given last."""

    def __init__(self, text: str) -> None:
        self.lines = io.StringIO(text, newline="")
        self.number = 0
        self.ending = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self.lines)
        self.number += 1
        self.ending = ENDING.search(line[-2:])[0]  # type: ignore[index]
        return line


def _broken(error: csv.Error) -> Any:
    """The reader's complaint in words: it knows three."""
    if "field larger" in str(error):
        return _("A cell holds more than %(max)d characters.") % {"max": MAX_CELL}
    if "end of data" in str(error):
        return _("A quotation mark that opens here is never closed.")
    return _("A quotation mark stands where none may stand.")


def _heading_problems(columns: list[str]) -> list[Problem]:
    problems = []
    for number, column in enumerate(columns, 1):
        if not column:
            problems.append(Problem(1, "", _("Column %(number)d has no heading.") % {"number": number}))
        elif column in columns[: number - 1]:
            problems.append(Problem(1, column, _("The heading occurs twice.")))
    return problems


def _sense(text: str, charset: str, low: int, high: int) -> float:
    """How much of a text is of the commoner half of its character set: near 1 when it was decoded rightly."""
    characters = [c for c in text[:200_000] if ord(c) > 127]
    codes = (c.encode(charset, "ignore") for c in characters)
    return sum(1 for code in codes if code and low <= code[0] <= high) / (len(characters) or 1)
