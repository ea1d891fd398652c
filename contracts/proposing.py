"""Verbs of proposals: written from a template and the term sheet, set as a PDF, registered, written anew as next version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from contracts.content import date_in
from contracts.models import ContractTemplate
from contracts.placeholders import fill
from contracts.services import LANGUAGES
from customers.models import Need, Opportunity, Proposal
from customers.services import save_proposal
from documents.services import number_for
from kernel import clock
from kernel.money import in_capitals, in_figures
from kernel.printing import render_pdf
from organization.models import Company

LATE = ("proposal_number", "proposal_title", "valid_until")  # known only when the paper is set
DRAFT_MARKS = {"en": "DRAFT"}

Section = dict[str, str]


@dataclass(frozen=True)
class Draft:
    """A proposal as it was typed: what is printed, before it has a number."""

    opportunity: Opportunity
    made_from: str
    script: str
    title: str
    summary: str
    valid_until: date
    sections: list[Section]


def sections_of(template: ContractTemplate, opportunity: Opportunity, *, by: Any) -> list[Section]:
    """The blocks of a template, filled from the opportunity: what the writer begins with. Clause 3.1.4b."""
    values = values_of(opportunity, script=template.script, by=by)
    return [{"heading": c.heading, "text": fill(c.text, values)} for c in template.clause_rows]


def values_of(opportunity: Opportunity, *, script: str, by: Any) -> dict[str, str]:
    """What the placeholders of a proposal stand for; those known only when it is printed stay as they are."""
    own, customer = Company.own(), opportunity.customer
    need = Need.objects.filter(opportunity=opportunity).first() or Need()
    return {
        "our_name": own.name_in(script),
        "our_address": own.address,
        "our_registration_number": own.registration_number,
        "customer_name": customer.name,
        "customer_address": customer.address,
        "needs": need.needs,
        "pain_points": need.pain_points,
        "expected_solution": need.expected_solution,
        "prepared_by": by.name,
        **_terms(getattr(opportunity, "term_sheet", None), script),
    }


def _terms(sheet: Any, script: str) -> dict[str, str]:
    names = ("payment_terms", "delivery_terms", "after_sales", "currency")
    if sheet is None:
        return dict.fromkeys((*names, "products", "total", "total_in_capitals", "tax_rate", "delivery_on"), "")
    lines = list(sheet.lines.all())
    return {
        **{name: getattr(sheet, name) for name in names},
        "products": "\n".join(
            f"{line.description} × {line.quantity.normalize():f} {line.unit}".strip() for line in lines
        ),
        "total": in_figures(sheet.total, sheet.currency) if lines else "",
        "total_in_capitals": in_capitals(sheet.total, sheet.currency, script) if lines else "",
        "tax_rate": f"{sheet.tax_rate.normalize():f}%",
        "delivery_on": date_in(sheet.delivery_on, script) if sheet.delivery_on else "",
    }


def write(draft: Draft, *, by: Any) -> Proposal:
    """Set the paper under the next number and register it with its text. Raises CannotPrint. Clauses 3.1.4b, 4.2.2a."""
    with transaction.atomic():
        return _issue(Proposal(opportunity=draft.opportunity), draft, number=number_for("proposal"), by=by)


def write_again(proposal: Proposal, draft: Draft, *, by: Any) -> Proposal:
    """Set and register the next version under the same number; earlier files stay. Raises CannotPrint."""
    with transaction.atomic():
        row = (
            Proposal.objects.select_for_update(of=("self",))
            .select_related("opportunity", "document")
            .get(pk=proposal.pk)
        )
        row.version += 1
        return _issue(row, draft, number=row.document.number, by=by)


def _issue(proposal: Proposal, draft: Draft, *, number: str, by: Any) -> Proposal:
    version = proposal.document.version + 1 if proposal.document else 1
    pdf = proposal_pdf(draft, number=number, version=version, printed_by=by)
    for name in ("title", "summary", "made_from", "script", "valid_until", "sections"):
        setattr(proposal, name, getattr(draft, name))
    proposal._history_user = by
    file = SimpleUploadedFile(f"{number} {draft.title} v{version}.pdf", pdf, "application/pdf")
    return save_proposal(proposal, file=file, by=by, number=number)


def proposal_pdf(draft: Draft, *, number: str = "", version: int = 1, printed_by: Any = None) -> bytes:
    """The proposal on paper in its own writing, with a draft mark until it has a number. Raises CannotPrint."""
    script, own, customer = draft.script, Company.own(), draft.opportunity.customer
    until = date_in(draft.valid_until, script)
    late = dict(zip(LATE, (number or "—", draft.title, until), strict=True))
    context = {
        "company": own,
        "company_name": own.name_in(script),
        "title": draft.title,
        "number": number,
        "version": version,
        "customer": customer,
        "sections": [{**s, "text": fill(s["text"], late)} for s in draft.sections if s["text"].strip()],
        "made_on": date_in(clock.today(), script),
        "valid_until": until,
    }
    return render_pdf(
        "contracts/print/proposal.html", context, title=draft.title, language=LANGUAGES[script],
        watermark="" if number else DRAFT_MARKS.get(script, "草稿"), stylesheets=("contracts/print/contract.css",),
        printed_by=printed_by,
    )  # fmt: skip
