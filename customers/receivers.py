"""What follows from steps: a merged customer's rows move and move back; follow-ups begin with stage six and end with it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from customers import merging, pool, reviews, services
from customers.models import Customer, Opportunity
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


@receiver(advanced, sender=Customer)
def move_what_hangs_on_it(sender: type, record: Customer, change: StateChange, data: Any, by: Any, **_: Any) -> None:
    """A merge moves everything to the survivor, undoing it moves it back; nobody owes the review of a file at rest."""
    if change.to_state != Customer.State.ACTIVE:
        promises.void(record, reviews.REVIEW)
    if change.to_state == Customer.State.MERGED:
        merging.carry_out(record, state_before=change.from_state, data=data, by=by)
    elif change.from_state == Customer.State.MERGED:
        merging.undo(record, by=by)


@receiver(advanced, sender=Customer)
def hold_no_more_than_the_cap(sender: type, record: Customer, change: StateChange, **_: Any) -> None:
    """Who takes a customer from the pool, or gets one, holds no more than the company lets him."""
    if change.to_state == Customer.State.ACTIVE and change.from_state == Customer.State.POOLED:
        pool.refuse_above_cap(record)
