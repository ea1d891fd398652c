"""What the contract says against what was agreed on the opportunity's term sheet (clauses 3.2.1a, 3.2.2a)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contracts.differences import GONE, NEW, Piece, compare_texts
from contracts.models.access import CHANGE, LEGAL
from customers.models import TermSheet
from customers.models.access import MARGIN
from kernel.money import in_figures

TEXTS = ("payment_terms", "delivery_terms", "after_sales")
FIGURES = ("currency", "tax_rate", "delivery_on")


@dataclass(frozen=True)
class Departure:
    """One matter in which the contract says something else than the term sheet."""

    label: Any
    agreed: str
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class AgreedTerms:
    """The comparison with a term sheet: what differs, matter by matter."""

    sheet: TermSheet
    departures: list[Departure]


def may_compare(user: Any) -> bool:
    """Whether this person reads what was negotiated: who drafts, who sees margins, and legal for its review."""
    return _sees_prices(user) or bool(user.has_perm(LEGAL))


def agreed_terms(contract: Any, user: Any) -> AgreedTerms | None:
    """The contract against the term sheet of its opportunity, as far as this person reads it; two queries.

    Legal reads the terms and no price of an opportunity (SECURITY C). None where there is no term sheet to be read.
    """
    if not contract.opportunity_id or not may_compare(user):
        return None
    rows = TermSheet.objects.filter(opportunity=contract.opportunity_id).prefetch_related("lines")
    sheet = rows.first()
    if sheet is None:
        return None
    priced = [*_total(contract, sheet), *_lines(contract, sheet)] if _sees_prices(user) else []
    return AgreedTerms(sheet, [*_terms(contract, sheet), *priced])


def _sees_prices(user: Any) -> bool:
    return bool(user.has_perm(CHANGE) or user.has_perm(MARGIN))


def _terms(contract: Any, sheet: TermSheet) -> Iterator[Departure]:
    for name in FIGURES:
        agreed, drafted = getattr(sheet, name), getattr(contract, name)
        if agreed != drafted:
            yield _plain(contract._meta.get_field(name).verbose_name, _written(agreed), _written(drafted))
    for name in TEXTS:
        agreed, drafted = _tidy(getattr(sheet, name)), _tidy(getattr(contract, name))
        if agreed != drafted:
            pieces = compare_texts(agreed, drafted)
            yield Departure(contract._meta.get_field(name).verbose_name, agreed, pieces)


def _total(contract: Any, sheet: TermSheet) -> Iterator[Departure]:
    if not contract.price_includes_tax and sheet.currency == contract.currency and sheet.total != contract.net_total:
        yield _plain(
            _("Amount without tax"),
            in_figures(sheet.total, sheet.currency),
            in_figures(contract.net_total, contract.currency),
        )


def _lines(contract: Any, sheet: TermSheet) -> Iterator[Departure]:
    """Lines of the same product, else of the same description, stand against each other; the rest came or went."""
    left = list(sheet.lines.all())
    for number, line in enumerate(contract.line_rows, start=1):
        source = next((one for one in left if _same(one, line)), None)
        if source:
            left.remove(source)
        agreed, drafted = _line(source, sheet.currency) if source else "", _line(line, contract.currency)
        if agreed != drafted:
            yield _plain(_("Line %(n)s") % {"n": number}, agreed, drafted)
    for line in left:
        yield _plain(_("Left out"), _line(line, sheet.currency), "")


def _same(one: Any, other: Any) -> bool:
    if one.product_id or other.product_id:
        return bool(one.product_id == other.product_id)
    return _tidy(one.description) == _tidy(other.description)


def _line(line: Any, currency: str) -> str:
    """What is sold, how many at what price, in one line."""
    price = f"{_number(line.quantity)} {line.unit} × {in_figures(line.unit_price, currency)}"
    discount = f"−{_number(line.discount_percent)}%" if line.discount_percent else ""
    parts = (_tidy(line.description), _tidy(line.specification), price, discount)
    return "\n".join(part for part in parts if part)


def _plain(label: Any, agreed: str, drafted: str) -> Departure:
    """A difference of figures: shown whole, for a changed digit says nothing by itself."""
    pieces = [piece for piece in (Piece(GONE, agreed), Piece(NEW, drafted)) if piece.text]
    return Departure(label, agreed, pieces)


def _written(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, Decimal):
        return f"{_number(value)}%"
    return date_format(value, "Y/m/d") if hasattr(value, "year") else str(value)


def _number(value: Decimal) -> str:
    return f"{Decimal(value).normalize():f}"


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
