"""Jobs of customer development: each finds its work in the database and may run twice."""

from celery import shared_task

from customers import duplicates, pool, reviews, services
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


@shared_task
def pool_customers() -> None:
    """Nightly: what was left lying goes to the pool, where the company uses one."""
    settings.forget()
    pool.pool_left_lying()


@shared_task
def schedule_reviews() -> None:
    """Hourly: promise the review of files that become due. Clause 4.2.1c."""
    settings.forget()
    reviews.schedule_reviews()
