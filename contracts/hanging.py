"""What of contracts hangs on a customer, and what a contract forbids to do with one. Clause 4.2.1c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from kernel import clock
from kernel.hanging import Hanging, binds, forbids, handed_over_with, hangs_on
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
def open_contracts(customer: Any) -> list[str]:
    """The contracts that keep a customer from the pool and from retirement."""
    return [str(contract) for contract in _open().filter(customer=customer).order_by("pk")[:5]]


@binds("customers.customer")
def customers_under_contract() -> QuerySet:
    """The customers with such a contract."""
    return _open().order_by().values("customer")


@handed_over_with("customers.customer")
def promises_on_contracts(customer: Any, *, before: Any, after: Any, **_told: Any) -> None:
    """What the old owner owes on open contracts is owed by the new one, who may act on them; the drafter stays the drafter."""
    keys = _open().filter(customer=customer).order_by().values("pk")
    rows = Promise.objects.open().filter(model=Contract._meta.label_lower, row__in=keys, owed_by=before)
    rows.update(owed_by=after)
