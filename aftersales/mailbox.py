"""The mailbox of customer service: read over IMAP, each letter once, also when the job is killed in the middle (3.4.1b).

What was read stands in the database, never in the mailbox: a place (mailbox, validity, number) is written down in the
transaction that keeps its letter. Nothing is deleted or moved there; that a letter was read is marked afterwards.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F, Max
from django.urls import reverse
from django.utils.translation import gettext_lazy

from aftersales import mail_intake, mail_reading
from aftersales.models import MailSeen
from aftersales.models.access import RECORD
from kernel import clock, notices
from kernel.permissions import holders_of

log = logging.getLogger(__name__)
notices.say(
    "mail", gettext_lazy("A letter in %(mailbox)s cannot be read by Bylaw: open the mailbox itself"), urgent=True
)
PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}
SECONDS = 30
FIRST_DAYS = 3  # of a mailbox that was never read: its old letters were answered by hand
WHOLE, BEGINNING = 48 * 1024 * 1024, 1024 * 1024  # bytes: of larger letters the beginning is read
MOST_TRIES, MOST_AT_ONCE = 5, 200
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True)
class Place:
    """Where the mailbox is: imaps://user:password@host:port/folder, or imap+tls:// (STARTTLS), or imap:// (unprotected)."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @classmethod
    def of(cls, url: str) -> Place:
        """Read an address; raises ValueError for one that is none."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("BYLAW_MAILBOX_URL must be imaps://user:password@host/folder")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        folder = unquote(parts.path.strip("/")) or "INBOX"
        return cls(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], user, password, folder)

    @property
    def name(self) -> str:
        """How the mailbox is called in the database: never with its password."""
        return f"{self.user}@{self.host}/{self.folder}"[:160]


def fetch_mail() -> int:
    """Take in what is new in the mailbox, if the company has one; returns how many letters. Clause 3.4.1b."""
    if not settings.MAILBOX_URL:
        return 0
    place = Place.of(settings.MAILBOX_URL)
    try:
        with _opened(place) as box:
            return _take_all(box, place)
    except (OSError, imaplib.IMAP4.error, ssl.SSLError) as error:
        log.warning("the mailbox %s does not answer: %s", place.name, type(error).__name__)
        return 0


@contextmanager
def _opened(place: Place) -> Iterator[imaplib.IMAP4]:
    context = ssl.create_default_context()
    box: imaplib.IMAP4
    if place.scheme == "imaps":
        box = imaplib.IMAP4_SSL(place.host, place.port, ssl_context=context, timeout=SECONDS)
    else:
        box = imaplib.IMAP4(place.host, place.port, timeout=SECONDS)
    try:
        if place.scheme == "imap+tls":
            box.starttls(context)
        box.login(place.user, place.password)
        quoted = '"' + place.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        status, _answer = box.select(quoted)
        if status != "OK":
            raise imaplib.IMAP4.error(f"no folder {place.folder}")
        yield box
    finally:
        try:
            box.logout()
        except (OSError, imaplib.IMAP4.error):
            pass  # it was gone already


def _take_all(box: imaplib.IMAP4, place: Place) -> int:
    validity, taken = _number(box.response("UIDVALIDITY")[1]), 0
    for uid in _waiting(box, place, validity)[:MOST_AT_ONCE]:
        try:
            taken += _take(box, place, validity, uid)
        except (OperationalError, InterfaceError, OSError, imaplib.IMAP4.error):
            raise  # the database or the mailbox itself: nothing is wrong with the letter
        except Exception as error:  # whatever is wrong with one letter, the others are not to wait for it
            log.exception("letter %s of %s could not be taken in", uid, place.name)
            _failed(place, validity, uid, error)
    return taken


def _waiting(box: imaplib.IMAP4, place: Place, validity: int) -> list[int]:
    """The numbers of the letters that were never taken in: those that failed first, then the new ones, in their order."""
    seen = MailSeen.objects.filter(mailbox=place.name, validity=validity)
    again = list(seen.filter(is_done=False, tries__lt=MOST_TRIES).order_by("uid").values_list("uid", flat=True))
    last = seen.aggregate(last=Max("uid"))["last"]
    asked = f"UID {last + 1}:*" if last else f"SINCE {_imap_day(clock.today() - timedelta(days=FIRST_DAYS))}"
    _status, answer = box.uid("SEARCH", asked)
    found = sorted(int(uid) for uid in (answer[0] or b"").split())
    return again + [uid for uid in found if not last or uid > last]  # "9:*" names the last letter even when it is 8


def _take(box: imaplib.IMAP4, place: Place, validity: int, uid: int) -> int:
    """Take in one letter and write down its place, in one transaction; 0 when another job was first."""
    raw, is_cut = _fetched(box, uid)
    letter = mail_reading.read(raw, is_cut=is_cut) if raw else None
    where = {"mailbox": place.name, "validity": validity, "uid": uid}
    try:
        with transaction.atomic():
            seen, _is_new = MailSeen.objects.select_for_update().get_or_create(**where)
            if seen.is_done:
                return 0
            seen.mail = mail_intake.take_in(letter) if letter else None
            seen.is_done, seen.error = True, ""
            seen.save()
    except IntegrityError:
        if MailSeen.objects.filter(**where, is_done=True).exists():
            return 0  # another job took it in meanwhile
        raise
    box.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
    return int(letter is not None)


def _fetched(box: imaplib.IMAP4, uid: int) -> tuple[bytes, bool]:
    """The letter and whether it is cut; nothing where it was deleted meanwhile."""
    _status, sizes = box.uid("FETCH", str(uid), "(RFC822.SIZE)")
    told = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(part for part in sizes if isinstance(part, bytes)))
    if told is None:
        return b"", False
    is_cut = int(told[1]) > WHOLE
    _status, parts = box.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{BEGINNING}>)" if is_cut else "(BODY.PEEK[])")
    whole: Any = next((part[1] for part in parts if isinstance(part, tuple)), b"")
    return bytes(whole), is_cut


def _failed(place: Place, validity: int, uid: int, error: Exception) -> None:
    where = {"mailbox": place.name, "validity": validity, "uid": uid}
    MailSeen.objects.get_or_create(**where)
    failed = MailSeen.objects.filter(**where)
    failed.update(tries=F("tries") + 1, error=type(error).__name__[:200])
    seen = failed.get()
    if seen.tries >= MOST_TRIES:
        people, url = holders_of(RECORD), reverse("aftersales:mail_list")
        notices.tell(people, "mail", effect=f"mail:unread:{seen.pk}", url=url, mailbox=place.name)


def _number(answer: Any) -> int:
    return int((answer or [b"0"])[0] or 0)


def _imap_day(day: date) -> str:
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"
