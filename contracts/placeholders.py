"""The flat `[[name]]` places of a contract text: a fixed list of names, replaced once by plain text, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

PLACE = re.compile(r"\[\[([^\[\]\n]{0,80})\]\]")

NAMES: dict[str, Any] = {
    "our_name": _("our company's name"),
    "our_address": _("our company's address"),
    "our_registration_number": _("our registration number"),
    "our_bank": _("our bank account"),
    "customer_name": _("the customer's name"),
    "customer_address": _("the customer's address"),
    "customer_registration_number": _("the customer's registration number"),
    "contract_number": _("contract number"),
    "contract_title": _("contract title"),
    "main_contract_number": _("number of the main contract"),
    "total": _("contract amount in figures"),
    "total_in_capitals": _("contract amount in capitals"),
    "currency": _("currency"),
    "tax_rate": _("tax rate"),
    "payment_terms": _("payment terms"),
    "delivery_terms": _("delivery terms"),
    "delivery_on": _("delivery date"),
    "after_sales": _("after-sales service"),
    "period_start": _("start of the period of performance"),
    "period_end": _("end of the period of performance"),
    "instalments": _("instalment plan"),
    "signing_date": _("a blank for the signing date"),
}

OF_PROPOSALS: dict[str, Any] = {
    "needs": _("the customer's needs"),
    "pain_points": _("the customer's pain points"),
    "expected_solution": _("the solution that the customer expects"),
    "products": _("products and quantities of the term sheet"),
    "prepared_by": _("who makes the proposal"),
    "proposal_number": _("number of the proposal"),
    "proposal_title": _("title of the proposal"),
    "valid_until": _("day until which the proposal holds"),
}
SHARED = (
    "our_name", "our_address", "our_registration_number", "customer_name", "customer_address", "currency", "total",
    "total_in_capitals", "tax_rate", "payment_terms", "delivery_terms", "delivery_on", "after_sales",
)  # fmt: skip
PROPOSAL_NAMES = {**{name: NAMES[name] for name in SHARED}, **OF_PROPOSALS}
OF_QUOTATIONS: dict[str, Any] = {
    "prepared_by": _("who makes the quotation"),
    "quotation_number": _("number of the quotation"),
    "quotation_title": _("title of the quotation"),
    "valid_until": _("day until which the quotation holds"),
}
QUOTATION_NAMES = {**{name: NAMES[name] for name in SHARED}, **OF_QUOTATIONS}
KNOWN = {**NAMES, **OF_QUOTATIONS, **OF_PROPOSALS}


def names_in(text: str) -> list[str]:
    """Every name between double brackets, known or not, in the order of the text."""
    return [name.strip() for name in PLACE.findall(text)]


def unknown_in(text: str, known: Mapping[str, Any] = NAMES) -> list[str]:
    """The names that are not on the list (that of contracts unless said otherwise), each once."""
    return list(dict.fromkeys(name for name in names_in(text) if name not in known))


def validate(text: str) -> None:
    """Refuse a text with placeholders on no list at all, naming them (SECURITY E6); which list holds, its record says."""
    unknown = unknown_in(text, KNOWN)
    if unknown:
        names = ", ".join(f"[[{name}]]" for name in unknown)
        raise ValidationError(_("There is no placeholder of this name: %(names)s"), "placeholder", {"names": names})


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each known placeholder replaced once; a value is never expanded again (SECURITY E7)."""
    return PLACE.sub(lambda found: values.get(found.group(1).strip(), found.group(0)), text)
