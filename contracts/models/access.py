"""Which contracts a person sees, and the permissions by which (SECURITY C)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from customers.models import Customer, Opportunity
from kernel.permissions import ABOVE

REVIEW, LEGAL, CHANGE, ARCHIVE = (
    f"contracts.{name}" for name in ("review_contract", "legal_review_contract", "change_contract", "archive_contract")
)
SEE_CONCLUDED = ("contracts.view_ledger", "customers.log_interaction", ARCHIVE, REVIEW, LEGAL, ABOVE)
CONCLUDED = ("signed", "archived", "fulfilled", "terminating", "terminated")


class ContractQuerySet(models.QuerySet):
    """Contracts as people reach them (SECURITY C)."""

    def visible_to(self, user: Any) -> ContractQuerySet:
        """All for reviewers; the submitted for ledger and archive; the concluded for customer service; else one's own."""
        if not user.has_perm("contracts.view_contract"):
            return self.none()
        if any(user.has_perm(p) for p in (REVIEW, LEGAL, ABOVE)):
            return self
        seen = Q(pk__in=())  # by state first: what that lets through is not looked for among his own
        if user.has_perm("contracts.view_ledger") or user.has_perm(ARCHIVE):
            seen |= ~Q(state__in=["draft", "voided"])
        if user.has_perm("customers.log_interaction"):
            seen |= Q(state__in=CONCLUDED)
        return self.filter(seen | self._own(user))

    def in_ledger(self) -> ContractQuerySet:
        """Those that were signed. Clause 3.2.3c. Each has its day: said, so that the index of these alone serves."""
        return self.filter(state__in=CONCLUDED, signed_on__isnull=False)

    def in_ledger_of(self, user: Any) -> ContractQuerySet:
        """The signed contracts that this person sees: the same as both in turn, but whoever sees all is not asked whose."""
        if user.has_perm("contracts.view_contract") and any(user.has_perm(right) for right in SEE_CONCLUDED):
            return self.in_ledger()
        return self.visible_to(user).in_ledger()

    @staticmethod
    def _own(user: Any) -> Q:
        # asked of each contract, not read as lists: somebody may have 90,000 customers
        customer, deal = {"customer": OuterRef("customer")}, {"opportunity": OuterRef("opportunity")}
        shared = Q(Exists(Customer.collaborators.through.objects.filter(user=user, **customer)))
        shared |= Q(Exists(Opportunity.collaborators.through.objects.filter(user=user, **deal)))
        deals = Opportunity.objects.filter(Q(owner=user) | Q(follower=user), pk=OuterRef("opportunity"))
        customers = Customer.objects.filter(owner=user, pk=OuterRef("customer"))
        # who drafted it and gave it up does not keep it by the deal that he won with it
        return Q(owner=user) | Q(Exists(customers)) | (Q(Exists(deals)) & ~Q(drafted_by=user)) | shared


class ContractManager(models.Manager.from_queryset(ContractQuerySet)):  # type: ignore[misc]
    """Contracts with the customer and opportunity that their guards and permissions always ask for."""

    def get_queryset(self) -> ContractQuerySet:
        """One query for what a step reads."""
        rows: ContractQuerySet = super().get_queryset().select_related("customer", "opportunity")
        return rows
