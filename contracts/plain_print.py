"""The contract for the warehouse: what is delivered, when and where to, without any amount in it (SECURITY B8)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from contracts.content import date_in, values_of
from contracts.desk import clause_number
from contracts.models import Contract, Subject
from contracts.placeholders import fill
from contracts.prints import STYLES
from contracts.services import LANGUAGES
from kernel.money import in_capitals
from kernel.printing import render_pdf
from organization.models import Company

SHOWN = {Subject.SPECIFICATION, Subject.DELIVERY}  # of the clauses, those by which goods are made ready and sent
PRICED = ("total", "total_in_capitals", "tax_rate", "instalments", "payment_terms", "our_bank", "currency")
OMITTED = "＊"
NUMBER = re.compile(r"\d[\d,，]*(?:\.\d+)?")


def plain_pdf(contract: Contract, *, printed_by: Any = None) -> bytes:
    """Parties, delivery, lines with specification and quantity, and the clauses on them; no price, no total, no terms.

    Amounts that somebody typed into a text are struck out wherever they equal an amount of this contract.
    """
    language = LANGUAGES[contract.script]
    with translation.override(language):
        context = _context(contract)
        watermark = _("DRAFT") if contract.is_in_draft else ""
    return render_pdf(
        "contracts/print/plain.html",
        context,
        title=_plain_of(contract)(contract.title),
        language=language,
        watermark=watermark,
        stylesheets=STYLES,
        printed_by=printed_by,
    )


def _context(contract: Contract) -> dict[str, Any]:
    values = {**values_of(contract), **dict.fromkeys(PRICED, OMITTED)}
    clean = _plain_of(contract)
    numbered = enumerate(contract.clause_rows, start=1)
    return {
        "company": Company.own(),
        "contract": contract,
        "number": contract.number,
        "version": contract.text_version or None,
        "clauses": [
            {
                "number": clause_number(n, contract.script),
                "heading": clean(c.heading),
                "text": clean(fill(c.text, values)),
            }
            for n, c in numbered
            if c.subject in SHOWN
        ],
        "lines": [
            {
                "description": clean(line.description),
                "specification": clean(line.specification),
                "quantity": line.quantity,
                "unit": line.unit,
            }
            for line in contract.line_rows
        ],
        "delivery_terms": clean(contract.delivery_terms),
        "delivery_on": date_in(contract.delivery_on, contract.script),
    }


def _plain_of(contract: Contract) -> Any:
    """The function that strikes this contract's amounts out of a text, in figures and in capitals."""
    amounts = _amounts(contract)
    words = [in_capitals(amount, contract.currency, contract.script) for amount in amounts]

    def clean(text: str) -> str:
        for word in words:
            text = text.replace(word, OMITTED)
        return NUMBER.sub(lambda found: OMITTED if _value(found.group()) in amounts else found.group(), text)

    return clean


def _amounts(contract: Contract) -> set[Decimal]:
    """Every amount of the contract but nought and single digits, which are quantities as well."""
    found = {contract.total, contract.net_total, contract.tax_total}
    found |= {value for line in contract.line_rows for value in (line.unit_price, line.amount)}
    found |= {instalment.amount for instalment in contract.instalment_rows}
    return {Decimal(amount) for amount in found if amount and amount >= 10}


def _value(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("，", ""))
