"""How many wrong passwords are borne: few of one person from one place, more of one person or from one place in all (B37)."""

from __future__ import annotations

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, Sum

from kernel.throttle import client_address


class Handler(AxesDatabaseHandler):
    """Also refuses many persons tried from one address, and one person tried from many."""

    def is_locked(self, request: Any, credentials: dict | None = None) -> bool:
        """Whether this sign-in is refused before the password is looked at."""
        if super().is_locked(request, credentials):
            return True
        username, address = (credentials or {}).get("username") or "", client_address(request)
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        failures = recent.filter(Q(username=username) | Q(ip_address=address)).aggregate(
            person=Sum("failures_since_start", filter=Q(username=username)),
            place=Sum("failures_since_start", filter=Q(ip_address=address)),
        )
        many = (failures["person"] or 0) >= settings.MOST_FAILURES_OF_ONE_PERSON
        many |= (failures["place"] or 0) >= settings.MOST_FAILURES_FROM_ONE_PLACE
        if many:
            request.axes_locked_out = True
        return many
