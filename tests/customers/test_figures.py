"""Properties of scorecards, margins and name keys that hold for all values."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.models import Scorecard, TermSheet, TermSheetLine
from customers.models.scorecards import CRITERIA
from customers.names import initials, name_key, pinyin

scores = st.fixed_dictionaries({name: st.integers(1, 5) for name in CRITERIA})
weights = st.fixed_dictionaries({f"weight_{name}": st.integers(0, 100) for name in CRITERIA})
prices = st.decimals(min_value=0, max_value=10**9, places=2)
quantities = st.decimals(min_value="0.001", max_value=10**5, places=3)


@given(scores, weights, st.sampled_from(CRITERIA))
def test_a_total_lies_between_its_scores_and_grows_with_them(values, parts, raised):
    card = Scorecard(**values, **parts)
    assert min(values.values()) <= card.total <= max(values.values())
    better = Scorecard(**{**values, raised: min(5, values[raised] + 1)}, **parts)
    assert better.total >= card.total


@given(scores, weights)
def test_equal_scores_give_that_score_whatever_the_weights(values, parts):
    assert Scorecard(**dict.fromkeys(values, 3), **parts).total == Decimal("3.00")


class Lines(list):
    """Lines as the sheet reads them."""

    def all(self):
        return self


def sheet_of(rows, currency="TWD"):
    """An unsaved sheet with these (quantity, price, discount, cost) lines."""
    sheet = TermSheet(pk=1, currency=currency)
    names = ("quantity", "unit_price", "discount_percent", "unit_cost")
    lines = Lines(TermSheetLine(sheet=sheet, **dict(zip(names, row, strict=True))) for row in rows)
    sheet._prefetched_objects_cache = {"lines": lines}
    return sheet


line = st.tuples(quantities, prices, st.decimals(min_value=0, max_value=100, places=2), prices)


@settings(max_examples=60)
@given(st.lists(line, min_size=1, max_size=6))
def test_totals_are_exact_sums_and_the_margin_follows_from_them(rows):
    sheet = sheet_of(rows)
    lines = sheet.lines.all()
    assert sheet.total == sum(x.amount for x in lines) and sheet.cost == sum(x.cost for x in lines)
    assert all(isinstance(x.amount, Decimal) and x.amount >= 0 for x in lines)
    if sheet.total:
        exact = (sheet.total - sheet.cost) * 100 / sheet.total
        assert abs(sheet.margin_percent - exact) <= Decimal("0.005")
    else:
        assert sheet.margin_percent is None


@settings(max_examples=60)
@given(line, st.decimals(min_value=0, max_value=100, places=2))
def test_a_discount_never_raises_the_amount(row, discount):
    plain = sheet_of([(row[0], row[1], Decimal(0), row[3])])
    less = sheet_of([(row[0], row[1], discount, row[3])])
    assert less.total <= plain.total


def test_one_unknown_cost_makes_the_margin_unknown():
    sheet = sheet_of([(Decimal(1), Decimal(10), Decimal(0), Decimal(1)), (Decimal(1), Decimal(10), Decimal(0), None)])
    assert (sheet.cost, sheet.margin_percent) == (None, None)


@given(st.text(max_size=80))
def test_a_key_is_its_own_key_and_any_name_can_be_filed(name):
    key = name_key(name)
    assert name_key(key) in (key, name_key(name_key(key)))
    assert len(pinyin(name)) <= 300 and len(initials(name)) <= 60


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("鴻洲自動化股份有限公司", "鸿洲自动化有限公司"),
        ("Acme Co., Ltd.", "ACME"),
        ("Ａｃｍｅ　Ｉｎｃ．", "acme inc"),
        ("株式会社ミナト工機", "ミナト工機"),
    ],
)
def test_the_same_company_has_one_key(one, other):
    assert name_key(one) == name_key(other)


def test_a_suffix_inside_a_word_is_part_of_the_name():
    assert name_key("Cisco") == "cisco" and name_key("Zinc") == "zinc" and name_key("有限公司") == "有限公司"
