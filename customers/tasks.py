"""Jobs of customer development: each finds its work in the database and may run twice."""

from celery import shared_task

from customers import duplicates, services
from kernel import settings


@shared_task
def schedule_follow_ups() -> None:
    """Hourly: promise a follow-up wherever stage six has none open."""
    settings.forget()
    services.schedule_missing_follow_ups()


@shared_task
def compare_new_customers() -> None:
    """Hourly: look for duplicates of customers that came in bulk."""
    settings.forget()
    while duplicates.compare_new():
        pass
