"""What contract signing lets be found: contracts, templates, quotations, seals, clauses, invoices, money received."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import (
    Contract,
    ContractTemplate,
    InvoiceRequest,
    LibraryClause,
    Loan,
    Quotation,
    Receipt,
    SealEntry,
    SealRequest,
)
from kernel.panels import Hit, search_source
from kernel.searching import Finder


@search_source(20, _("Contracts"))
def contracts(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Contracts by number, title or customer. Clause 3.2.3c."""
    if not finder.finds(Contract):
        return []
    rows = Contract.objects.visible_to(user).select_related(None).order_by("-pk")
    return [
        Hit(c.title, f"{c.number} {c.customer_name}", c.get_absolute_url()) for c in finder.first(rows, Contract, limit)
    ]


@search_source(21, _("Contract templates"))
def templates(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Templates by code or name."""
    if not finder.finds(ContractTemplate):
        return []
    rows = ContractTemplate.objects.visible_to(user).order_by("-pk")
    return [
        Hit(str(t), f"{t.code} {t.get_state_display()}", t.get_absolute_url())
        for t in finder.first(rows, ContractTemplate, limit)
    ]


@search_source(22, _("Quotations"))
def quotations(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Quotations by number, title or customer. Clause 3.1.5a."""
    if not finder.finds(Quotation):
        return []
    rows = Quotation.objects.visible_to(user).order_by("-pk")
    return [
        Hit(q.title, f"{q.number} {q.customer_name}", q.get_absolute_url())
        for q in finder.first(rows, Quotation, limit)
    ]


@search_source(23, _("Seals"))
def seals(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Seal requests by contract number or purpose, and by what the register says of them. Clause 3.2.3b."""
    if not (finder.finds(SealRequest) or finder.finds(SealEntry)):
        return []
    rows = SealRequest.objects.visible_to(user).select_related("seal").order_by("-pk")
    hits = {r.pk: r for r in finder.first(rows, SealRequest, limit)}
    hits |= {r.pk: r for r in finder.first(rows, SealEntry, limit, "entries__pk")}
    shown = sorted(hits.values(), key=lambda r: -r.pk)[:limit]
    return [Hit(f"{r.number} {r.seal}", str(r.get_state_display()), r.get_absolute_url()) for r in shown]


@search_source(24, _("Clause library"))
def clauses(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """The newest version of each clause of the library by code or heading."""
    if not finder.finds(LibraryClause):
        return []
    rows = LibraryClause.objects.visible_to(user).newest().order_by("-pk")
    return [Hit(str(c), c.code, c.get_absolute_url()) for c in finder.first(rows, LibraryClause, limit)]


@search_source(25, _("Invoices"))
def invoices(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Invoice requests by their own number and the invoice's."""
    if not finder.finds(InvoiceRequest):
        return []
    rows = InvoiceRequest.objects.visible_to(user)
    rows = rows.select_related("planned").order_by("-pk")
    return [
        Hit(str(i), i.invoice_number or str(i.get_state_display()), i.get_absolute_url())
        for i in finder.first(rows, InvoiceRequest, limit)
    ]


@search_source(26, _("Money received"))
def receipts(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Receipts by number, the bank's reference or who paid."""
    if not finder.finds(Receipt):
        return []
    rows = Receipt.objects.visible_to(user).order_by("-pk")
    return [
        Hit(f"{r.number} {r.payer}", r.bank_reference, r.get_absolute_url()) for r in finder.first(rows, Receipt, limit)
    ]


@search_source(27, _("Loans of originals"))
def loans(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Loans by the contract whose original is lent. Clause 3.2.3c."""
    if not finder.finds(Contract):
        return []
    rows = Loan.objects.visible_to(user).select_related("contract", "borrower").order_by("-pk")
    return [
        Hit(f"{loan.contract.number} {loan.borrower}", str(loan.get_state_display()), loan.get_absolute_url())
        for loan in finder.first(rows, Contract, limit, "contract", are_few=True)
    ]
