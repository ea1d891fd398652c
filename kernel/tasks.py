"""The kernel's jobs, each one line calling a verb; every one finds its work in the database and may run twice."""

import logging
from datetime import timedelta
from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError

from kernel import audit, clock, export_jobs, import_jobs, jobs, letters, mailing, settings, throttle

log = logging.getLogger(__name__)


@shared_task
def tick() -> None:
    """Each minute: remind, escalate, gather digests, send the outbox."""
    settings.forget()
    jobs.remind_due()
    jobs.escalate_overdue()
    mailing.gather_digests()
    mailing.send_outbox()


@shared_task
def send_letters() -> None:
    """Each minute, and at once when many are to go: letters to people outside."""
    settings.forget()
    mailing.send_letters()


@shared_task
def seal() -> None:
    """Each minute: extend the audit chain."""
    audit.seal()


@shared_task
def verify_audit() -> None:
    """Nightly: recompute the chain and tell the administrators what is wrong with it."""
    jobs.report_audit()


@shared_task
def run_audit_checks() -> None:
    """Each minute, and at once when one is asked for: verify the audit chain."""
    jobs.run_asked_checks()


@shared_task
def clear_old() -> None:
    """Nightly: forget form keys after seven days, counts of tries after two, old letters' texts and addresses."""
    jobs.clear_submissions(clock.now() - timedelta(days=7))
    throttle.clear(clock.now() - timedelta(days=2))
    letters.clear(clock.now() - timedelta(days=int(settings.setting("kernel.letters_days"))))


@shared_task
def run_exports() -> None:
    """Each minute, and at once when one is asked for: write long lists, remove those whose time is over."""
    export_jobs.run_waiting()
    export_jobs.clear_expired()


@shared_task
def run_imports() -> None:
    """Each minute, and at once when one is asked for: check, run and undo imports, remove files whose time is over."""
    import_jobs.run_waiting()
    import_jobs.clear_expired()


def soon(task: Any, *arguments: Any) -> None:
    """Hand a task that finds its own work to the worker; while no broker answers, the beat's next run does it."""
    try:
        task.apply_async(arguments, retry=False)
    except OperationalError:
        log.warning("no broker: %s waits for its next run", task.name)
