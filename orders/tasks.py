"""The daily jobs of order execution."""

from celery import shared_task

from kernel import settings
from orders import purchasing


@shared_task
def follow_purchases() -> None:
    """Daily: purchases whose day has passed are problems of their orders; reminders before qualifications end."""
    settings.forget()
    purchasing.warn_of_late()
    purchasing.remind_qualifications()
