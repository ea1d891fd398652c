"""Chinese fonts in a PDF: only the outlines that the document draws, in the form that every reader takes alike, and small.

WeasyPrint embeds a whole OpenType file: the index, names and widths of some twenty thousand glyphs for a few hundred that
are drawn, and numbers that readers true to the standard (MuPDF) take for names. In its place comes the plain font program
of ISO 32000-1, 9.9 (CIDFontType0C): the drawn glyphs alone, each called by the number by which the text calls it.
Their points stand on a grid of 8 in 1000, and curves that lean out by less than 8 in 1000 are straight: no line moves by
more than a thirtieth of a millimetre in the text of a contract, which is less than a printer's dot, and saves a third.
"""

import io
import struct
from collections.abc import Sequence
from typing import Any

import pydyf
from fontTools.cffLib import CFFFontSet

from kernel.outlines import UnknownOutlineError, number, redrawn

GRID = 8
BEND = 8
EM = FULL_WIDTH = 1000
BLANK = bytes((14,))  # a glyph that ends at once
ADOBE, IDENTITY = 391, 392  # the first two strings of a font's own
HEAD = bytes((1, 0, 4, 4))
ROS, CID_COUNT, FD_ARRAY, FD_SELECT = b"\x0c\x1e", b"\x0c\x22", b"\x0c\x24", b"\x0c\x25"
CHARSET, CHARSTRINGS, PRIVATE, DEFAULT_WIDTH, NOMINAL_WIDTH = b"\x0f", b"\x11", b"\x12", b"\x14", b"\x15"


def finish_fonts(document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher: put the plain font program in the place of each OpenType file with numbered glyphs."""
    dictionaries = [thing for thing in pdf.objects if isinstance(thing, pydyf.Dictionary)]
    plain = {thing.reference for thing in pdf.objects if _made_plain(thing)}
    described = {thing.reference for thing in dictionaries if thing.get("FontFile3") in plain}
    for font in dictionaries:
        if font.get("FontDescriptor") in described:
            font.pop("CIDToGIDMap", None)  # a number is a name in these fonts, and never a place
            font["W"] = _other_widths(font["W"])


def _made_plain(thing: Any) -> bool:
    """Put the plain program in the place of an OpenType file; tell whether it was done."""
    if not isinstance(thing, pydyf.Stream) or thing.extra.get("Subtype") != "/OpenType":
        return False
    program = plain_program(b"".join(thing.stream))
    if program:
        thing.stream, thing.extra["Subtype"] = [program], "/CIDFontType0C"
    return bool(program)


def _other_widths(widths: Sequence[Any]) -> pydyf.Array:
    """The widths other than the full one, which goes without saying (DW)."""
    kept = pydyf.Array()
    for first, run in zip(widths[::2], widths[1::2], strict=True):
        for glyph, width in enumerate(run, start=first):
            if width != FULL_WIDTH:
                kept.extend((glyph, pydyf.Array([width])))
    return kept


def plain_program(font: bytes) -> bytes | None:
    """The font program with the drawn glyphs alone, called by their numbers; None for a font of another make."""
    tables = _tables(font)
    if not {b"CFF ", b"head", b"hhea", b"hmtx"} <= tables.keys():
        return None
    if struct.unpack_from(">H", tables[b"head"], 18)[0] != EM:
        return None
    charstrings = _numbered_charstrings(tables[b"CFF "])
    widths = _widths(tables[b"hhea"], tables[b"hmtx"], len(charstrings))
    drawn = [n for n, code in enumerate(charstrings) if n and (len(code) > len(BLANK) or widths[n])]
    if not drawn:
        return None
    try:
        outlines = [redrawn(charstrings[n], _own_width(widths[n]), GRID, BEND) for n in (0, *drawn)]
    except UnknownOutlineError:
        return None
    return _program(drawn, outlines)


def _own_width(width: int) -> int | None:
    return None if width == FULL_WIDTH else width


def _tables(font: bytes) -> dict[bytes, bytes]:
    found = {}
    for place in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _sum, start, length = struct.unpack_from(">4sIII", font, 12 + 16 * place)
        found[tag] = font[start : start + length]
    return found


def _numbered_charstrings(outlines: bytes) -> list[bytes]:
    """The outlines of a font that calls its glyphs by number, in their order; none for one that calls them by name."""
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(outlines), None)
    top = fonts.topDictIndex[0].rawDict
    if "ROS" not in top:
        return []
    start = top["CharStrings"]
    count, size = struct.unpack_from(">HB", outlines, start)
    index = outlines[start + 3 : start + 3 + size * (count + 1)]
    ends = [int.from_bytes(index[n : n + size]) for n in range(0, len(index), size)]
    base = start + 2 + len(index)
    return [outlines[base + ends[n] : base + ends[n + 1]] for n in range(count)]


def _widths(head: bytes, metrics: bytes, glyphs: int) -> list[int]:
    """How wide each glyph is; from the last one listed on all are as wide as it."""
    listed = struct.unpack_from(">H", head, 34)[0]
    widths = [struct.unpack_from(">H", metrics, 4 * n)[0] for n in range(min(listed, glyphs))]
    return widths + widths[-1:] * (glyphs - len(widths))


def _program(numbers: Sequence[int], outlines: Sequence[bytes]) -> bytes:
    """A font program with one glyph per number after the blank one: every part after the dictionary that names its place."""
    front = HEAD + _index([b"Bylaw"])
    strings = _index([b"Adobe", b"Identity"]) + _index([])
    charset = b"\x00" + struct.pack(f">{len(numbers)}H", *numbers)
    select = struct.pack(">BHHBH", 3, 1, 0, 0, len(outlines))
    glyphs = _index(outlines)
    private = number(FULL_WIDTH) + DEFAULT_WIDTH + number(0) + NOMINAL_WIDTH
    length = len(_top([0, 0, 0, 0], 0))
    start = len(front) + len(_index([bytes(length)])) + len(strings)
    places = [start, start + len(charset)]
    places.append(places[1] + len(select))
    places.append(places[2] + len(glyphs))
    array = _index([number(len(private)) + _place(0) + PRIVATE])
    array = _index([number(len(private)) + _place(places[3] + len(array)) + PRIVATE])
    top = _index([_top(places, numbers[-1] + 1)])
    return b"".join((front, top, strings, charset, select, glyphs, array, private))


def _top(places: Sequence[int], count: int) -> bytes:
    charset, select, glyphs, array = map(_place, places)
    named = number(ADOBE) + number(IDENTITY) + number(0) + ROS + _place(count) + CID_COUNT
    return named + charset + CHARSET + select + FD_SELECT + glyphs + CHARSTRINGS + array + FD_ARRAY


def _place(value: int) -> bytes:
    """A number in five bytes, so that the dictionary is as long before its places are known as after."""
    return struct.pack(">Bi", 29, value)


def _index(items: Sequence[bytes]) -> bytes:
    """A list of byte strings behind their offsets, which begin at one."""
    if not items:
        return b"\x00\x00"
    ends = [1]
    for item in items:
        ends.append(ends[-1] + len(item))
    size = (ends[-1].bit_length() + 7) // 8
    return struct.pack(">HB", len(items), size) + b"".join(end.to_bytes(size) for end in ends) + b"".join(items)
