"""The only source of now and today, so that the demo company and the tests can move it."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """This moment, aware, in UTC (or the moment the clock was moved to)."""
    return _moved.get() or timezone.now()


def today() -> date:
    """Today in the company's time zone."""
    return timezone.localtime(now(), timezone.get_default_timezone()).date()


@contextmanager
def at(moment: datetime):
    """Move the clock to an aware moment for the block: for the demo company and imports only, never inside a request."""
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)


def local(moment: datetime) -> datetime:
    """The moment in the company's time zone."""
    return timezone.localtime(moment, timezone.get_default_timezone())
