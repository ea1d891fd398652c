"""The public pool 公海 and how many customers one person holds: both extras, off until the company sets a number."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Customer, FollowUp, Interaction, Opportunity
from kernel import clock
from kernel.advance import StepRefused, advance
from kernel.hanging import bound_keys
from kernel.notices import say, tell
from kernel.settings import define, setting

define("customers.pool_after_days", 0, gettext_lazy("A customer without contact and opportunity goes to the pool after (0: never)"),
       unit=gettext_lazy("days"), clause="2.2.1b")  # fmt: skip
define("customers.pool_warning_days", 7, gettext_lazy("The owner is told before a customer goes to the pool"),
       unit=gettext_lazy("days"), clause="2.2.1b")  # fmt: skip
define("customers.most_held", 0, gettext_lazy("Customers without a contract that one person may hold (0: any number)"),
       unit=gettext_lazy("customers"), clause="2.2.1b")  # fmt: skip
say("pooled", gettext_lazy("Left without contact for too long, now in the pool: %(title)s"))
say("pool_soon", gettext_lazy("Without contact for long: on %(day)s this customer goes to the pool: %(title)s"))

MOST = 1_000  # customers a night


# --- the cap ---------------------------------------------------------------------------------------------
def held_by(user: Any) -> QuerySet:
    """The active customers of a person that count: no contract binds them."""
    return Customer.objects.filter(owner=user, state=Customer.State.ACTIVE).exclude(_bound())


def _bound() -> Q:
    """Customers that something above binds."""
    found = Q(pk__in=())
    for keys in bound_keys("customers.customer"):
        found |= Q(pk__in=keys)
    return found


def above_cap(customer: Customer) -> str:
    """Within the transaction that gave an active customer to its owner: why he may not have it, "" when he may.

    His row is locked, so that two at once are counted one after the other.
    """
    most = setting("customers.most_held")
    if not most or customer.owner_id is None:
        return ""
    owner = get_user_model()._base_manager.select_for_update(of=("self",)).get(pk=customer.owner_id)
    if held_by(owner).count() <= most:
        return ""
    text = _("%(who)s holds %(most)s customers without a contract already, which is as many as one may.")
    return text % {"who": owner, "most": most}


def refuse_above_cap(customer: Customer) -> None:
    """The same for a step: raises StepRefused, which takes the whole transaction back."""
    if problem := above_cap(customer):
        raise StepRefused(problem, record=customer, step="claim")


# --- left lying --------------------------------------------------------------------------------------------
def left_lying(days: int) -> QuerySet:
    """Active customers that nobody spoke with for so many days, without open opportunity and contract; no key ones."""
    since = clock.now() - timedelta(days=days)
    spoken = Interaction.objects.filter(customer=OuterRef("pk"), at__gte=since)
    followed = FollowUp.objects.filter(opportunity__customer=OuterRef("pk"), at__gte=since)
    worked = Opportunity.objects.filter(customer=OuterRef("pk")).filter(
        Q(pk__in=Opportunity.objects.open().values("pk")) | Q(state_at__gte=since)
    )
    rows = Customer.objects.filter(state=Customer.State.ACTIVE, is_key=False, created_at__lt=since, state_at__lt=since)
    return rows.filter(~Exists(spoken), ~Exists(followed), ~Exists(worked)).exclude(_bound())


def pool_left_lying() -> int:
    """Give to the pool what was left lying, and warn of what will be; returns how many went. May run twice."""
    days = setting("customers.pool_after_days")
    if not days:
        return 0
    _warn(days)
    rows = left_lying(days).select_related("owner").order_by("pk")[:MOST]
    return sum(_pool(row) for row in list(rows))


def _pool(customer: Customer) -> bool:
    with transaction.atomic():
        owner = customer.owner
        try:
            change = advance(customer, "let_go", by=None)
        except StepRefused:
            return False
        if owner:
            tell([owner], "pooled", effect=f"pooled:{change.pk}", record=customer, title=str(customer))
        return True


def _warn(days: int) -> None:
    ahead = min(setting("customers.pool_warning_days"), days - 1)
    if ahead <= 0:
        return
    day = clock.today() + timedelta(days=ahead)
    for row in left_lying(days - ahead).filter(owner__isnull=False).order_by("pk")[:MOST]:
        effect = f"pool_soon:{row.pk}:{row.state_at:%Y%m%d}:{day:%Y%m}"
        tell([row.owner_id], "pool_soon", effect=effect, record=row, title=str(row), day=f"{day:%Y/%m/%d}")
