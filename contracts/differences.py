"""Readable differences: between two texts by character (CJK) or word (Latin), and between two contents of a contract."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.content import KEY
from kernel.money import in_capitals, in_figures

TOKEN = re.compile(r"[0-9A-Za-z\u00c0-\u024f]+(?:[.,%'-][0-9A-Za-z]+)*%?|\s+|.", re.DOTALL)
SENTENCE = re.compile(r"[^。；;\n]*[。；;\n]|[^。；;\n]+")
MOST_PAIRS = 40_000  # half a second at worst
FINEST = 1_500  # tokens of a changed passage up to which it is compared by character
ROUNDING = 1  # of an amount, in the currency's unit
ISLAND = 1  # an equal stretch this short between two changes only makes them harder to read

SAME, GONE, NEW = "same", "gone", "new"
LABELS = {
    "title": gettext_lazy("title"),
    "main_contract": gettext_lazy("main contract"),
    "our_name": gettext_lazy("our name"),
    "our_address": gettext_lazy("our address"),
    "our_registration_number": gettext_lazy("our registration number"),
    "our_bank": gettext_lazy("our bank account"),
    "customer_name": gettext_lazy("customer's name"),
    "customer_address": gettext_lazy("customer's address"),
    "customer_registration_number": gettext_lazy("customer's registration number"),
    "currency": gettext_lazy("currency"),
    "tax_rate": gettext_lazy("tax rate"),
    "price_includes_tax": gettext_lazy("prices include tax"),
    "payment_terms": gettext_lazy("payment terms"),
    "delivery_terms": gettext_lazy("delivery terms"),
    "delivery_on": gettext_lazy("delivery date"),
    "after_sales": gettext_lazy("after-sales service"),
    "period_start": gettext_lazy("period of performance from"),
    "period_end": gettext_lazy("period of performance until"),
    "net_total": gettext_lazy("amount without tax"),
    "tax_total": gettext_lazy("tax"),
    "total": gettext_lazy("contract amount"),
}


@dataclass(frozen=True)
class Piece:
    """A stretch of text: the same in both, gone from the old, or new."""

    kind: str
    text: str


@dataclass(frozen=True)
class ClauseDifference:
    """What became of one clause: `kind` is changed, added or removed; `follows` if only amounts in it changed with a line."""

    key: Any
    kind: str
    heading: str
    pieces: list[Piece]
    follows: bool = False


@dataclass(frozen=True)
class FactDifference:
    """A term, party, line or amount that changed, by its field name; `follows` if only because something else changed."""

    name: str
    old: Any
    new: Any
    follows: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """What went and what came within it: of a line with another price, the price alone is marked."""
        if self.old in ("", None) or self.new in ("", None) or isinstance(self.new, bool):
            both = Piece(GONE, _worded(self.old)), Piece(NEW, _worded(self.new))
            return [piece for piece in both if piece.text]
        return compare_texts(str(self.old), str(self.new))

    @property
    def label(self) -> Any:
        """The field's name, or which line or instalment it is, in the reader's language."""
        kind, _dot, number = self.name.partition(".")
        if number:
            return (_("Line %(n)s") if kind == "lines" else _("Instalment %(n)s")) % {"n": number}
        return LABELS.get(self.name, self.name)


@dataclass(frozen=True)
class Comparison:
    """All differences between two contents."""

    clauses: list[ClauseDifference]
    facts: list[FactDifference]

    @property
    def made(self) -> list[FactDifference]:
        """What somebody changed."""
        return [fact for fact in self.facts if not fact.follows]

    @property
    def following(self) -> list[FactDifference]:
        """The amounts that changed with it: worked out, not written."""
        return [fact for fact in self.facts if fact.follows]

    @property
    def count(self) -> int:
        """In how many places they were changed; what follows from a change is no place of its own."""
        return sum(not clause.follows for clause in self.clauses) + len(self.made)


@dataclass
class Effort:
    """How much comparing is borne for one page: texts of many equal parts take minutes, and whoever drafts could write them.

    What it does not suffice for is shown as gone and new in one piece. Spent in pairs of equal parts, which is what the
    comparison walks over.
    """

    left: int = MOST_PAIRS

    def suffices(self, a: list[str], b: list[str]) -> bool:
        """Whether the two may be compared part by part; spends what that takes."""
        times = Counter(b)
        pairs = sum(times[part] for part in a)
        if pairs > self.left:
            return False
        self.left -= pairs
        return True


def compare_texts(old: str, new: str, effort: Effort | None = None) -> list[Piece]:
    """The new text with what went and what came marked; joined, `same`+`gone` is the old and `same`+`new` the new text."""
    effort = effort or Effort()
    a, b = SENTENCE.findall(old), SENTENCE.findall(new)
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
    pieces = [Piece(SAME, "".join(a[:head]))]
    if not effort.suffices(middle_a, middle_b):
        pieces += [Piece(GONE, "".join(middle_a)), Piece(NEW, "".join(middle_b))]
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, middle_a, middle_b, autojunk=False).get_opcodes():
            left, right = "".join(middle_a[i1:i2]), "".join(middle_b[j1:j2])
            pieces += [Piece(SAME, left)] if tag == "equal" else _passage(left, right, effort)
    return _merged([*pieces, Piece(SAME, "".join(a[len(a) - tail :]))])


def _common(a: list[str], b: list[str]) -> int:
    """How many parts both begin with."""
    return next((n for n, (left, right) in enumerate(zip(a, b, strict=False)) if left != right), min(len(a), len(b)))


def compare_contents(old: dict[str, Any], new: dict[str, Any]) -> Comparison:
    """Clause by clause and fact by fact."""
    return Comparison(_clauses(old, new), _facts(old, new))


def _passage(old: str, new: str, effort: Effort) -> list[Piece]:
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    if not a or not b or len(a) > FINEST or len(b) > FINEST or not effort.suffices(a, b):
        return [Piece(GONE, old), Piece(NEW, new)]
    pieces = []
    for tag, i1, i2, j1, j2 in _without_islands(SequenceMatcher(None, a, b, autojunk=False).get_opcodes()):
        left, right = "".join(a[i1:i2]), "".join(b[j1:j2])
        pieces += [Piece(SAME, left)] if tag == "equal" else [Piece(GONE, left), Piece(NEW, right)]
    return pieces


def _without_islands(codes: list[Any]) -> list[tuple[str, int, int, int, int]]:
    """Take an equal stretch of a character or less between two changes into the change."""
    kept: list[tuple[str, int, int, int, int]] = []
    for number, (tag, i1, i2, j1, j2) in enumerate(codes):
        inside = 0 < number < len(codes) - 1
        changed = tag != "equal" or (inside and i2 - i1 <= ISLAND)
        if changed and kept and kept[-1][0] == "replace":
            _tag, a1, _a2, b1, _b2 = kept[-1]
            kept[-1] = ("replace", a1, i2, b1, j2)
        else:
            kept.append(("replace" if changed else "equal", i1, i2, j1, j2))
    return kept


def _merged(pieces: list[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if merged and merged[-1].kind == piece.kind:
            merged[-1] = Piece(piece.kind, merged[-1].text + piece.text)
        else:
            merged.append(piece)
    return merged


def _clauses(old: dict[str, Any], new: dict[str, Any]) -> list[ClauseDifference]:
    before, after = {c[KEY]: c for c in old["clauses"]}, {c[KEY]: c for c in new["clauses"]}
    found, effort, moved = [], Effort(), bool(_worked_out(old, new))
    for key in [*after, *(k for k in before if k not in after)]:
        a, b = before.get(key), after.get(key)
        if a and b and (a["heading"], a["text"]) == (b["heading"], b["text"]):
            continue
        kind = "changed" if a and b else "added" if b else "removed"
        pieces = compare_texts(a["text"] if a else "", b["text"] if b else "", effort)
        follows = moved and a is not None and b is not None and _only_refigured(a, b, old, new)
        found.append(ClauseDifference(key, kind, (b or a or {})["heading"], pieces, follows))
    return found


def _facts(old: dict[str, Any], new: dict[str, Any]) -> list[FactDifference]:
    flat_old, flat_new = _flat(old), _flat(new)
    worked_out = _worked_out(old, new)
    found = [
        FactDifference(name, flat_old.get(name, ""), flat_new.get(name, ""), name in worked_out)
        for name in [*flat_new, *(n for n in flat_old if n not in flat_new)]
        if flat_old.get(name, "") != flat_new.get(name, "")
    ]
    at = next((n for n, fact in enumerate(found) if fact.name.startswith("instalments.")), len(found))
    return [*found[:at], *_lines(old["lines"], new["lines"]), *found[at:]]


def _flat(content: dict[str, Any]) -> dict[str, Any]:
    facts = {name: content.get(name, "") for name in ("title", "main_contract")}
    facts |= content["parties"] | content["terms"] | content["totals"]
    facts |= {f"instalments.{n}": _row(row) for n, row in enumerate(content["instalments"], start=1)}
    return facts


def _row(row: dict[str, Any]) -> str:
    return ", ".join(str(v) for v in row.values() if v not in ("", None, "0"))


def _lines(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[FactDifference]:
    """Line beside line: what is put in before them or taken out moves the others, it does not change them."""
    before, after = [_row(row) for row in old], [_row(row) for row in new]
    found = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for n in range(max(i2 - i1, j2 - j1)):
            left = before[i1 + n] if i1 + n < i2 else ""
            right = after[j1 + n] if j1 + n < j2 else ""
            found.append(FactDifference(f"lines.{(j1 if right else i1) + n + 1}", left, right))
    return found


def _worked_out(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """The facts whose change only follows from another: sums of changed lines or tax, amounts of unchanged shares."""
    sources = ("tax_rate", "price_includes_tax", "currency")
    if old["lines"] == new["lines"] and all(old["terms"].get(n) == new["terms"].get(n) for n in sources):
        return set()
    pairs = list(zip(old["instalments"], new["instalments"], strict=False))
    totals = _decimal(old["totals"].get("total")), _decimal(new["totals"].get("total"))
    shares = {f"instalments.{n}" for n, (a, b) in enumerate(pairs, start=1) if _same_share(a, b, *totals)}
    return set(new["totals"]) | shares


def _same_share(old: dict[str, Any], new: dict[str, Any], old_total: Decimal, new_total: Decimal) -> bool:
    """Whether an instalment is the same part of another total, but for rounding to the currency's unit."""
    if {**old, "amount": ""} != {**new, "amount": ""} or not old_total:
        return False
    return abs(_decimal(old["amount"]) * new_total / old_total - _decimal(new["amount"])) <= ROUNDING


def _figures(content: dict[str, Any]) -> list[str]:
    """The amounts as clauses write them: the total in figures and in capitals, and each instalment."""
    currency, total = content["terms"]["currency"], _decimal(content["totals"].get("total"))
    capitals = in_capitals(total, currency, content.get("script", "hant"))
    amounts = [_decimal(row.get("amount")) for row in content["instalments"]]
    return [in_figures(total, currency), capitals, *(in_figures(amount, currency) for amount in amounts)]


def _only_refigured(was: dict[str, Any], now: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> bool:
    return bool(was["heading"] == now["heading"] and _refigured(was["text"], old, new) == now["text"])


def _refigured(text: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    """The old text with the new amounts in place of the old: what it would be if nothing else had changed."""
    if len(old["instalments"]) != len(new["instalments"]):
        return text
    figures = dict(zip(_figures(old), _figures(new), strict=True))
    longest_first = sorted(filter(None, figures), key=len, reverse=True)
    if not longest_first:
        return text
    return re.sub("|".join(map(re.escape, longest_first)), lambda found: figures[found[0]], text)


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "" if value is None else str(value)


def deviations(contract: Any) -> list[ClauseDifference]:
    """Where the contract's clauses depart from its template, placeholders as they are. Clause 3.2.1c.

    A contract on the customer's own paper departs as a whole: every clause is an addition.
    """
    standard = {c.pk: c for c in contract.template.clause_rows} if contract.template_id else {}
    taken = {c.template_clause_id for c in contract.clause_rows}
    found, effort = [], Effort()
    for clause in contract.clause_rows:
        source = standard.get(clause.template_clause_id)
        if source is None:
            found.append(ClauseDifference(clause.pk, "added", clause.heading, [Piece(NEW, clause.text)]))
        elif (source.heading, source.text) != (clause.heading, clause.text):
            pieces = compare_texts(source.text, clause.text, effort)
            found.append(ClauseDifference(clause.pk, "changed", clause.heading, pieces))
    gone = (c for pk, c in standard.items() if pk not in taken)
    return found + [ClauseDifference(None, "removed", c.heading, [Piece(GONE, c.text)]) for c in gone]
