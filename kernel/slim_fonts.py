"""Smaller PDFs: the glyph index of a Chinese font, written so that it compresses.

A subset of a Chinese font keeps the places of some thirty thousand glyphs, three bytes each, every one a little larger than
the one before: 60 KB that Flate alone cannot shrink. Flate's own predictor (PDF 32000-1, 7.4.4.4) writes differences to the
value three bytes before instead, and 60 KB become a few hundred bytes. Rows that hold outlines are left as they are.
"""

import struct
import zlib
from typing import Any

import pydyf

ROW = 768
STEP = 3
KEEP, DIFFERENCE = b"\x00", b"\x01"
PARAMETERS = pydyf.Dictionary({"Predictor": 15, "Colors": STEP, "BitsPerComponent": 8, "Columns": ROW // STEP})


def slim_fonts(document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher: rewrite each OpenType font stream of the PDF, losslessly."""
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.extra.get("Subtype") == "/OpenType":
            font = b"".join(part if isinstance(part, bytes) else part.data for part in stream.stream)
            stream.stream = [zlib.compress(predicted(font), 9)]
            stream.compress = False
            stream.extra |= {"Filter": "/FlateDecode", "DecodeParms": PARAMETERS}


def predicted(font: bytes) -> bytes:
    """The font in rows, each behind the tag of its filter; the last row is filled up with zeros."""
    start, end = _outline_table(font)
    parts = []
    for place in range(0, len(font), ROW):
        row = font[place : place + ROW].ljust(ROW, b"\x00")
        parts.append(_differences(row) if start <= place < end and _is_index(row) else KEEP + row)
    return b"".join(parts)


def _outline_table(font: bytes) -> tuple[int, int]:
    """Where the CFF table lies; nowhere in a font that has none."""
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _sum, start, length = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"CFF ":
            return start, start + length
    return 0, 0


def _is_index(row: bytes) -> bool:
    """Whether one of the three interleaved sequences counts up by one, as the index does over unused glyphs."""
    for phase in range(STEP):
        column = row[phase::STEP]
        steps = sum(1 for one, two in zip(column, column[1:], strict=False) if (two - one) & 255 == 1)
        if steps > len(column) // 2:
            return True
    return False


def _differences(row: bytes) -> bytes:
    first = row[:STEP]
    return DIFFERENCE + first + bytes((two - one) & 255 for one, two in zip(row, row[STEP:], strict=False))
