"""The kernel's jobs, each one line calling a verb; every one finds its work in the database and may run twice."""

from datetime import timedelta

from celery import shared_task

from kernel import audit, clock, jobs, notices, settings


@shared_task
def tick() -> None:
    """Each minute: remind, escalate, send the outbox."""
    settings.forget()
    jobs.remind_due()
    jobs.escalate_overdue()
    notices.send_outbox()


@shared_task
def seal() -> None:
    """Each minute: extend the audit chain."""
    audit.seal()


@shared_task
def verify_audit() -> None:
    """Nightly: recompute the chain and tell the administrators what is wrong with it."""
    jobs.report_audit()


@shared_task
def clear_old() -> None:
    """Nightly: forget form keys after seven days."""
    jobs.clear_submissions(clock.now() - timedelta(days=7))
