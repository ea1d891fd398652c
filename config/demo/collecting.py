"""What follows an archived contract: days set, invoices asked for and issued, money in parts, terms kept, an end asked for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from config.demo.deal import Deal
from contracts import collecting, quoting
from contracts.models import Contract, ContractTemplate, InvoiceRequest, PlannedPayment, Quotation
from customers.models import Opportunity
from kernel import clock
from kernel.advance import advance
from kernel.money import quantize

DEPOSIT_DAYS = 7
KINDS = {"TWD": "uniform", "CNY": "special"}
EVIDENCE = {
    "hant": "驗收單 {n}，客戶已簽認",
    "hans": "验收单 {n}，客户已签认",
    "en": "Acceptance note {n}, signed by the customer",
}
REASONS = {"hant": "自簽約日起算七日", "hans": "自签约日起算七日", "en": "Seven days from the signing"}
SETTLED = {"hant": "已交付部分依約結清。", "hans": "已交付部分按约结清。", "en": "What was delivered is settled."}


def begin(deal: Deal) -> None:
    """One running contract has paid its deposit, one a part of it and is late with the rest, of one the invoice waits."""
    deal.act(0, set_days)
    fate = deal.row.get("collect", "waiting")
    deal.act(25 if fate == "waiting" else 0, ask_for_invoice)
    if fate != "waiting":
        deal.act(0, issue, by=finance(deal))
        deal.act(1, receive, 100 if fate == "paid" else 40, by=finance(deal))


def settle(deal: Deal) -> None:
    """Everything is invoiced and paid in two parts, and every term is kept."""
    deal.act(0, set_days)
    deal.act(1, ask_for_invoice)
    deal.act(0, issue, by=finance(deal))
    deal.act(1, receive, 100, by=finance(deal))
    deal.act(4, receive, 0, by=finance(deal))
    deal.act(1, keep_terms)


def finance(deal: Deal) -> Any:
    """Who enters money and issues invoices."""
    return deal.world["chiang.finance"]


def contract_of(deal: Deal) -> Contract:
    """The contract as it stands in the database."""
    return Contract.objects.select_related("customer__owner", "drafted_by").get(pk=deal.contract_pk)


def first_of(deal: Deal) -> PlannedPayment:
    """The deposit."""
    rows = PlannedPayment.objects.select_related("contract__customer__owner", "contract__drafted_by")
    return rows.filter(contract=deal.contract_pk).order_by("position")[0]


def set_days(deal: Deal) -> None:
    """The deposit falls due seven days after the signing."""
    contract, row = contract_of(deal), first_of(deal)
    if row.due_on is None and contract.signed_on:
        due_on = contract.signed_on + timedelta(days=DEPOSIT_DAYS)
        collecting.move_due(row, due_on=due_on, reason=REASONS[deal.script], by=deal.owner)


def ask_for_invoice(deal: Deal) -> None:
    """The owner asks finance for the invoice on the deposit."""
    row = first_of(deal)
    kind = KINDS.get(deal.currency, "commercial")
    collecting.request_invoice(row, kind=kind, amount=row.amount, by=deal.owner)


def issue(deal: Deal) -> None:
    """Finance issues what was asked for."""
    for request in InvoiceRequest.objects.filter(contract=deal.contract_pk, state="requested"):
        invoice = f"{'RS' if deal.currency == 'TWD' else 'VT'}-{30_000_000 + request.pk * 7_919 % 9_999_999:08d}"
        data = {"invoice_number": invoice, "issued_on": clock.today()}
        advance(request, "issue", by=finance(deal), data=data)


def receive(deal: Deal, percent: int) -> None:
    """Money for so much of the deposit; 0: all that is still owed."""
    contract, row = contract_of(deal), first_of(deal)
    amount = quantize(row.amount * Decimal(percent) / 100, contract.currency) if percent else contract.open_rest
    collecting.record_receipt(
        contract, amount=amount, received_on=clock.today(), payer=contract.customer_name, by=finance(deal),
        bank_reference=f"TT{clock.today():%y%m%d}{contract.pk:04d}{percent:03d}",
    )  # fmt: skip


def keep_terms(deal: Deal) -> None:
    """Delivered, accepted, and the customer signed for it."""
    for row in contract_of(deal).obligations.filter(state="open"):
        note = EVIDENCE[deal.script].format(n=f"YS-{row.pk:04d}")
        advance(row, "complete", by=deal.owner, data={"done_on": clock.today(), "evidence": note})


def ask_to_end(deal: Deal, reason: str) -> None:
    """The owner asks for the termination, with how both sides settle."""
    data = {"termination_on": clock.today(), "termination_settlement": SETTLED[deal.script]}
    advance(contract_of(deal), "ask_termination", by=deal.owner, comment=reason, data=data)


def quote(by: Any) -> None:
    """A salesperson offers what he negotiates: quotations from the term sheets of three opportunities of his."""
    rows = Opportunity.objects.filter(owner=by, state__in=("negotiation", "follow_up"), term_sheet__isnull=False)
    for deal in rows.select_related("customer", "term_sheet").order_by("pk")[:3]:
        language = {"CN": "hans", "TW": "hant", "HK": "hant"}.get(deal.customer.region, "en")
        valid_until = clock.today() + timedelta(days=30)
        template = ContractTemplate.objects.in_force().for_quotations().filter(script=language).first()
        quoting.quote(deal, title=deal.name[:120], script=language, valid_until=valid_until, by=by, template=template)


def send_quotations(by: Any) -> None:
    """Those that nothing holds back are issued; one stays a draft."""
    ready = [q for q in Quotation.objects.filter(drafted_by=by, state="draft").order_by("pk") if _may_go(q)]
    for quotation in ready[:2]:
        advance(quotation, "issue", by=by)


def answer_quotation(by: Any) -> None:
    """One customer accepts."""
    quotation = Quotation.objects.filter(drafted_by=by, state="issued").order_by("pk").first()
    if quotation:
        advance(quotation, "accept", by=by)


def _may_go(quotation: Quotation) -> bool:
    return all(item.met for item in quotation.checklist(quotation.step("issue")))
