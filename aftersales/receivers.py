"""What follows from a step of after-sales service, in the same transaction: who owes what next, and to whom."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import receiver

from aftersales import improving, mail_sorting, serving, surveying, visiting
from aftersales.models import Campaign, Feedback, Mail, Measure, ReturnVisit
from aftersales.tasks import run_campaigns
from customers.models import Customer
from kernel import promises
from kernel.advance import advanced
from kernel.tasks import soon


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


@receiver(advanced, sender=ReturnVisit)
def visit_made(sender: Any, record: ReturnVisit, change: Any, data: Any, by: Any, **_told: Any) -> None:
    """A grievance told at the visit becomes a feedback in the same transaction. Clause 2.2.3c."""
    if change.step == "record" and (text := (data.get("grievance") or "").strip()):
        visiting.take_grievance(record, text=text, severity=data.get("severity") or "normal", by=by)


@receiver(advanced, sender=Customer)
def customer_left(sender: Any, record: Customer, **_told: Any) -> None:
    """Who is no customer any more is visited no more."""
    if record.state != Customer.State.ACTIVE:
        visiting.drop_of(record)


@receiver(advanced, sender=Campaign)
def campaign_moved(sender: Any, record: Campaign, change: Any, **_told: Any) -> None:
    """A campaign that runs is taken up at once by the job; one that does not sends nothing more. Clause 3.4.4a."""
    if record.state == Campaign.State.RUNNING:
        transaction.on_commit(lambda: soon(run_campaigns))
    else:
        surveying.unanswerable(record)
