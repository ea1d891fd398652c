"""Charts are plain, escaped SVG without style or script."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from kernel.charts import bar_chart, ceiling, line_chart

POINTS = [("一月", Decimal(0)), ("二月", Decimal("12.5")), ("<b>三月", 40)]


@pytest.mark.parametrize("draw", [bar_chart, line_chart])
@pytest.mark.parametrize("points", [POINTS, [], [("x", 0)], [(str(n), n) for n in range(100)]])
def test_chart_is_well_formed_and_free_of_style_and_script(draw, points):
    svg = str(draw("銷售額 <script>", points, "NT$"))
    names = {element.tag for element in ElementTree.fromstring(svg).iter()}
    assert names <= {"svg", "title", "line", "text", "rect", "polyline", "circle"}
    assert "style=" not in svg and "<script" not in svg


def test_bars_are_as_high_as_their_values():
    bars = ElementTree.fromstring(str(bar_chart("x", POINTS))).findall("rect")
    heights = [Decimal(bar.get("height")) for bar in bars]
    assert heights == [Decimal("0.0"), Decimal("48.0"), Decimal("153.6")]
    assert [bar.find("title").text for bar in bars] == ["一月: 0", "二月: 12.5", "<b>三月: 40"]


@pytest.mark.parametrize(
    ("value", "top"), [("0", "1"), ("1", "1"), ("0.3", "0.5"), ("11", "20"), ("99", "100"), ("23", "25")]
)
def test_scale_ends_at_a_round_figure(value, top):
    assert ceiling(Decimal(value)) == Decimal(top)


def test_negative_value_is_refused():
    with pytest.raises(ValueError, match="from 0 up"):
        bar_chart("x", [("a", -1)])
