"""Contracts and templates on paper: the PDF in the contract's own script, from what is stored."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from contracts.content import date_in, values_of
from contracts.desk import clause_number
from contracts.models import Contract, ContractTemplate, Side
from contracts.placeholders import fill
from contracts.services import LANGUAGES
from kernel import clock
from kernel.money import in_capitals, in_figures
from kernel.printing import render_pdf
from kernel.timeline import decisions_of
from organization.models import Company

STYLES = ("contracts/print/contract.css",)


def contract_pdf(contract: Contract, *, record_url: str, printed_by: Any = None) -> bytes:
    """Parties, clauses, lines, amounts in figures and capitals, instalments, seal area, approvals; clause 3.2.3b, 3.2.3c.

    A draft mark lies under the text until the contract is ready to sign; an imported one, whose text is not here, is an
    extract of what is known.
    """
    language = LANGUAGES[contract.script]
    with translation.override(language):
        context = _contract_context(contract, record_url)
        watermark = _("DRAFT") if contract.is_in_draft else _("EXTRACT") if contract.imported else ""
    return render_pdf(
        "contracts/print/contract.html",
        context,
        title=contract.title,
        language=language,
        watermark=watermark,
        stylesheets=STYLES,
        printed_by=printed_by,
    )


def template_pdf(template: ContractTemplate, *, printed_by: Any = None) -> bytes:
    """A template with its placeholders as they are."""
    language = LANGUAGES[template.script]
    clauses = [
        {
            "number": clause_number(n, template.script),
            "heading": c.heading,
            "text": c.text,
            "standard": c.is_standard_term,
        }
        for n, c in enumerate(template.clause_rows, start=1)
    ]
    with translation.override(language):
        watermark = "" if template.state == "in_force" else _("DRAFT")
    context = {
        "company": Company.own(),
        "template": template,
        "clauses": clauses,
        "number": template.code,
        "version": template.number,
    }
    return render_pdf(
        "contracts/print/template.html",
        context,
        title=template.name,
        language=language,
        watermark=watermark,
        stylesheets=STYLES,
        printed_by=printed_by,
    )


def _contract_context(contract: Contract, record_url: str) -> dict[str, Any]:
    values = values_of(contract)
    clauses = [
        {"number": clause_number(n, contract.script), "heading": c.heading, "text": fill(c.text, values)}
        for n, c in enumerate(contract.clause_rows, start=1)
    ]
    instalments = [
        {
            "name": i.name,
            "amount": in_figures(i.amount, contract.currency),
            "when": i.condition or date_in(i.due_on, contract.script),
        }
        for i in contract.instalment_rows
    ]
    return {
        "company": _letterhead(contract),
        "contract": contract,
        "number": contract.number,
        "version": contract.text_version or None,
        "text_hash": contract.text_hash,
        "record_url": record_url,
        "clauses": clauses,
        "lines": contract.line_rows,
        "instalments": instalments,
        "total": values["total"],
        "capitals": in_capitals(contract.total, contract.currency, contract.script),
        "net": in_figures(contract.net_total, contract.currency),
        "tax": in_figures(contract.tax_total, contract.currency),
        "approvals": approvals_of(contract),
        "period": (values["period_start"], values["period_end"]),
        **_sides(contract),
    }


def approvals_of(contract: Contract) -> list[dict[str, str]]:
    """By whose reviews the present text stands, each with who decided, for whom, and when; no part of the signed text.

    What was approved before a later change, and what was said in a review, is for the approval sheet. Clause 3.2.2b.
    """
    standing = {
        **({"approve_terms": Side.MANAGER} if contract.manager_approved_by_id else {}),
        **({"approve_text": Side.LEGAL} if contract.approved_hash else {}),
    }
    newest = {change.step: change for change in decisions_of(contract) if change.step in standing}
    return [
        {
            "review": str(side.label),
            "who": newest[step].signature,
            "when": clock.local(newest[step].at).strftime("%Y-%m-%d %H:%M"),
        }
        for step, side in standing.items()
        if step in newest and newest[step].at
    ]


def _letterhead(contract: Contract) -> Any:
    """The company as it stands in this contract; logo and phone are today's."""
    own = Company.own()
    return SimpleNamespace(
        name=contract.our_name,
        address=contract.our_address,
        registration_number=contract.our_registration_number,
        phone=own.phone,
        logo_data_uri=own.logo_data_uri,
    )


def _sides(contract: Contract) -> dict[str, dict[str, str]]:
    return {
        "theirs": {"label": _("Party A (buyer)"), "name": contract.customer_name, "representative": "", "bank": ""},
        "ours": {
            "label": _("Party B (seller)"),
            "name": contract.our_name,
            "representative": "",
            "bank": contract.our_bank,
        },
    }
