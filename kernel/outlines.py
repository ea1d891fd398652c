"""Outlines of glyphs (Type 2 charstrings) read, set on a coarser grid, and written again.

Each operator keeps its kind and its number of points; only the figures change, so that what was straight stays straight.
"""

import struct
from collections.abc import Iterator

X, Y = 0, 1
FIRST_NUMBER, ESCAPE, SHORT = 32, 12, 28
ENDCHAR, RMOVETO, HMOVETO, VMOVETO = 14, 21, 22, 4
MOVES = {RMOVETO: 2, HMOVETO: 1, VMOVETO: 1, ENDCHAR: 0}
RLINETO, HLINETO, VLINETO, RRCURVETO, RCURVELINE, RLINECURVE = 5, 6, 7, 8, 24, 25
VVCURVETO, HHCURVETO, VHCURVETO, HVCURVETO = 26, 27, 30, 31
IN_PAIRS = {RMOVETO, RLINETO, RRCURVETO, RCURVELINE, RLINECURVE}


class UnknownOutlineError(ValueError):
    """A charstring with hints, subroutines or operators that ours never hold."""


def redrawn(charstring: bytes, width: int | None, grid: int) -> bytes:
    """The outline with each point on the grid, and its width before the first move (None: the font's default width)."""
    place: list[float] = [0, 0]
    drawn = [0, 0]
    out = [] if width is None else [number(width)]
    for order, (operands, operator) in enumerate(_instructions(charstring)):
        figures = operands
        if order == 0 and operator in MOVES:
            figures = operands[len(operands) - MOVES[operator] :]
        for figure, axis in zip(figures, axes(operator, len(figures)), strict=True):
            place[axis] += figure
            target = round(place[axis] / grid) * grid
            out.append(number(target - drawn[axis]))
            drawn[axis] = target
        out.append(bytes((operator,)))
    return b"".join(out)


def axes(operator: int, count: int) -> list[int]:
    """Along which axis each of an operator's figures runs; raises UnknownOutlineError for an operator we do not know."""
    if operator in IN_PAIRS:
        return [X, Y] * (count // 2)
    if operator in (HMOVETO, HLINETO):
        return [X, Y] * (count // 2) + [X] * (count % 2)
    if operator in (VMOVETO, VLINETO):
        return [Y, X] * (count // 2) + [Y] * (count % 2)
    if operator == HHCURVETO:
        return [Y] * (count % 2) + [X, X, Y, X] * (count // 4)
    if operator == VVCURVETO:
        return [X] * (count % 2) + [Y, X, Y, Y] * (count // 4)
    if operator in (HVCURVETO, VHCURVETO):
        turns = [[X, X, Y, Y], [Y, X, Y, X]] if operator == HVCURVETO else [[Y, X, Y, X], [X, X, Y, Y]]
        found = [axis for turn in range(count // 4) for axis in turns[turn % 2]]
        return found + [1 - found[-1]] * (count % 4)
    if operator == ENDCHAR:
        return []
    raise UnknownOutlineError(f"operator {operator}")


def number(value: int) -> bytes:
    """An integer as a charstring or a dictionary of a font holds it."""
    if -107 <= value <= 107:
        return bytes((value + 139,))
    if 108 <= value <= 1131:
        return bytes((247 + (value - 108 >> 8), value - 108 & 255))
    if -1131 <= value <= -108:
        return bytes((251 + (-value - 108 >> 8), -value - 108 & 255))
    return struct.pack(">Bh", SHORT, value)


def _instructions(code: bytes) -> Iterator[tuple[list[float], int]]:
    """Operands and operator, one after the other."""
    operands: list[float] = []
    place = 0
    while place < len(code):
        byte = code[place]
        if byte >= FIRST_NUMBER or byte == SHORT:
            value, place = _figure(code, place)
            operands.append(value)
            continue
        if byte == ESCAPE:
            raise UnknownOutlineError(f"operator 12 {code[place + 1]}")
        yield operands, byte
        operands, place = [], place + 1


def _figure(code: bytes, place: int) -> tuple[float, int]:
    """The number that begins at this place, and the place after it."""
    byte = code[place]
    if byte == SHORT:
        return struct.unpack_from(">h", code, place + 1)[0], place + 3
    if byte < 247:
        return byte - 139, place + 1
    if byte < 251:
        return (byte - 247) * 256 + code[place + 1] + 108, place + 2
    if byte < 255:
        return -(byte - 251) * 256 - code[place + 1] - 108, place + 2
    return struct.unpack_from(">i", code, place + 1)[0] / 65536, place + 5
