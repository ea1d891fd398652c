"""Verbs of quotations: made from a term sheet, brought up to it, promised, expired, printed, turned into a contract."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.amounts import totals
from contracts.content import date_in
from contracts.models import ContractTemplate, Quotation, QuotationLine
from contracts.models.quoting import ANSWER
from contracts.placeholders import fill
from contracts.services import LANGUAGES, LINE_FIELDS, TAKEN_OVER
from customers.services import end_of
from documents.services import register
from kernel import clock, promises
from kernel.advance import advance, begin
from kernel.money import in_capitals, in_figures
from kernel.numbering import next_number
from kernel.printing import render_pdf
from organization.models import Company

Section = dict[str, str]

promises.name_kind(ANSWER, _("Answer of the customer to the quotation %(what)s"))


def quote(
    opportunity: Any,
    *,
    title: str,
    script: str,
    valid_until: date,
    by: Any,
    note: str = "",
    template: ContractTemplate | None = None,
) -> Quotation:
    """Draft a quotation under the next number from the opportunity's term sheet as it stands, its conditions beside
    that from a template. Clause 3.1.5a.
    """
    with transaction.atomic():
        quotation = Quotation(
            number=next_number("quotation", clock.today().year, "BJ-{year}-{n:04d}"),
            opportunity=opportunity, title=title, script=script, valid_until=valid_until, note=note, drafted_by=by,
            customer_name=opportunity.customer.name, customer_address=opportunity.customer.address,
            made_from=str(template or ""), sections=sections_of(template) if template else [],
            **_terms(opportunity.term_sheet),
        )  # fmt: skip
        begin(quotation, by=by)
        return take_over(quotation, by=by)


def sections_of(template: ContractTemplate) -> list[Section]:
    """The blocks of a template as a quotation keeps them: its places stay open, so that they follow the term sheet."""
    return [{"heading": c.heading, "text": c.text} for c in template.clause_rows]


def conditions_of(quotation: Quotation) -> list[Section]:
    """The conditions as they are to be read, each place filled with what the quotation says; emptied blocks left out."""
    values = _values(quotation)
    return [{**s, "text": fill(s["text"], values)} for s in quotation.sections if s["text"].strip()]


def _values(quotation: Quotation) -> dict[str, str]:
    script, own = quotation.script, Company.own()
    return {
        "our_name": own.name_in(script),
        "our_address": own.address,
        "our_registration_number": own.registration_number,
        "customer_name": quotation.customer_name,
        "customer_address": quotation.customer_address,
        "currency": quotation.currency,
        "total": in_figures(quotation.total, quotation.currency),
        "total_in_capitals": in_capitals(quotation.total, quotation.currency, script),
        "tax_rate": f"{quotation.tax_rate.normalize():f}%",
        "payment_terms": quotation.payment_terms,
        "delivery_terms": quotation.delivery_terms,
        "delivery_on": date_in(quotation.delivery_on, script) if quotation.delivery_on else "",
        "after_sales": quotation.after_sales,
        "prepared_by": quotation.drafted_by.name,
        "quotation_number": quotation.number,
        "quotation_title": quotation.title,
        "valid_until": date_in(quotation.valid_until, script),
    }


def take_over(quotation: Quotation, *, by: Any) -> Quotation:
    """Bring a draft up to the term sheet as it stands now: terms, lines and totals; returns it read anew."""
    with transaction.atomic():
        sheet = quotation.opportunity.term_sheet
        for name, value in _terms(sheet).items():
            setattr(quotation, name, value)
        quotation.lines.all().delete()
        for position, line in enumerate(sheet.lines.all(), start=1):
            values = {name: getattr(line, name) for name in LINE_FIELDS if name != "position"}
            QuotationLine.objects.create(quotation=quotation, position=position, tax_rate=sheet.tax_rate, **values)
        quotation.__dict__.pop("line_rows", None)
        sums = totals(quotation.line_rows, includes_tax=False, currency=quotation.currency)
        quotation.net_total, quotation.tax_total, quotation.total = sums.net, sums.tax, sums.total
        quotation._history_user = by
        quotation.save()
        return Quotation.objects.select_related("opportunity__customer").get(pk=quotation.pk)


def _terms(sheet: Any) -> dict[str, Any]:
    return {**{name: getattr(sheet, name) for name in TAKEN_OVER}, "sheet_digest": sheet.digest}


def send_out(quotation: Quotation, *, by: Any) -> None:
    """An issued quotation is registered under its number, and the customer's answer is awaited until its day."""
    register(record=quotation, kind="quotation", title=quotation.title, by=by, number=quotation.number)
    promises.make(
        quotation, ANSWER, due_at=end_of(quotation.valid_until), clause="3.1.5a", what=quotation.number,
        owed_by=quotation.owner, owed_to=quotation.customer_name,
    )  # fmt: skip


def expire_overdue() -> int:
    """Daily: issued quotations whose day has passed are expired; returns how many."""
    rows = list(Quotation.objects.filter(state="issued", valid_until__lt=clock.today()))
    for quotation in rows:
        advance(quotation, "expire", by=None)
    return len(rows)


def quotation_pdf(quotation: Quotation, *, record_url: str, printed_by: Any = None) -> bytes:
    """The offer on paper in its own writing: lines, tax, total in figures and capitals, terms, until when it holds."""
    currency, script = quotation.currency, quotation.script
    own = Company.own()
    context = {
        "company": own,
        "company_name": own.name_in(script),
        "quotation": quotation,
        "conditions": conditions_of(quotation),
        "number": quotation.number,
        "record_url": record_url,
        "net": in_figures(quotation.net_total, currency),
        "tax": in_figures(quotation.tax_total, currency),
        "total": in_figures(quotation.total, currency),
        "capitals": in_capitals(quotation.total, currency, script),
        "issued_on": date_in(quotation.issued_on or clock.today(), script),
        "valid_until": date_in(quotation.valid_until, script),
        "delivery_on": date_in(quotation.delivery_on, script) if quotation.delivery_on else "",
    }
    watermark = {"en": "DRAFT"}.get(script, "草稿") if quotation.state == "draft" else ""
    return render_pdf(
        "contracts/print/quotation.html", context, title=quotation.title, language=LANGUAGES[script],
        watermark=watermark, stylesheets=("contracts/print/contract.css",), printed_by=printed_by,
    )  # fmt: skip
