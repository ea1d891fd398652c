"""Verbs over deputyships: asking, ending those that are over, what is told when the absent person is back (clause 2.1)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel import clock, notices
from kernel.advance import advance, begin
from kernel.models import StateChange
from organization.models import Deputyship, User
from organization.models.deputies import may_name_a_deputy

notices.say("deputy_asked", _("%(who)s asks you to decide in his place from %(since)s until %(until)s"))
notices.say("deputy_over", _("%(who)s no longer decides for you; decided meanwhile: %(n)s"))
BATCH = 200


def ask(deputyship: Deputyship, *, by: User) -> Deputyship:
    """Ask a colleague to stand in for oneself. Raises PermissionDenied for who decides nothing, ValidationError."""
    if not may_name_a_deputy(by):
        raise PermissionDenied
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=by.pk)  # two forms at once cannot both find the time free
        deputyship.absent = by
        deputyship.full_clean(exclude=["state"])
        begin(deputyship, by=by)
        notices.tell(
            [deputyship.deputy_id],
            "deputy_asked",
            effect=f"deputy_asked:{deputyship.pk}",
            record=deputyship,
            who=str(by),
            since=_minute(deputyship.starts_at),
            until=_minute(deputyship.ends_at),
        )
    return deputyship


def lapse_over() -> int:
    """End what has run out, and tell who was absent what was decided for him; returns how many ended."""
    over = Deputyship.objects.filter(state__in=("requested", "accepted"), ends_at__lte=clock.now())
    return sum(_lapse(row) for row in over.order_by("ends_at")[:BATCH])


def end_all_of(user: Any) -> int:
    """End every deputyship of somebody who leaves, on either side."""
    rows = Deputyship.objects.filter(Q(absent=user) | Q(deputy=user), state__in=("requested", "accepted"))
    return sum(_lapse(row) for row in rows)


def tell_of_end(deputyship: Deputyship, change: StateChange) -> None:
    """The absent person reads how much was decided for him."""
    if change.from_state == Deputyship.State.ACCEPTED and change.to_state == Deputyship.State.ENDED:
        notices.tell(
            [deputyship.absent_id],
            "deputy_over",
            effect=f"deputy_over:{deputyship.pk}",
            record=deputyship,
            who=str(deputyship.deputy),
            n=str(deputyship.decisions().count()),
        )


def _lapse(row: Deputyship) -> int:
    advance(row, "lapse", by=None)
    return 1


def _minute(moment: Any) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")
