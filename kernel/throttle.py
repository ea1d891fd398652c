"""How often something may be tried in a while, counted in rows so that all web processes count together (SECURITY B34)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from ipaddress import ip_address

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest

from kernel import clock
from kernel.models import Tally


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


def allowed(what: str, *, most: int, within: timedelta) -> bool:
    """Count a try; whether it is among the first `most` since the span began. The span begins anew when it is over."""
    key, now = hashlib.sha256(what.encode()).hexdigest(), clock.now()
    counted = Tally.objects.filter(key=key, since__gt=now - within)
    if not counted.update(count=F("count") + 1):
        row, is_new = Tally.objects.get_or_create(key=key, defaults={"since": now})
        if is_new:
            return most > 0
        # Over: the first of those who find it so begins anew, the others count on.
        begun = Tally.objects.filter(pk=row.pk, since=row.since, since__lte=now - within).update(since=now, count=1)
        if not begun:
            counted.update(count=F("count") + 1)
    return Tally.objects.filter(key=key, count__lte=most).exists()


def clear(before: datetime) -> int:
    """Forget the counts that began before a moment."""
    return Tally.objects.filter(since__lt=before).delete()[0]
