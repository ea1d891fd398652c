"""How many wrong passwords are borne: few of one person from one place, more of one person or from one place in all (B37)."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, Sum
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Where a request comes from: what the outermost of our own proxies saw; without one, who is connected to us.

    A proxy adds what it sees at the end of X-Forwarded-For; everything before that is the client's own word.
    """
    near = str(request.META.get("REMOTE_ADDR") or "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    told = hops[-settings.PROXIES] if 0 < settings.PROXIES <= len(hops) else near
    for address in (told, near):
        try:
            return str(ip_address(address))
        except ValueError:
            continue
    return "0.0.0.0"  # noqa: S104  (a name for "unknown"; nothing listens on it)


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
