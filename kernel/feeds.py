"""A person's promises as a calendar that his telephone subscribes to; it says what and when, and never of whom or how much.

The calendar lies on other companies' servers: an entry holds the kind of promise and the number of the file, no name, no text
that somebody typed, no amount. Its address leads to the page, which asks for the sign-in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db.models import Count, Max
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import clock, ics, links
from kernel.models import Promise
from kernel.promises import STAGE, worded
from kernel.settings import define, setting

PURPOSE = "calendar"
MOST = 500  # entries of one calendar; the nearest come first
BEFORE = timedelta(minutes=30)  # an entry ends when the promise is due
REFRESH = timedelta(hours=1)
LAST_MINUTE = (23, 59)  # due by the end of a day: an entry of that day

define(
    "kernel.calendar_link_days",
    365,
    gettext_lazy("How long the link to a private calendar holds"),
    unit=gettext_lazy("days"),
)
links.opens(PURPOSE, "kernel:calendar_feed")


def new_link(user: Any) -> str:
    """A new link to his calendar, shown once; the one before ends."""
    return links.make(PURPOSE, user, by=user, lasts=timedelta(days=setting("kernel.calendar_link_days")))


def calendar_of(user: Any) -> str:
    """All that he owes, by name or by role, in his language."""
    rows = Promise.objects.owed_by(user).annotate(moved=Count("moves"), moved_at=Max("moves__at"))
    found = list(rows.order_by("due_at", "pk")[:MOST])
    numbers = _numbers(found)
    with translation.override(user.language):
        events = [_event(promise, numbers.get(promise.file, "")) for promise in found]
        return ics.calendar(_("Bylaw: what I owe"), events, zone=settings.TIME_ZONE, refresh=REFRESH)


def _event(promise: Any, number: str) -> ics.Event:
    due = clock.local(promise.due_at)
    is_day = (due.hour, due.minute) == LAST_MINUTE
    return ics.Event(
        uid=f"promise-{promise.pk}@{urlsplit(settings.BASE_URL).hostname}",
        summary=_summary(promise, number),
        starts=due.date() if is_day else promise.due_at - BEFORE,
        ends=None if is_day else promise.due_at,
        stamp=promise.moved_at or promise.made_at,
        url=settings.BASE_URL.rstrip("/") + promise.url,
        sequence=promise.moved,
    )


def _summary(promise: Any, number: str) -> str:
    if promise.kind == STAGE:  # the name of a state is nobody's secret
        return " · ".join(filter(None, [worded(STAGE, promise.model, promise.what), number]))
    return worded(promise.kind, promise.model, number).strip(" :：")


def _numbers(promises: list[Any]) -> dict[int | None, str]:
    """The number of the file that each promise belongs to; one query."""
    keys = {p.file for p in promises if p.file}
    model = apps.get_model(settings.FILE_MODEL)
    return dict(model._base_manager.filter(pk__in=keys).values_list("pk", "number")) if keys else {}
