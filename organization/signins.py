"""Keeping the list of where people are signed in, and ending sessions: what is ended is a stranger at its next request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from kernel import clock
from kernel.logs import UNPRINTABLE
from kernel.throttle import client_address
from organization.models import SignIn

MARK = "sign_in"  # in the session: key of its row here, and the session key that this row was last told
TOUCH = timedelta(minutes=5)  # "last seen" is as exact as that
REMEMBERED = 5_000
_touched: dict[int, Any] = {}  # when this process last asked the database about a row, so that most requests do not


def notice(request: HttpRequest) -> None:
    """Keep the row of this request's session: made at its first request, told a new key, touched every few minutes."""
    session: Any = request.session
    row, known = session.get(MARK) or (None, "")
    now = clock.now()
    if row is None:
        facts = {"user": request.user, "agent": _agent(request), "address": client_address(request)}
        made, _new = SignIn.objects.update_or_create(key=session.session_key, defaults={**facts, "seen_at": now})
        session[MARK] = (made.pk, session.session_key)
        _remember(made.pk, now)
    elif known != session.session_key:
        SignIn.objects.filter(pk=row, user=request.user).update(key=session.session_key, seen_at=now)
        session[MARK] = (row, session.session_key)
        _remember(row, now)
    elif now - _touched.get(row, now - TOUCH) >= TOUCH:
        _remember(row, now)
        rows = SignIn.objects.filter(pk=row, seen_at__lt=now - TOUCH)
        rows.update(seen_at=now, address=client_address(request), agent=_agent(request))


def of(user: Any) -> list[SignIn]:
    """Where he is signed in now, seen last first. A session that a new password has ended does not count."""
    rows = list(SignIn.objects.visible_to(user).order_by("-seen_at", "-pk")[:100])
    keys = [row.key for row in rows]
    sessions = Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now())
    fits = user.get_session_auth_hash()
    alive = {s.session_key for s in sessions if s.get_decoded().get(HASH_SESSION_KEY) == fits}
    return [row for row in rows if row.key in alive]


def end(row: SignIn) -> None:
    """End one session."""
    with transaction.atomic():
        Session.objects.filter(session_key=row.key).delete()
        row.delete()


def end_all(user: Any, *, but: str = "") -> int:
    """End all sessions of a person, except the one with this key. Returns how many."""
    with transaction.atomic():
        rows = SignIn.objects.visible_to(user).exclude(key=but)
        keys = list(rows.values_list("key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        rows.delete()
    return len(keys)


def clear() -> int:
    """Forget the sessions whose time is over, and the rows of those that are gone."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    gone = SignIn.objects.filter(~Exists(Session.objects.filter(session_key=OuterRef("key"))))
    return int(gone.delete()[0])


def _agent(request: HttpRequest) -> str:
    return UNPRINTABLE.sub("", request.META.get("HTTP_USER_AGENT", ""))[:300]


def _remember(row: int, now: Any) -> None:
    if len(_touched) >= REMEMBERED:
        _touched.clear()
    _touched[row] = now
