"""Smaller PDFs: the glyph index of a Chinese font, written so that it compresses.

A subset of a Chinese font keeps the places of some thirty thousand glyphs, two or three bytes each, every one a little
larger than the one before: 60 KB that Flate alone cannot shrink. Flate's own predictor (PDF 32000-1, 7.4.4.4) writes
differences to the place before instead, and 60 KB become a few hundred bytes. Rows of outlines are left as they are.
"""

import struct
import zlib
from typing import Any

import pydyf

ROW = 768
KEEP, DIFFERENCE = b"\x00", b"\x01"


def slim_fonts(document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher: rewrite each OpenType font stream of the PDF, losslessly."""
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.extra.get("Subtype") == "/OpenType":
            font = b"".join(part if isinstance(part, bytes) else part.data for part in stream.stream)
            step, rows = predicted(font)
            parameters = {"Predictor": 15, "Colors": step, "BitsPerComponent": 8, "Columns": ROW // step}
            stream.stream, stream.compress = [zlib.compress(rows, 9)], False
            stream.extra |= {"Filter": "/FlateDecode", "DecodeParms": pydyf.Dictionary(parameters)}


def predicted(font: bytes) -> tuple[int, bytes]:
    """The index's bytes a place, and the font in rows behind the tags of their filters, the last filled up with zeros."""
    rows = [font[place : place + ROW].ljust(ROW, b"\x00") for place in range(0, len(font), ROW)]
    start, end = _outline_table(font)
    within = range(start // ROW, end // ROW + 1)
    step, counting = max(((step, {n for n in within if _counts_up(rows, n, step)}) for step in (2, 3)), key=_how_many)
    return step, b"".join(_differences(row, step) if n in counting else KEEP + row for n, row in enumerate(rows))


def _how_many(found: tuple[int, set[int]]) -> int:
    return len(found[1])


def _outline_table(font: bytes) -> tuple[int, int]:
    """Where the CFF table lies; nowhere in a font that has none."""
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _sum, start, length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"CFF ":
            return start, start + length
    return 0, 0


def _counts_up(rows: list[bytes], number: int, step: int) -> bool:
    """Whether one byte of each place counts up by one, as the index does over unused glyphs."""
    row = rows[number] if number < len(rows) else b""
    for phase in range(step):
        column = row[phase::step]
        ups = sum((two - one) & 255 == 1 for one, two in zip(column, column[1:], strict=False))
        if 2 * ups > len(column):
            return True
    return False


def _differences(row: bytes, step: int) -> bytes:
    return DIFFERENCE + row[:step] + bytes((two - one) & 255 for one, two in zip(row, row[step:], strict=False))
