"""Jobs of after-sales service: each finds its work in the database and may run twice."""

from celery import shared_task

from aftersales import campaigning, visiting
from kernel import settings
from kernel.tasks import send_letters, soon


@shared_task
def schedule_visits() -> None:
    """Daily, and again each hour: create the return visits that come due. Clause 2.2.3c."""
    settings.forget()
    while visiting.schedule_visits():
        pass


@shared_task
def ask_after_service() -> None:
    """Hourly: surveys after confirmed feedback and completed orders; the campaign of the quarter. Clause 3.4.4a."""
    settings.forget()
    while campaigning.ask_after_service():
        pass
    if campaigning.begin_quarters_campaign():
        soon(run_campaigns)


@shared_task
def run_campaigns() -> None:
    """Each minute, and at once when one is started: ask the customers of running campaigns. Clause 3.4.4a."""
    settings.forget()
    if campaigning.run_campaigns():
        soon(send_letters)
