"""Text, hashes, differences and amounts: rules that hold for any input."""

import json
import time
import unicodedata
from copy import deepcopy
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from contracts import content as contents
from contracts.amounts import line_amount, totals
from contracts.differences import Effort, compare_contents, compare_texts
from contracts.placeholders import NAMES, fill, unknown_in, validate
from kernel.money import in_capitals, split

CJK = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x4E30) | st.sampled_from("。；\n abc19%[]"), max_size=120
)
MONEY = st.decimals(min_value=0, max_value=10**7, places=2)
PERCENT = st.decimals(min_value=0, max_value=100, places=2)


# --- placeholders ----------------------------------------------------------------------------------


@given(CJK, st.dictionaries(st.sampled_from(sorted(NAMES)), CJK))
def test_a_text_without_brackets_is_never_changed(text, values):
    plain = text.replace("[", "").replace("]", "")
    assert fill(plain, values) == plain


def test_a_value_is_never_expanded_again():
    assert fill("[[customer_name]] pays [[total]]", {"customer_name": "[[total]]", "total": "1"}) == "[[total]] pays 1"


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "{% load i18n %}", "{customer.__class__}", "{{ settings.SECRET_KEY }}", "%(total)s", "${total}"]
)
def test_no_engine_reads_the_text(text):
    assert (fill(text, {"total": "1"}), unknown_in(text)) == (text, [])


@pytest.mark.parametrize("name", ["customer.password", "__class__", "total.__init__", "", "TOTAL"])
def test_an_unknown_placeholder_is_named(name):
    with pytest.raises(ValidationError) as refused:
        validate(f"Pay [[{name}]] or [[total]]")
    assert f"[[{name}]]" in refused.value.messages[0]


# --- hashes ----------------------------------------------------------------------------------------


def sample(**changes):
    clauses = [
        {"key": 1, "heading": "Price", "text": "合同總價為一百元。", "commercial": True},
        {"key": 2, "heading": "Warranty", "text": "十二個月。", "commercial": False},
    ]
    return {
        "title": "Sale",
        "number": "HT-2026-0001",
        "kind": "sale",
        "script": "hant",
        "parties": {"our_name": "Us", "customer_name": "Them"},
        "terms": {"currency": "TWD", "payment_terms": "30/70"},
        "clauses": clauses,
        "lines": [{"description": "Arm", "unit_price": "100"}],
        "totals": {"total": "105"},
        "instalments": [{"name": "All", "amount": "105"}],
        "main_contract": "",
        "own_paper": "",
        **changes,
    }


def test_key_order_line_ends_and_unicode_form_do_not_matter():
    one = sample(title="e\u0301\r\ncole")
    two = json.loads(
        json.dumps(dict(reversed(sample(title=unicodedata.normalize("NFC", "e\u0301") + "\ncole").items())))
    )
    assert (contents.text_hash(one), contents.commercial_hash(one)) == (
        contents.text_hash(two),
        contents.commercial_hash(two),
    )


def test_the_key_of_a_clause_is_no_part_of_the_text():
    other = sample()
    other["clauses"][0]["key"] = 99
    assert contents.text_hash(other) == contents.text_hash(sample())


COMMERCIAL = {
    "parties": {"our_name": "Us", "customer_name": "Others"},
    "terms": {"currency": "CNY", "payment_terms": "30/70"},
    "lines": [{"description": "Arm", "unit_price": "99"}],
    "totals": {"total": "104"},
    "instalments": [],
    "own_paper": "abc",
}


@pytest.mark.parametrize("part", COMMERCIAL)
def test_a_commercial_change_changes_both_hashes(part):
    changed = sample(**{part: COMMERCIAL[part]})
    assert contents.commercial_hash(changed) != contents.commercial_hash(sample())
    assert contents.text_hash(changed) != contents.text_hash(sample())
    assert not contents.same_but_clauses(sample(), changed)


@given(st.integers(0, 1), st.text(min_size=1, max_size=20))
def test_any_change_of_a_clause_is_seen_and_is_commercial_only_when_flagged(which, more):
    changed = deepcopy(sample())
    changed["clauses"][which]["text"] += more
    seen = contents.text_hash(changed) != contents.text_hash(sample())
    assert seen == (
        contents._nfc(changed["clauses"][which]["text"]) != contents._nfc(sample()["clauses"][which]["text"])
    )
    assert (contents.commercial_hash(changed) != contents.commercial_hash(sample())) == (seen and which == 0)
    assert contents.changed_clauses(sample(), changed) <= {which + 1}


def test_another_order_of_clauses_is_more_than_a_change_of_wording():
    turned = sample(clauses=list(reversed(sample()["clauses"])))
    assert not contents.same_but_clauses(sample(), turned)
    fewer = sample(clauses=sample()["clauses"][:1])
    assert (contents.same_but_clauses(sample(), fewer), contents.changed_clauses(sample(), fewer)) == (True, {2})


# --- differences -----------------------------------------------------------------------------------


@given(CJK, CJK)
def test_a_difference_holds_both_texts_whole(old, new):
    pieces = compare_texts(old, new)
    assert "".join(p.text for p in pieces if p.kind != "new") == old
    assert "".join(p.text for p in pieces if p.kind != "gone") == new


def test_a_number_changes_as_a_whole_and_characters_one_by_one():
    pieces = [(p.kind, p.text) for p in compare_texts("出貨前付百分之五十；尾款20%。", "出貨前付百分之六十；尾款10%。")]
    assert ("gone", "五") in pieces
    assert ("new", "六") in pieces
    assert ("gone", "20%") in pieces
    assert ("new", "10%") in pieces


def test_long_texts_are_compared_in_time():
    old = "".join(f"第{n}句有一些字，說明第{n}件事。" for n in range(1_500))
    assert compare_texts(old, old.replace("第700件", "第七百件"))[0].kind == "same"
    assert len(compare_texts("甲" * 20_000, "乙" * 20_000)) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a。" * 10_000, "b。a。" * 5_000),
        ("甲乙丙" * 499 + "。", "丙甲乙丁" * 370 + "。"),
        ("ab " * 500 + "。", "ba " * 500 + "。"),
        ("\n" * 20_000, "x" + "\n" * 19_999),
        ("".join("甲" * (i % 7) + "乙" for i in range(330)), "".join("乙" * (i % 5) + "甲" for i in range(400))),
    ],
)
def test_texts_written_to_be_slow_are_compared_in_time(old, new):
    started, effort = time.process_time(), Effort()
    for _ in range(20):
        pieces = compare_texts(old, new, effort)
    assert time.process_time() - started < 3
    assert "".join(p.text for p in pieces if p.kind != "new") == old
    assert "".join(p.text for p in pieces if p.kind != "gone") == new


def test_contents_are_compared_clause_by_clause_and_fact_by_fact():
    changed = sample(terms={"currency": "TWD", "payment_terms": "50/50"}, lines=[])
    changed["clauses"][1]["text"] = "二十四個月。"
    changed["clauses"] = [*changed["clauses"], {"key": 3, "heading": "New", "text": "More", "commercial": False}]
    found = compare_contents(sample(), changed)
    assert [(c.key, c.kind) for c in found.clauses] == [(2, "changed"), (3, "added")]
    assert [f.name for f in found.facts] == ["payment_terms", "lines.1"]
    assert found.count == 4
    assert compare_contents(sample(), sample()).count == 0


def test_another_price_is_one_change_from_which_the_amounts_follow():
    def text(price, total, capitals, halves):
        line = {"description": "Arm", "quantity": "2", "unit": "piece", "unit_price": price, "amount": total}
        plan = [{"name": f"Part {n}", "amount": half, "due_on": None, "condition": ""} for n, half in enumerate(halves)]
        clause = {"key": 1, "heading": "Price", "text": f"總價 {capitals}（NT${int(total):,}）。", "commercial": True}
        terms = {"currency": "TWD", "payment_terms": ""}
        return sample(lines=[line], totals={"total": total}, instalments=plan, clauses=[clause], terms=terms)

    old = text("500", "1000", in_capitals(Decimal(1000), "TWD", "hant"), ["500", "500"])
    new = text("600", "1200", in_capitals(Decimal(1200), "TWD", "hant"), ["600", "600"])
    found = compare_contents(old, new)
    assert found.count == 1
    assert [(p.kind, p.text) for p in found.made[0].pieces if p.kind != "same"] == [
        ("gone", "500"), ("new", "600"), ("gone", "1000"), ("new", "1200"),
    ]  # fmt: skip
    assert [f.name for f in found.following] == ["total", "instalments.1", "instalments.2"]
    assert [c.follows for c in found.clauses] == [True]
    new["instalments"][1]["amount"] = "700"
    new["clauses"][0]["text"] += "另議。"
    assert [f.name for f in compare_contents(old, new).made] == ["lines.1", "instalments.2"]
    assert [c.follows for c in compare_contents(old, new).clauses] == [False]


def test_a_line_put_in_before_others_leaves_them_unchanged():
    arms = [{"description": f"Arm {n}"} for n in range(4)]
    found = compare_contents(sample(lines=arms[1:]), sample(lines=arms))
    assert [(f.name, f.old, f.new) for f in found.made] == [("lines.1", "", "Arm 0")]
    assert [f.name for f in compare_contents(sample(lines=arms), sample(lines=arms[:2])).made] == ["lines.3", "lines.4"]


# --- amounts -----------------------------------------------------------------------------------------


@given(st.lists(st.tuples(MONEY, PERCENT), max_size=6), st.booleans())
def test_net_and_tax_make_the_total_and_nothing_is_lost(rows, includes_tax):
    lines = [SimpleNamespace(amount=amount, tax_rate=rate) for amount, rate in rows]
    sums = totals(lines, includes_tax=includes_tax, currency="TWD")
    entered = sum((line.amount for line in lines), Decimal(0))
    assert sums.net + sums.tax == sums.total
    assert (sums.total if includes_tax else sums.net) == entered
    assert sums.tax >= 0


@given(st.decimals(min_value="0.001", max_value=10**4, places=3), MONEY, PERCENT)
def test_a_line_is_rounded_once(quantity, price, discount):
    exact = quantity * price * (100 - discount) / 100
    assert abs(line_amount(quantity, price, discount, "TWD") - exact) <= Decimal("0.005")


@given(st.decimals(min_value="0.01", max_value=10**7, places=2), st.lists(st.integers(1, 50), min_size=1, max_size=8))
def test_shares_of_the_total_add_up_to_the_last_cent(total, shares):
    assert sum(split(total, shares)) == total
