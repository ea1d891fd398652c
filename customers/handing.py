"""Giving customers to another person with all that hangs on them and is promised on them. Clause 2.2.1b."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from customers.models import Customer, Interaction, Opportunity, Question, Risk
from customers.models.access import MANAGE
from customers.pool import refuse_above_cap
from kernel import hanging
from kernel.models import Promise
from kernel.notices import say, tell

say("handed", gettext_lazy("%(who)s gave %(title)s to %(owner)s: %(reason)s"))


def reassign(customer: Customer, *, to: Any, reason: str, by: Any) -> Customer:
    """Give an active customer, what its owner works on there and what he owes on that to another. Clause 2.2.1b.

    What colleagues own there stays theirs, and so does what they or he owe on it. Raises PermissionDenied for who is not
    the manager, and for a customer that nobody owns; StepRefused when the other holds as many as he may.
    """
    if not by.has_perm(MANAGE):
        raise PermissionDenied
    with transaction.atomic():
        row = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
        if row.state != Customer.State.ACTIVE:
            raise PermissionDenied
        before, row.owner = row.owner, to
        _save(row, by, reason)
        refuse_above_cap(row)
        if before and before != to:
            deals = _pass_opportunities(row, before, to, by, reason)
            for risk in row.risks.exclude(state=Risk.State.CLOSED).filter(owner=before):
                risk.owner = to
                _save(risk, by, reason)
            _pass_promises(row, deals, before, to)
            hanging.hand_over(row, before=before, after=to, reason=reason, by=by)
        _tell(row, before, by, reason)
        return row


def _tell(customer: Customer, before: Any, by: Any, reason: str) -> None:
    """Both who got it and who gave it up, whom its page is closed to, read who decided so, and why."""
    words = {"who": str(by), "owner": str(customer.owner), "title": str(customer), "reason": reason[:200]}
    effect = f"handed:{customer.pk}:{customer.version}"
    tell({customer.owner} - {by}, "handed", effect=effect, record=customer, **words)
    tell(
        {before} - {by, customer.owner, None}, "handed", effect=effect, url=reverse("customers:customer_list"), **words
    )


def _pass_opportunities(customer: Customer, before: Any, to: Any, by: Any, reason: str) -> list[int]:
    """The open opportunities that the old owner owns, with the questions given to him there; returns their keys."""
    moved = []
    for deal in customer.opportunities.open().filter(owner=before).select_related("customer"):
        deal.owner = to
        deal.follower = to if deal.follower_id == before.pk else deal.follower
        _save(deal, by, reason)
        moved.append(deal.pk)
    for question in Question.objects.filter(opportunity__in=moved, assigned_to=before, closed_at=None):
        question.assigned_to = to
        _save(question, by, reason)
    return moved


def _pass_promises(customer: Customer, deals: list[int], before: Any, to: Any) -> None:
    """What he owes on the customer itself and on what moved: not what he owes on a colleague's opportunity there."""
    questions = Question.objects.filter(opportunity__in=deals).values("pk")
    talks = Interaction.objects.filter(Q(opportunity__in=deals) | Q(opportunity=None), customer=customer).values("pk")
    rows = Q(model=customer.label_of(), row=customer.pk)
    rows |= Q(model=Opportunity._meta.label_lower, row__in=deals)
    rows |= Q(model=Question._meta.label_lower, row__in=questions)
    rows |= Q(model=Interaction._meta.label_lower, row__in=talks)
    rows |= Q(model=Risk._meta.label_lower, row__in=customer.risks.filter(owner=to).values("pk"))
    Promise.objects.open().filter(rows, file=customer.pk, owed_by=before).update(owed_by=to)


def _save(record: Any, by: Any, reason: str) -> None:
    record.version += 1
    record._history_user, record._change_reason = by, reason[:100]
    record.save()
