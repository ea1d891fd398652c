"""The daily job of contracts."""

from celery import shared_task

from contracts import reminders
from kernel import settings


@shared_task
def remind_expiries() -> None:
    """Daily: reminders before contracts end and instalments are due."""
    settings.forget()
    reminders.remind_expiries()
