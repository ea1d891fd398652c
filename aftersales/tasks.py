"""Jobs of after-sales service: each finds its work in the database and may run twice."""

from celery import shared_task

from aftersales import campaigning, improving, mail_intake, mailbox, reminding, visiting
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


@shared_task
def count_effects() -> None:
    """Daily: whether the cause became rarer, for each measure whose quarter is over. Clause 3.4.4c."""
    settings.forget()
    while improving.count_effects():
        pass


@shared_task
def remind_stalled() -> None:
    """Hourly: feedback that nobody moves; and news that is owed to a customer though nobody promised it. Clause 3.4.2c."""
    settings.forget()
    reminding.remind_stalled()
    while reminding.owe_missing_progress():
        pass


@shared_task
def fetch_mail() -> None:
    """Each minute, where the company has a mailbox: take in its letters. Clause 3.4.1b."""
    settings.forget()
    mailbox.fetch_mail()


@shared_task
def forget_mail() -> None:
    """Nightly: forget the words and senders of letters whose time is over."""
    settings.forget()
    mail_intake.forget_old()
