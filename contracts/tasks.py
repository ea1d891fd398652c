"""The daily jobs of contracts."""

from celery import shared_task

from contracts import quoting, reminders, services
from kernel import settings


@shared_task
def remind_expiries() -> None:
    """Daily: quotations expire; reminders before contracts end and instalments are due."""
    settings.forget()
    quoting.expire_overdue()
    reminders.remind_expiries()


@shared_task
def replace_due_templates() -> None:
    """Daily: template versions that a newer one replaces from today on, or whose last day is over."""
    settings.forget()
    services.replace_due_templates()
