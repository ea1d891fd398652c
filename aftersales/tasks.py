"""Jobs of after-sales service: each finds its work in the database and may run twice."""

from celery import shared_task

from aftersales import improving
from kernel import settings


@shared_task
def count_effects() -> None:
    """Daily: whether the cause became rarer, for each measure whose quarter is over. Clause 3.4.4c."""
    settings.forget()
    while improving.count_effects():
        pass
