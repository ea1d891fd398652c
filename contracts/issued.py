"""What contracts issue to customers: each of these stands in the register of documents. Clause 4.2.2a."""

from __future__ import annotations

from django.db.models import QuerySet

from contracts.models import Contract, Quotation
from customers.models import Opportunity
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


@issued("proposal")
def proposals() -> QuerySet:
    """Opportunities to whose customer a proposal was sent: the register names them as its record. Clause 3.1.4b."""
    return Opportunity.objects.filter(proposals__sent_on__isnull=False).distinct()
