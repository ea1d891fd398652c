"""What contracts issue to customers: each of these stands in the register of documents. Clause 4.2.2a."""

from __future__ import annotations

from django.db.models import QuerySet

from contracts.models import Contract, Quotation
from documents.issuing import issued

NOT_YET_OUT = ("draft", "manager_review", "legal_review", "revising", "rejected", "voided")


@issued("contract")
def contracts() -> QuerySet:
    """Contracts whose text is approved, from the paper that goes to the customer to the archive."""
    return Contract.objects.exclude(state__in=NOT_YET_OUT)


@issued("quotation")
def quotations() -> QuerySet:
    """Quotations that were sent."""
    return Quotation.objects.exclude(state__in=("draft", "voided"))
