"""The daily job of contracts."""

from celery import shared_task

from contracts import quoting, reminders
from kernel import settings


@shared_task
def remind_expiries() -> None:
    """Daily: quotations expire; reminders before contracts end and instalments are due."""
    settings.forget()
    quoting.expire_overdue()
    reminders.remind_expiries()
