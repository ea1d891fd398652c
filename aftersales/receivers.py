"""What follows from a step of a feedback or a measure, in the same transaction: who owes what next, and to whom."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from aftersales import improving, mail_sorting, serving
from aftersales.models import Feedback, Mail, Measure
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
    elif change.step in ("refuse", "refuse_by_link", "reopen", "reopen_by_mail"):
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


@receiver(advanced, sender=Mail)
def mail_moved(sender: Any, record: Mail, change: Any, data: dict[str, Any], by: Any, **_told: Any) -> None:
    """A letter that is recorded is a feedback of its own from now on; one that is put to a feedback is a word on it."""
    if change.step == "record":
        mail_sorting.record(record, by=by, **data)
    elif change.step == "attach":
        mail_sorting.put_to(record, data["feedback"])
