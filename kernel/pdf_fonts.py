"""Two corrections to the Chinese fonts WeasyPrint embeds: that every reader draws them, and that they are small.

Names: WeasyPrint writes glyph numbers, but a reader true to the standard (MuPDF) takes them for the names in the font's
charset, which in a cut-down font differ: it draws blanks where Chrome and Poppler draw text. Naming each glyph by its
number makes both readings one.
Size: the index of some twenty thousand glyphs, two or three bytes each, every one a little larger than the one before,
is 60 KB that Flate alone cannot shrink. Flate's own predictor (PDF 32000-1, 7.4.4.4) writes differences to the place
before instead, and a few hundred bytes are left. Rows of outlines stay as they are.
"""

import io
import struct
import zlib
from itertools import pairwise
from typing import Any

import pydyf
from fontTools.cffLib import CFFFontSet

ROW = 768
SAMPLE = 32
KEEP, DIFFERENCE = b"\x00", b"\x01"
LARGEST_PREDEFINED_CHARSET = 2


def finish_fonts(document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher: rewrite each OpenType font stream of the PDF."""
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.extra.get("Subtype") == "/OpenType":
            font = named_by_number(b"".join(stream.stream))
            step, rows = predicted(font)
            parameters = {"Predictor": 15, "Colors": step, "BitsPerComponent": 8, "Columns": ROW // step}
            stream.stream, stream.compress = [zlib.compress(rows, 9)], False
            stream.extra |= {"Filter": "/FlateDecode", "DecodeParms": pydyf.Dictionary(parameters)}


def named_by_number(font: bytes) -> bytes:
    """The font with glyph n called CID n; as it is where it has no CFF outlines with CIDs, or no charset of its own."""
    start, end = _outline_table(font)
    if start == end:
        return font
    outlines = CFFFontSet()
    outlines.decompile(io.BytesIO(font[start:end]), None)
    top = outlines.topDictIndex[0].rawDict
    if "ROS" not in top or top.get("charset", 0) <= LARGEST_PREDEFINED_CHARSET:
        return font
    glyphs = struct.unpack_from(">H", font, start + top["CharStrings"])[0]
    place = start + top["charset"]
    old = _charset_length(font, place, glyphs)
    identity = struct.pack(">BHH", 2, 1, glyphs - 2)
    return font if old < len(identity) else font[:place] + identity.ljust(old, b"\x00") + font[place + old :]


def _charset_length(font: bytes, place: int, glyphs: int) -> int:
    kind = font[place]
    if kind == 0:
        return 1 + 2 * (glyphs - 1)
    size, left, length = ">HB" if kind == 1 else ">HH", glyphs - 1, 1
    while left > 0:
        left -= struct.unpack_from(size, font, place + length)[1] + 1
        length += struct.calcsize(size)
    return length


def predicted(font: bytes) -> tuple[int, bytes]:
    """The index's bytes a place, and the font in rows, each behind its filter's tag, the last filled up with zeros."""
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
    """Whether one byte of each place climbs slowly, as the index of glyphs and the list of their names do."""
    row = rows[number] if number < len(rows) else b""
    for phase in range(step):
        column = row[phase : SAMPLE * step : step]
        ups = sum((two - one) & 255 < 8 for one, two in pairwise(column))
        if 2 * ups > len(column):
            return True
    return False


def _differences(row: bytes, step: int) -> bytes:
    return DIFFERENCE + row[:step] + bytes((two - one) & 255 for one, two in zip(row, row[step:], strict=False))
