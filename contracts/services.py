"""Verbs over contracts: drafting from an opportunity or a main contract, totals, versions, costs, files."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.models import Price
from contracts.amounts import totals
from contracts.models import (
    Contract,
    ContractClause,
    ContractLine,
    ContractTemplate,
    ContractVersion,
    Signing,
    TemplateClause,
)
from contracts.models.evidence import CUSTOMER_PAPER, SIGNED_COPY, intends
from contracts.models.parts import COMMERCIAL_SUBJECTS, REQUIRED_SUBJECTS
from contracts.models.templates import OFFERS
from documents.services import attach, register
from kernel import clock
from kernel.advance import advance, begin
from kernel.money import split
from kernel.numbering import next_number
from organization.models import Company

LANGUAGES = {"hant": "zh-hant", "hans": "zh-hans", "en": "en"}
BLOCK_FIELDS = ("position", "subject", "heading", "text", "is_required", "is_commercial")
TAKEN_OVER = ("currency", "tax_rate", "payment_terms", "delivery_terms", "delivery_on", "after_sales")
LINE_FIELDS = (
    "position",
    "product_id",
    "description",
    "specification",
    "quantity",
    "unit",
    "unit_price",
    "discount_percent",
)


def draft_from_opportunity(
    *,
    opportunity: Any,
    by: Any,
    template: ContractTemplate | None = None,
    title: str = "",
    own_paper_reason: str = "",
    script: str = "hant",
    quotation: Any = None,
) -> Contract:
    """Draft a contract under the next number, taking over the opportunity's term sheet. Clauses 3.2.1a, 3.2.1c.

    From an accepted quotation its terms and lines are taken over instead, and the quotation names the contract.
    Without a template it is on the customer's own paper, with the reason.
    """
    _require_in_force(template)
    sheet = quotation or getattr(opportunity, "term_sheet", None)
    taken = {name: getattr(sheet, name) for name in TAKEN_OVER} if sheet else {}
    with transaction.atomic():
        contract = _begin(
            by=by,
            customer=opportunity.customer,
            opportunity=opportunity,
            template=template,
            title=title or opportunity.name[:120],
            own_paper=template is None,
            own_paper_reason=own_paper_reason,
            script=template.script if template else script,
            **taken,
        )
        for position, line in enumerate(sheet.lines.all() if sheet else (), start=1):
            _copy_line(contract, line, position, by)
        if quotation:
            quotation.contract, quotation._history_user = contract, by
            quotation.save()
        return recalculate(contract, by=by)


def draft_from_main(
    *, main: Contract, relation: str, by: Any, template: ContractTemplate | None = None, title: str = ""
) -> Contract:
    """Draft a renewal or supplementary agreement of a main contract; a renewal takes over its lines and terms.

    It is on the version of the main contract's template that is in force now; where there is none, on the customer's paper.
    """
    _require_in_force(template)
    if not main.may_be_supplemented:
        raise ValidationError(_("It starts from a main contract that was signed and has not been terminated."))
    template = template or _in_force(main.template)
    names = ("currency", "tax_rate", "price_includes_tax", "payment_terms", "delivery_terms", "after_sales")
    with transaction.atomic():
        contract = _begin(
            by=by,
            customer=main.customer,
            main_contract=main,
            relation=relation,
            template=template,
            own_paper=template is None,
            own_paper_reason=main.own_paper_reason if template is None else "",
            title=title or main.title,
            script=main.script,
            **{name: getattr(main, name) for name in names},
        )
        for line in main.line_rows if relation == Contract.Relation.RENEWAL else ():
            _copy_line(contract, line, line.position, by)
        return recalculate(contract, by=by)


def _in_force(template: ContractTemplate | None) -> ContractTemplate | None:
    """The version in force of a template, which need not be the one a contract was once drawn up on. Clause 3.2.1c."""
    return ContractTemplate.objects.in_force().filter(code=template.code).first() if template else None


def _require_in_force(template: ContractTemplate | None) -> None:
    """Raises ValidationError for a version that is not in force today, or no contract's. Clause 3.2.1c."""
    if template is not None and (template.kind in OFFERS or not template.is_usable):
        raise ValidationError(_("%(template)s is not in force today.") % {"template": template})


def replace_due_templates() -> int:
    """Retire what a newer version replaces from today on, and what is past its last day; returns how many."""
    today, moved = clock.today(), 0
    for template in ContractTemplate.objects.filter(state=ContractTemplate.State.IN_FORCE).order_by("code", "number"):
        newer = ContractTemplate.objects.valid_on(today).filter(code=template.code, number__gt=template.number)
        if newer.exists():
            advance(template, "supersede", by=None)
        elif template.effective_until and template.effective_until < today:
            advance(template, "expire", by=None)
        else:
            continue
        moved += 1
    return moved


def _begin(*, by: Any, customer: Any, template: ContractTemplate | None, **fields: Any) -> Contract:
    company = Company.own()
    contract = Contract(
        number=next_number("contract", clock.today().year, "HT-{year}-{n:04d}"),
        customer=customer,
        template=template,
        kind=template.kind if template else "sale",
        drafted_by=by,
        edited_by=by,
        drafted_at=clock.now(),
        our_name=company.name_in(fields["script"]),
        our_address=company.address,
        our_registration_number=company.registration_number,
        our_bank=company.bank[:200],
        customer_name=customer.name,
        customer_address=customer.address,
        customer_registration_number=customer.registration_number,
        **fields,
    )
    begin(contract, by=by)
    for block in _blocks(contract, template):
        block._history_user = by
        block.save()
    return contract


def _blocks(contract: Contract, template: ContractTemplate | None) -> list[ContractClause]:
    if template is not None:
        return [
            ContractClause(
                contract=contract,
                template_clause=c,
                is_standard_term=c.is_standard_term,
                **{name: getattr(c, name) for name in BLOCK_FIELDS},
            )
            for c in template.clause_rows
        ]
    with translation.override(LANGUAGES[contract.script]):
        return [
            ContractClause(
                contract=contract,
                position=position,
                subject=subject,
                heading=str(subject.label),
                is_required=True,
                is_commercial=subject in COMMERCIAL_SUBJECTS,
            )
            for position, subject in enumerate(REQUIRED_SUBJECTS, start=1)
        ]


def _copy_line(contract: Contract, source: Any, position: int, by: Any) -> None:
    values = {name: getattr(source, name) for name in LINE_FIELDS if name != "position"}
    line = ContractLine(contract=contract, position=position, tax_rate=contract.tax_rate, **values)
    line._history_user = by
    line.save()


def recalculate(contract: Contract, *, by: Any) -> Contract:
    """Bring totals and shares of instalments up to the lines, and save; returns the contract read anew."""
    contract = Contract.objects.get(pk=contract.pk)
    sums = totals(contract.line_rows, includes_tax=contract.price_includes_tax, currency=contract.currency)
    contract.net_total, contract.tax_total, contract.total = sums.net, sums.tax, sums.total
    _share_out(contract, by)
    freeze_costs(contract, by=by)
    contract.edited_by = contract._history_user = by
    contract.save()
    return Contract.objects.get(pk=contract.pk)


def _share_out(contract: Contract, by: Any) -> None:
    """Instalments given as shares of the total get their amounts; shares that make the whole add up to the last cent."""
    shared = [i for i in contract.instalment_rows if i.percent is not None]
    if not shared or not contract.total:
        return
    rest = max(Decimal(100) - sum((i.percent or Decimal(0) for i in shared), Decimal(0)), Decimal(0))
    shares = [i.percent or Decimal(0) for i in shared]
    if not sum(shares):
        return
    for instalment, amount in zip(shared, split(contract.total, [*shares, rest], contract.currency), strict=False):
        if instalment.amount != amount:
            instalment.amount = amount
            instalment._history_user = by
            instalment.save()


def record_version(contract: Contract, *, by: Any) -> ContractVersion:
    """Keep the content as it is submitted; it is never changed."""
    return ContractVersion.objects.create(
        contract=contract,
        number=contract.text_version,
        content=contract.content,
        text_hash=contract.text_hash,
        commercial_hash=contract.commercial_hash,
        by=by,
        at=clock.now(),
    )


def freeze_costs(contract: Contract, *, by: Any) -> None:
    """Write the cost of each line as it is today; what stands at approval is what profit is counted from later.

    A line whose product has no cost in the contract's currency has none: never that of another product or currency.
    """
    products = {line.product_id for line in contract.line_rows if line.product_id}
    rows = Price.objects.filter(product__in=products, currency=contract.currency, effective_on__lte=clock.today())
    costs = dict(rows.order_by("effective_on").values_list("product_id", "cost"))
    for line in contract.line_rows:
        cost = costs.get(line.product_id)
        if line.unit_cost != cost:
            line.unit_cost = cost
            line._history_user = by
            line.save()


def upload_signed_copy(*, contract: Contract, file: Any, by: Any) -> Any:
    """Take in the signed copy; only a PDF that is one by content. Raises ValidationError. Clause 3.2.3b."""
    return attach(record=contract, file=file, by=by, purpose=SIGNED_COPY, allowed=("pdf",))


def upload_customer_paper(*, contract: Contract, file: Any, by: Any) -> Any:
    """Take in the customer's own paper; its digest becomes part of the text that is approved. Raises ValidationError."""
    attachment = attach(record=contract, file=file, by=by, purpose=CUSTOMER_PAPER, allowed=("pdf", "docx"))
    contract.own_paper_sha256 = attachment.sha256
    return attachment


def register_contract(contract: Contract, *, by: Any) -> None:
    """Enter the contract in the register under its own number and version: as it goes out, and again as signed. Clause 4.2.2a."""
    register(
        record=contract,
        kind="contract",
        title=contract.title,
        by=by,
        attachment=contract.signed_copy if contract.is_concluded else None,
        number=contract.number,
        version=contract.text_version or 1,
    )


def signing_of(contract: Contract) -> Signing:
    """The signing of a contract, a new one when nothing was entered yet."""
    return contract.signing_row or Signing(contract=contract)


def new_template_version(*, template: ContractTemplate, by: Any) -> ContractTemplate:
    """Copy a template into its next version, a draft; the present one stays in force until the new one replaces it."""
    with transaction.atomic():
        newest = ContractTemplate.objects.select_for_update().filter(code=template.code).order_by("-number").first()
        copy = ContractTemplate(
            code=template.code,
            number=(newest or template).number + 1,
            name=template.name,
            kind=template.kind,
            script=template.script,
            author=by,
            edited_by=by,
        )
        begin(copy, by=by)
        for clause in template.clause_rows:
            names = (*BLOCK_FIELDS, "is_standard_term", "risk_note")
            block = TemplateClause(template=copy, **{name: getattr(clause, name) for name in names})
            block._history_user = by
            block.save()
        return copy


def may_start(opportunity: Any) -> bool:
    """Whether a contract may be drafted from it now: in negotiation or follow-up, intention yes. Clause 3.2.1a."""
    return intends(opportunity)


def may_start_for(opportunity: Any, user: Any) -> bool:
    """Whether this person drafts for it: whoever works on the opportunity."""
    return opportunity.may_be_changed_by(user)
