"""What follows from a step of a feedback or a measure, in the same transaction: who owes what next, and to whom."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from aftersales import improving, serving
from aftersales.models import Feedback, Measure
from kernel import promises
from kernel.advance import advanced


@receiver(advanced, sender=Feedback)
def feedback_moved(sender: Any, record: Feedback, change: Any, by: Any, **_told: Any) -> None:
    """Passing on asks the department; solving owes the report; the customer's "no" owes everything anew."""
    if change.step == "assign":
        promises.hand_over(record, before=None, after=record.handler)
        serving.owe_finding(record)
        serving.owe_progress(record)
    elif change.step == "hand_back":
        for kind in (serving.FINDING, serving.PROGRESS):
            promises.void(record, kind)
        serving.owe_passing_on(record)
    elif change.step == "resolve":
        serving.owe_report(record)
    elif change.step in ("refuse", "refuse_by_link", "reopen"):
        serving.begin_round(record)
    elif record.state in (Feedback.State.CONFIRMED, Feedback.State.CLOSED, Feedback.State.LAPSED):
        promises.void(record)


@receiver(advanced, sender=Measure)
def measure_moved(sender: Any, record: Measure, change: Any, by: Any, **_told: Any) -> None:
    """A measure that is decided on, or given back, is owed by its owner; a follow-up taken back is owed again."""
    if change.step in ("agree", "order", "fail"):
        improving.owe(record)
    elif change.step == "withdraw" and record.earlier:
        improving.owe_follow_up(record.earlier)
