"""Urging 催辦: who sent a record to be decided may remind those who decide, once a day."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kernel import clock, notices, referrals
from kernel.models import Notice, StateChange
from kernel.steps import Stateful

notices.say("urge", _("%(who)s urges a decision: %(title)s"), urgent=True)


def may_urge(record: Stateful, user: Any) -> bool:
    """Whether the record waits for the decision of others and this person is its owner, may withdraw it, or sent it."""
    if not any(step.approval for step in record.steps()):
        return False
    if any(step.withdraws and step.permission(record, user) for step in record.steps()):
        return True
    owner = record.owner_of()
    if owner is not None and owner.pk == user.pk:
        return True
    last = StateChange.objects.filter(model=record.label_of(), row=record.pk).order_by("-id").first()
    return last is not None and last.by_id == user.pk


def urge(record: Stateful, by: Any) -> int | None:
    """Tell those who may decide; how many were told, None where he has urged them today already. Clause 1.3.2."""
    effect = f"urge:{record.label_of()}:{record.pk}:{clock.today():%Y%m%d}:{by.pk}"
    with transaction.atomic():
        type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)  # two clicks at once urge once
        if Notice.objects.filter(effect__startswith=f"{effect}:").exists():
            return None
        people = notices.deciders_of(record) - {by.pk} - referrals.away_from(record)
        return notices.tell(sorted(people), "urge", effect=effect, record=record, who=str(by), **record.words_of())
