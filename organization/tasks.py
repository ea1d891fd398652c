"""The letters about accounts, sent by the worker so that no page waits for the mail server or tells by its time who is known."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError

from organization import deputising, mails, signins

log = logging.getLogger(__name__)
AGAIN = {"autoretry_for": (OSError,), "retry_backoff": 30, "max_retries": 5}


@shared_task(**AGAIN)
def mail_invitation(user_pk: int) -> None:
    """Invite somebody."""
    mails.send_invitation(user_pk)


@shared_task(**AGAIN)
def mail_reset(email: str) -> None:
    """Send a link to a new password, if the address is known."""
    mails.send_reset(email)


@shared_task
def end_deputyships() -> None:
    """Every five minutes: close the deputyships that have run out (their rights ended by the minute already)."""
    deputising.lapse_over()


@shared_task
def clear_sign_ins() -> None:
    """Nightly: forget sessions whose time is over."""
    signins.clear()


def soon(task: Any, *arguments: Any) -> None:
    """Hand a task to the worker; while no broker answers, do it here. What fails is logged, the page goes on."""
    try:
        task.apply_async(arguments, retry=False)
    except OperationalError:
        log.warning("no broker: %s runs in the web process", task.name)
        try:
            task.run(*arguments)
        except OSError:
            log.exception("%s could not mail", task.name)
