"""What follows from an opportunity's steps: follow-ups are scheduled on entering stage six and void on leaving it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from customers import services
from customers.models import Opportunity
from kernel import promises
from kernel.advance import advanced
from kernel.models import StateChange


@receiver(advanced, sender=Opportunity)
def follow_the_stage(sender: type, record: Opportunity, change: StateChange, **_kwargs: Any) -> None:
    """Begin or end the cadence of clause 3.1.6b; a closed opportunity owes no answers any more."""
    if change.to_state == Opportunity.State.FOLLOW_UP:
        services.schedule_follow_up(record)
    elif change.from_state == Opportunity.State.FOLLOW_UP:
        promises.void(record, services.FOLLOW_UP)
    if change.to_state == Opportunity.State.LOST:
        for question in record.questions.filter(answered_at=None, closed_at=None):
            promises.void(question, services.ANSWER)
