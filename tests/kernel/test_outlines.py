"""Outlines on a coarser grid: every point moves by half a step at most, and only what hardly bends becomes straight."""

import pytest
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen

from kernel.outlines import UnknownOutlineError, redrawn

DRAWINGS = {
    "lines": [("moveTo", [(13, -7)]), ("lineTo", [(513, -7)]), ("lineTo", [(513, 802)]), ("lineTo", [(20, 1301)])],
    "one line upwards": [("moveTo", [(0, 0)]), ("lineTo", [(0, 401)]), ("lineTo", [(333, 401)])],
    "curves": [
        ("moveTo", [(100, 0)]),
        ("curveTo", [(151, 0), (203, 47), (203, 99)]),
        ("curveTo", [(203, 151), (149, 211), (97, 211)]),
        ("curveTo", [(41, 211), (11, 151), (-3, 99)]),
    ],
    "curves and lines": [
        ("moveTo", [(0, 517)]),
        ("lineTo", [(35, 521)]),
        ("curveTo", [(44, 533), (61, 541), (77, 566)]),
        ("lineTo", [(19, 1150)]),
        ("lineTo", [(-1141, 30)]),
        ("curveTo", [(-1141, 61), (90, 61), (95, 45)]),
        ("curveTo", [(110, 45), (125, 71), (150, 71)]),
    ],
}


def drawn(charstring):
    pen = RecordingPen()
    charstring.draw(pen)
    return [(name, list(points)) for name, points in pen.value if points]


def charstring(drawing):
    pen = T2CharStringPen(None, None)
    for name, points in drawing:
        getattr(pen, name)(*points)
    pen.closePath()
    pen.endPath()
    code = pen.getCharString(private=Private(), globalSubrs=[])
    code.compile()
    return code


def redone(code, grid, width=None, bend=0):
    again = T2CharString(bytecode=redrawn(code.bytecode, width, grid, bend), private=Private(), globalSubrs=[])
    return drawn(again), again.width


class Private:
    """What a font tells its outlines about widths."""

    nominalWidthX, defaultWidthX, rawDict = 0, 1000, {}


@pytest.mark.parametrize("grid", [1, 3, 8])
@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_points_stand_on_the_grid_beside_where_they_were(drawing, grid):
    code = charstring(drawing)
    before, (after, width) = drawn(charstring(drawing)), redone(code, grid)
    assert width == 1000
    assert [name for name, _points in after] == [name for name, _points in before]
    for (_name, old), (_other, new) in zip(before, after, strict=True):
        for (x, y), (u, v) in zip(old, new, strict=True):
            assert u % grid == v % grid == 0
            assert abs(u - x) <= grid / 2 and abs(v - y) <= grid / 2


def test_width_stands_before_the_first_move_once():
    code = charstring(DRAWINGS["curves"])
    _drawing, width = redone(code, 1, 540)
    assert width == 540
    with_width = T2CharString(bytecode=redrawn(code.bytecode, 540, 1, 0))
    assert redrawn(with_width.bytecode, 777, 1, 0) == redrawn(code.bytecode, 777, 1, 0)


def test_curves_that_hardly_bend_become_straight_and_the_others_stay():
    arch = [("moveTo", [(0, 0)]), ("curveTo", [(30, 8), (60, 8), (90, 0)]), ("curveTo", [(90, 50), (50, 90), (0, 90)])]
    after, _width = redone(charstring(arch), 1, bend=6)
    assert after == [("moveTo", [(0, 0)]), ("lineTo", [(90, 0)]), arch[2]]
    hairpin = [("moveTo", [(0, 0)]), ("curveTo", [(200, 0), (200, 0), (0, 0)]), ("lineTo", [(0, 90)])]
    after, _width = redone(charstring(hairpin), 1, bend=6)
    assert after[1] == hairpin[1]


def test_subroutines_are_refused():
    for operator in (10, 29):
        with pytest.raises(UnknownOutlineError):
            redrawn(bytes((139, 139, operator)), None, 8, 0)
