"""Private links: 256 random bits shown once, kept as a digest, for one purpose and one object, until a day, revocable.

A purpose names the page that its links open, so that a lower app can send a link whose page is in a higher one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from kernel import clock
from kernel.models import Link

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
USED = timedelta(minutes=5)  # "last used" is as exact as that

_pages: dict[str, str] = {}


def opens(purpose: str, page: str) -> None:
    """Declare which page (URL name, with the token as its only argument) the links of a purpose open."""
    _pages[purpose] = page


def make(purpose: str, record: Any, *, by: Any, lasts: timedelta) -> str:
    """A new link for a record; the person's earlier one for it ends. Returns the full address, which is not kept."""
    token, now = secrets.token_urlsafe(32), clock.now()
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=by.pk)  # two at once: the second ends the first
        end(purpose, record, by=by)
        Link.objects.create(
            purpose=purpose,
            model=record._meta.label_lower,
            row=record.pk,
            digest=digest_of(token),
            made_by=by,
            made_at=now,
            expires_at=now + lasts,
        )
    return settings.BASE_URL.rstrip("/") + reverse(_pages[purpose], args=[token])


def find(purpose: str, token: str) -> Link | None:
    """The live link that the token is of, for this purpose only; None for every other string, at the same cost."""
    digest = digest_of(token if TOKEN.fullmatch(token) else "")
    return Link.objects.live().select_related("made_by").filter(purpose=purpose, digest=digest).first()


def standing(purpose: str, record: Any, *, by: Any, lasts: timedelta) -> Link:
    """The living link of a record that letters carry to somebody outside, made when there is none.

    Its token is a keyed digest of a random nonce: it can be written into each letter again, while the database alone
    gives nobody the address. It outlives the account of who made it, for it is the customer's. Times are moments.
    """
    now = clock.now()
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=by.pk)
        rows = Link.objects.filter(purpose=purpose, model=record._meta.label_lower, row=record.pk, ended_at=None)
        found = rows.exclude(nonce="").filter(expires_at__gt=now).order_by("-pk").first()
        if found:
            return found
        rows.filter(made_by=by).update(ended_at=now)
        link = _standing(purpose, record, by=by, until=now + lasts)
        link.save(force_insert=True)
        return link


def standing_many(purpose: str, records: Iterable[Any], *, by: Any, until: datetime) -> dict[int, Link]:
    """The standing links of many records that were just made and have none, by the records' keys: one statement."""
    links = [_standing(purpose, record, by=by, until=until) for record in records]
    return {link.row: link for link in Link.objects.bulk_create(links, batch_size=500)}


def _standing(purpose: str, record: Any, *, by: Any, until: datetime) -> Link:
    nonce = secrets.token_hex(16)
    return Link(
        purpose=purpose,
        model=record._meta.label_lower,
        row=record.pk,
        nonce=nonce,
        digest=digest_of(_token(nonce)),
        made_by=by,
        made_at=clock.now(),
        expires_at=until,
    )


def address(link: Link) -> str:
    """The full address of a standing link."""
    return settings.BASE_URL.rstrip("/") + reverse(_pages[link.purpose], args=[_token(link.nonce)])


def addresses(purpose: str, records: Iterable[Any]) -> dict[int, str]:
    """The addresses of the living standing links of these records of one model, by their keys; one query."""
    given = list(records)
    if not given:
        return {}
    found = Link.objects.live().filter(
        purpose=purpose, model=given[0]._meta.label_lower, row__in=[record.pk for record in given]
    )
    return {link.row: address(link) for link in found.exclude(nonce="").order_by("pk")}


def _token(nonce: str) -> str:
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"link:{nonce}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def of(purpose: str, record: Any, *, by: Any) -> Link | None:
    """A person's live link of a purpose for a record."""
    rows = Link.objects.visible_to(by).live().filter(purpose=purpose, model=record._meta.label_lower, row=record.pk)
    return rows.first()


def used(link: Link) -> None:
    """Remember that it was used, to five minutes."""
    now = clock.now()
    if link.used_at is None or link.used_at < now - USED:
        Link.objects.filter(pk=link.pk).update(used_at=now)


def end(purpose: str, record: Any, *, by: Any) -> int:
    """Revoke a person's link of a purpose for a record; it lets nobody in from now on."""
    rows = Link.objects.filter(purpose=purpose, model=record._meta.label_lower, row=record.pk, made_by=by)
    return rows.filter(ended_at=None).update(ended_at=clock.now())


def end_all(user: Any) -> int:
    """Revoke all links of a person who leaves; those that customers hold are not his."""
    return Link.objects.filter(made_by=user, ended_at=None, nonce="").update(ended_at=clock.now())


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
