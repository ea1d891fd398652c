"""Money is exact: reading, rounding, splitting and capitals."""

import re
from decimal import Decimal

import cn2an
import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from kernel.money import CURRENCIES, in_capitals, in_figures, parse_amount, plain_figures, quantize, split

amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=2)


@pytest.mark.parametrize(
    ("amount", "hant", "hans"),
    [
        ("0", "零元整", "零元整"),
        ("10", "壹拾元整", "壹拾元整"),
        ("100000", "壹拾萬元整", "壹拾万元整"),
        ("1004.5", "壹仟零肆元伍角", "壹仟零肆元伍角"),
        ("100000001", "壹億零壹元整", "壹亿零壹元整"),
        ("1000.05", "壹仟元零伍分", "壹仟元零伍分"),
        ("0.005", "壹分", "壹分"),
        ("-2360", "負貳仟參佰陸拾元整", "负贰仟叁佰陆拾元整"),
    ],
)
def test_capitals_of_known_amounts(amount, hant, hans):
    assert in_capitals(Decimal(amount), "TWD") == "新臺幣" + hant
    assert in_capitals(Decimal(amount), "CNY", "hans") == "人民币" + hans


@given(st.integers(0, 10**15))
@example(0)
@example(10)
@example(10**5)
@example(10**8 + 1)
def test_capitals_read_back_as_the_same_whole_amount(number):
    words = in_capitals(Decimal(number), "CNY", "hans").removeprefix("人民币").removesuffix("元整")
    assert cn2an.cn2an(words, "normal" if words == "零" else "strict") == number


@given(amounts, st.sampled_from(sorted(CURRENCIES)))
def test_capitals_use_one_script_only(amount, currency):
    assert not set(in_capitals(amount, currency, "hant")) & set("万亿贰叁陆负币欧")
    assert not set(in_capitals(amount, currency, "hans")) & set("萬億貳參陸負幣歐圓")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "US dollars zero only"),
        ("1234067.08", "US dollars one million two hundred and thirty-four thousand sixty-seven and 08/100"),
        ("-15", "US dollars minus fifteen only"),
    ],
)
def test_english_words(amount, words):
    assert in_capitals(Decimal(amount), "USD", "en") == words


@pytest.mark.parametrize(
    ("text", "amount"),
    [("１００", "100"), ("1,000.50", "1000.50"), (" 12 ", "12"), ("-0", "0"), ("－３．５", "-3.5"), (".5", "0.5")],
)
def test_amounts_are_read_as_people_type_them(text, amount):
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    "text",
    [
        "1e400",
        "NaN",
        "Infinity",
        "1,00.5",
        "1 000",
        "",
        "--1",
        "0x10",
        "1" * 40,
        "1" * 61,
        "1.2.3",
        "١٢",
        "$5",
        "1\n2",
        "½",
    ],
)
def test_everything_else_is_refused(text):
    with pytest.raises(ValidationError):
        parse_amount(text)


def test_rounding_is_half_up_and_float_is_refused():
    assert quantize(Decimal("0.005")) == Decimal("0.01")
    assert quantize(Decimal("2.5"), "JPY") == Decimal("3")
    with pytest.raises(TypeError):
        quantize(0.1)
    with pytest.raises(ValueError):
        quantize(Decimal("NaN"))


def test_figures_show_decimals_only_where_there_are_some():
    assert plain_figures(Decimal("12000.00")) == "12,000"
    assert in_figures(Decimal("-3.5"), "USD") == "−US$3.50"
    assert in_figures(Decimal("1234567"), "TWD") == "NT$1,234,567"


@given(amounts, st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(sum))
def test_split_adds_up_exactly_and_is_fair_to_one_unit(total, shares):
    parts = split(total, shares)
    assert sum(parts) == total
    assert all(re.fullmatch(r"-?\d+\.\d\d", format(part, "f")) for part in parts)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - total * share / sum(shares)) <= Decimal("0.0100001")
        assert share or part == 0


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1, 5]])
def test_split_refuses_senseless_shares(shares):
    with pytest.raises(ValueError):
        split(Decimal("1"), shares)
