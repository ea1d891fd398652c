"""The canonical content of a contract: clauses, lines, amounts and parties, and the digests by which an approval holds."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from decimal import Decimal
from typing import Any

from contracts.placeholders import fill
from kernel.money import in_capitals, in_figures

# Commercial are parties, lines, price, tax, currency, payment, delivery, period and the flagged clause blocks (3.2).
COMMERCIAL = ("parties", "terms", "lines", "totals", "instalments")
KEY = "key"  # names a clause across versions; no part of what is signed
BEFORE_SHIPMENT = {"hant": "，款到發貨", "hans": "，款到发货", "en": ", before shipment"}
BLANK_DATES = {"hant": "　　　年　　月　　日", "hans": "　　　年　　月　　日", "en": "____________"}
TERMS = (
    "currency",
    "tax_rate",
    "price_includes_tax",
    "payment_terms",
    "delivery_terms",
    "delivery_on",
    "after_sales",
    "period_start",
    "period_end",
)


def content_of(contract: Any) -> dict[str, Any]:
    """All that the two sides sign, as plain JSON values."""
    values = values_of(contract)
    return {
        "title": contract.title,
        "number": contract.number,
        "kind": contract.kind,
        "script": contract.script,
        "parties": _parties(contract),
        "terms": {name: _plain(getattr(contract, name)) for name in TERMS},
        "clauses": [
            {
                KEY: clause.pk,
                "heading": clause.heading,
                "text": fill(clause.text, values),
                "commercial": clause.is_commercial,
            }
            for clause in contract.clause_rows
        ],
        "lines": [_line(line) for line in contract.line_rows],
        "totals": {name: _plain(getattr(contract, name)) for name in ("net_total", "tax_total", "total")},
        "instalments": [_instalment(i) for i in contract.instalment_rows],
        "main_contract": contract.main_contract.number if contract.main_contract_id else "",
        "own_paper": contract.own_paper_sha256,
    }


def text_hash(content: dict[str, Any]) -> str:
    """The digest of the whole text (SECURITY B18); every PDF prints it."""
    return _digest({**content, "clauses": [_without_key(c) for c in content["clauses"]]})


def commercial_hash(content: dict[str, Any]) -> str:
    """The digest of what is commercial: a change of it needs the manager again."""
    clauses = [_without_key(c) for c in content["clauses"] if c["commercial"]]
    return _digest(
        {**{name: content[name] for name in COMMERCIAL}, "clauses": clauses, "own_paper": content["own_paper"]}
    )


def changed_clauses(old: dict[str, Any], new: dict[str, Any]) -> set[int]:
    """Keys of the clauses that differ, came or went."""
    before = {c[KEY]: _without_key(c) for c in old["clauses"]}
    after = {c[KEY]: _without_key(c) for c in new["clauses"]}
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def same_but_clauses(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether nothing but the wording of clauses changed: no term, party, line, title, and not the clauses' order."""
    before, after = [c[KEY] for c in old["clauses"]], [c[KEY] for c in new["clauses"]]
    order = [k for k in before if k in after] == [k for k in after if k in before]
    return order and all(old.get(name) == new.get(name) for name in new if name != "clauses")


def values_of(contract: Any) -> dict[str, str]:
    """What the placeholders stand for, in the contract's own script."""
    script, currency = contract.script, contract.currency
    return {
        "our_name": contract.our_name,
        "our_address": contract.our_address,
        "our_registration_number": contract.our_registration_number,
        "our_bank": contract.our_bank,
        "customer_name": contract.customer_name,
        "customer_address": contract.customer_address,
        "customer_registration_number": contract.customer_registration_number,
        "contract_number": contract.number,
        "contract_title": contract.title,
        "main_contract_number": contract.main_contract.number if contract.main_contract_id else "",
        "total": in_figures(contract.total, currency),
        "total_in_capitals": in_capitals(contract.total, currency, script),
        "currency": currency,
        "tax_rate": f"{contract.tax_rate.normalize():f}%",
        "payment_terms": contract.payment_terms,
        "delivery_terms": contract.delivery_terms,
        "after_sales": contract.after_sales,
        "delivery_on": date_in(contract.delivery_on, script),
        "period_start": date_in(contract.period_start, script),
        "period_end": date_in(contract.period_end, script),
        "instalments": instalments_in(contract),
        "signing_date": BLANK_DATES[script],
    }


def date_in(day: Any, script: str) -> str:
    """A date as contracts of that script write it; a blank to fill in when there is none."""
    if day is None:
        return BLANK_DATES[script]
    return day.isoformat() if script == "en" else f"{day.year}年{day.month}月{day.day}日"


def instalments_in(contract: Any) -> str:
    """The instalment plan as one sentence part per instalment."""
    separator = "; " if contract.script == "en" else "；"
    parts = []
    for i in contract.instalment_rows:
        when = i.condition or date_in(i.due_on, contract.script)
        when += BEFORE_SHIPMENT[contract.script] if i.before_shipment else ""
        parts.append(f"{i.name} {in_figures(i.amount, contract.currency)} ({when})")
    return separator.join(parts)


def _parties(contract: Any) -> dict[str, Any]:
    names = (
        "our_name",
        "our_address",
        "our_registration_number",
        "our_bank",  # where the money goes is what a forger would change
        "customer_name",
        "customer_address",
        "customer_registration_number",
    )
    return {name: getattr(contract, name) for name in names}


def _line(line: Any) -> dict[str, Any]:
    names = ("description", "specification", "quantity", "unit", "unit_price", "discount_percent", "tax_rate", "amount")
    return {name: _plain(getattr(line, name)) for name in names}


def _instalment(i: Any) -> dict[str, Any]:
    row = {"name": i.name, "amount": _plain(i.amount), "due_on": _plain(i.due_on), "condition": i.condition}
    # said only where it holds: texts approved before there was such a term keep their digest
    return {**row, "before_shipment": True} if i.before_shipment else row


def _plain(value: Any) -> Any:
    """A value as JSON holds it: equal values give equal text on both databases (1 and 1.00 alike)."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat()


def _without_key(clause: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in clause.items() if name != KEY}


def _digest(value: Any) -> str:
    text = json.dumps(_nfc(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _nfc(value: Any) -> Any:
    """All text in one Unicode form and with one kind of line end, so that what looks equal is equal."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, dict):
        return {key: _nfc(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_nfc(one) for one in value]
    return value
