"""Outlines of glyphs (Type 2 charstrings) drawn again on a coarser grid, with straight lines for curves that nobody sees bend."""

import math
import struct
from functools import lru_cache
from typing import Any

from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.basePen import BasePen
from fontTools.pens.t2CharStringPen import T2CharStringPen

BULGE = 0.75  # how far a curve leans out at most, of the distance of its control points
MOST_KEPT = 30_000  # outlines of all faces that the documents of a day draw, some 5 MB

Point = tuple[float, float]


class UnknownOutlineError(ValueError):
    """A charstring that cannot be drawn by itself: it calls subroutines, or is no charstring."""


@lru_cache(MOST_KEPT)
def redrawn(charstring: bytes, width: int | None, grid: int, bend: int) -> bytes:
    """The outline with each point on the grid, and its width before the first move (None: the font's default width).

    A curve that leans out by `bend` at most becomes a straight line. All lengths are in units of the font.
    Raises UnknownOutlineError.
    """
    code = T2CharStringPen(None, None)
    try:
        T2CharString(bytecode=charstring, private=_Widths(), globalSubrs=[]).draw(_Coarse(code, grid, bend))
    except (AttributeError, IndexError, NotImplementedError) as error:
        raise UnknownOutlineError(str(error)) from error
    again = code.getCharString(private=None, globalSubrs=None)
    again.compile()
    return (b"" if width is None else number(width)) + bytes(again.bytecode)


class _Widths:
    """What a font tells its outlines about widths, where each brings its own; it has no subroutines."""

    nominalWidthX = 0
    defaultWidthX = 0


class _Coarse(BasePen):  # type: ignore[misc]
    """Hands on to another pen what is drawn, point by point on the grid."""

    def __init__(self, to: Any, grid: int, bend: int) -> None:
        super().__init__(None)
        self.to, self.grid, self.bend = to, grid, bend
        self.place: Point = (0, 0)

    def _moveTo(self, point: Point) -> None:
        self.place = self._placed(point)
        self.to.moveTo(self.place)

    def _lineTo(self, point: Point) -> None:
        end = self._placed(point)
        if end != self.place:
            self.to.lineTo(end)
            self.place = end

    def _curveToOne(self, first: Point, second: Point, point: Point) -> None:
        if BULGE * max(_apart(p, self._getCurrentPoint(), point) for p in (first, second)) <= self.bend:
            self._lineTo(point)
            return
        end = self._placed(point)
        self.to.curveTo(self._placed(first), self._placed(second), end)
        self.place = end

    def _closePath(self) -> None:
        self.to.closePath()

    def _endPath(self) -> None:
        self.to.endPath()

    def _placed(self, point: Point) -> Point:
        return round(point[0] / self.grid) * self.grid, round(point[1] / self.grid) * self.grid


def _apart(point: Point, start: Point, end: Point) -> float:
    """How far a point lies from the stretch between two others."""
    run, rise = end[0] - start[0], end[1] - start[1]
    along, up = point[0] - start[0], point[1] - start[1]
    length = run * run + rise * rise
    share = min(1.0, max(0.0, (along * run + up * rise) / length)) if length else 0.0
    return math.hypot(along - share * run, up - share * rise)


def number(value: int) -> bytes:
    """An integer as a charstring or a dictionary of a font holds it."""
    if -107 <= value <= 107:
        return bytes((value + 139,))
    if 108 <= value <= 1131:
        return bytes((247 + (value - 108 >> 8), value - 108 & 255))
    if -1131 <= value <= -108:
        return bytes((251 + (-value - 108 >> 8), -value - 108 & 255))
    return struct.pack(">Bh", 28, value)
