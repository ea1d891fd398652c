"""What of contracts hangs on a customer, and what a contract forbids to do with one. Clause 4.2.1c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Obligation, PlannedPayment, Quotation, ReviewOpinion, Signing
from kernel import clock
from kernel.hanging import Hanging, Writing, binds, forbids, handed_over_with, hangs_on, names_persons_of
from kernel.models import Promise

OVER = ("fulfilled", "terminated", "rejected", "voided")


@hangs_on("customers.customer")
def contracts_with(customer: Any) -> Iterator[Hanging]:
    """Its contracts; the parties as they stand in their texts stay."""
    yield Hanging(_("Contracts"), Contract.objects.filter(customer=customer), "customer_id")


def _open() -> QuerySet:
    """Contracts that bind: drafted, under way, or in their period of performance."""
    ended = Q(state="archived", period_end__lt=clock.today())
    return Contract.objects.exclude(Q(state__in=OVER) | ended)


@forbids("customers.customer", "pool", "retire")
def open_contracts(customer: Any) -> QuerySet:
    """The contracts that keep a customer from the pool and from retirement."""
    rows = _open().select_related(None).filter(customer=customer)
    return rows.annotate(why=Concat("number", Value(" "), "title"))


@binds("customers.customer")
def customers_under_contract() -> QuerySet:
    """The customers with such a contract."""
    return _open().order_by().values("customer")


@handed_over_with("customers.customer")
def contracts_handed_over(customer: Any, *, before: Any, after: Any, reason: str, by: Any) -> None:
    """Contracts not over that the old owner answered for are the new one's, with what is owed on them and their terms.

    The drafter stays who drafted. Later stages are owed by the new one, too (`Contract.owner_of`). Past its period of
    performance a contract passes on as well: money may still be owed under it.
    """
    here = Contract.objects.filter(customer=customer).exclude(state__in=OVER)
    keys = list(here.order_by("pk").values_list("pk", flat=True))
    for contract in Contract.objects.filter(owner=before, pk__in=keys):
        contract.owner = after
        _save(contract, by, reason)
    obligations = Obligation.objects.filter(contract__in=keys)
    for obligation in obligations.filter(responsible=before, state="open"):
        obligation.responsible = after
        _save(obligation, by, reason)
    rows = Q(model=Contract._meta.label_lower, row__in=keys)
    rows |= Q(model=Obligation._meta.label_lower, row__in=obligations.values("pk"))
    planned = PlannedPayment.objects.filter(contract__in=keys)
    rows |= Q(model=PlannedPayment._meta.label_lower, row__in=planned.values("pk"))
    Promise.objects.open().filter(rows, owed_by=before).update(owed_by=after)


@handed_over_with("customers.customer")
def quotations_handed_over(customer: Any, *, before: Any, after: Any, reason: str, by: Any) -> None:
    """Quotations that wait to be sent or answered are the new owner's, with the answer that he sees to."""
    rows = Quotation.objects.filter(opportunity__customer=customer, owner=before, state__in=Quotation.UNDER_WAY)
    keys = []
    for quotation in rows:
        quotation.owner = after
        _save(quotation, by, reason)
        keys.append(quotation.pk)
    promised = Promise.objects.open().filter(model=Quotation._meta.label_lower, row__in=keys)
    promised.filter(owed_by=before).update(owed_by=after)


@names_persons_of("customers.customer")
def persons_in_contracts(customer: Any) -> Iterator[Writing]:
    """Who signed for the customer, and whom reviewers and drafters named.

    The text that both sides signed stays as it was signed: the law asks for it, and its digest proves it.
    """
    rows = Contract.objects.filter(customer=customer)
    yield Writing(
        Signing.objects.filter(contract__in=rows.order_by().values("pk")), persons={"customer_signatory": "—"}
    )
    yield Writing(
        ReviewOpinion.objects.filter(contract__in=rows.order_by().values("pk")), ("text", "answer", "waive_reason")
    )
    yield Writing(rows, ("own_paper_reason", "termination_settlement"))


def _save(record: Any, by: Any, reason: str) -> None:
    record.version += 1
    record._history_user, record._change_reason = by, reason[:100]
    record.save()
