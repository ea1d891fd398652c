"""Letters: a notice by itself at once, or all of half a day in one digest; each claimed by one worker before it is sent.

What is promised: no notice is lost, and none is sent twice by two workers or two runs. What nobody can promise: when a
worker dies after the mail server took the letter and before the row was marked, its outcome is unknown. Such a letter goes
out again after ten minutes under the same Message-ID, by which mail servers and programs know the second for a copy.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kernel import clock, letters
from kernel.calendar import CLOCK_TIME
from kernel.models import Digest, Letter, MailChoice, Notice
from kernel.notices import GROUPS, URGENT
from kernel.settings import define, setting

log = logging.getLogger(__name__)
MAX_TRIES = 6
STALE = timedelta(minutes=10)  # after so long a claim is taken for that of a dead worker
MOST_LINES = 100  # of one digest; the page of notices has all

define("kernel.digest_morning", "08:30", gettext_lazy("When the first digest of a day is sent"), pattern=CLOCK_TIME)
define("kernel.digest_afternoon", "16:30", gettext_lazy("When the second digest of a day is sent"), pattern=CLOCK_TIME)


# --- what goes out ------------------------------------------------------------------------------------------
def send_outbox(limit: int = 100) -> int:
    """Send what is to go by itself and the digests that were gathered; returns how many letters went out.

    Who wants no mail gets none, not even when he is urged: that stands among his notices and beside the record in his
    queue.
    """
    Notice.objects.filter(mailed_at=None, to__mail_choice=MailChoice.NEVER).update(
        mailed_at=clock.now(), error="not wanted"
    )
    alone = Notice.objects.filter(Q(to__mail_choice=MailChoice.AT_ONCE) | Q(kind__in=URGENT), digest=None)
    return _send_all(alone, _letter, limit) + _send_all(Digest.objects.all(), _digest_letter, limit)


def send_letters(limit: int = 2_000) -> int:
    """Send what is to go to people outside, over one connection; returns how many went out."""
    return _send_all(Letter.objects.all(), lambda row: (row.subject, letters.text_of(row)), limit)


def gather_digests() -> int:
    """Bind what waits for whoever reads twice a day into one digest each, once per hour that is set; returns how many.

    A run repeated, doubled or late makes no second one; after days without a run each person gets one digest, not one for
    each hour that was missed. What was read on the page meanwhile is left out.
    """
    slot = latest_slot(clock.now())
    waiting = _waiting(slot)
    Notice.objects.filter(pk__in=waiting.exclude(read_at=None).values("pk")).update(
        mailed_at=clock.now(), error="read before"
    )
    people = waiting.order_by().values_list("to_id", flat=True).distinct()
    return sum(_gather(person, slot) for person in list(people))


def latest_slot(moment: datetime) -> datetime:
    """The hour of a digest that came last, in the company's time."""
    here = clock.local(moment)
    hours = [time.fromisoformat(setting(f"kernel.digest_{name}")) for name in ("morning", "afternoon")]
    zone = timezone.get_default_timezone()
    days = (here.date(), here.date() - timedelta(days=1))
    return max(s for day in days for hour in hours if (s := datetime.combine(day, hour, zone)) <= moment)


def _waiting(slot: datetime) -> QuerySet:
    rows = Notice.objects.filter(mailed_at=None, digest=None, at__lt=slot, to__mail_choice=MailChoice.TWICE_A_DAY)
    return rows.exclude(kind__in=URGENT)


def _gather(person: int, slot: datetime) -> int:
    try:
        with transaction.atomic():
            digest = Digest.objects.create(to_id=person, slot=slot)
            rows = list(_waiting(slot).filter(to_id=person).values_list("pk", flat=True))
            return int(bool(Notice.objects.filter(pk__in=rows, digest=None).update(digest=digest)))
    except IntegrityError:  # another run has made it
        return 0


# --- one letter after the other -------------------------------------------------------------------------------
def _send_all(rows: QuerySet, letter: Any, limit: int) -> int:
    sent, keys = 0, _unmailed(rows, limit)
    connection = get_connection() if keys else None
    for pk in keys:
        row = _claim(rows.model, pk)
        try:
            sent += bool(row and _send(row, letter, connection))
        except (OperationalError, InterfaceError):
            raise  # the database itself: nothing is wrong with the letter
        except Exception as error:  # whatever is wrong with one letter, the others are not to wait for it
            log.exception("%s %s could not be mailed", rows.model._meta.model_name, pk)
            failed = rows.model.objects.filter(pk=pk)
            failed.update(error=f"{type(error).__name__}: {error}"[:200])  # house: bulk (letters have no history)
    if connection:
        connection.close()
    return sent


def _free() -> Q:
    return Q(mailed_at=None) & (Q(claimed_at=None) | Q(claimed_at__lt=clock.now() - STALE))


def _unmailed(rows: QuerySet, limit: int) -> list[int]:
    found = rows.filter(_free(), tries__lt=MAX_TRIES)
    return list(found.order_by("at", "pk").values_list("pk", flat=True)[:limit])


def _claim(model: Any, pk: int) -> Any:
    with transaction.atomic():
        rows = model.objects.filter(_free(), pk=pk)
        if not rows.update(claimed_at=clock.now(), tries=F("tries") + 1):
            return None
    return model.objects.select_related("link" if model is Letter else "to").get(pk=pk)


def _send(row: Notice | Digest | Letter, letter: Any, connection: Any) -> bool:
    address, language = _addressee(row)
    if not address:
        _mark(row, error="no address")
        return False
    with translation.override(language or settings.LANGUAGE_CODE):
        subject, body = letter(row)
    if not isinstance(row, Letter):
        subject = f"[Bylaw] {subject}"
    try:
        headers = {"Message-ID": message_id(row), "Auto-Submitted": "auto-generated"}
        connection.open()  # does nothing while it is open
        EmailMessage(subject, body, to=[address], headers=headers, connection=connection).send()
    except OSError as error:  # the mail server is down or slow: tried again by a later tick, listed meanwhile
        connection.close()
        type(row).objects.filter(pk=row.pk).update(error=str(error)[:200])  # house: bulk (letters have no history)
        return False
    _mark(row)
    return True


def _addressee(row: Notice | Digest | Letter) -> tuple[str, str]:
    """Where it goes and in which language; nowhere when its person has left."""
    if isinstance(row, Letter):
        return row.address, row.language
    return (row.to.email if row.to.is_active else ""), row.to.language


def _mark(row: Notice | Digest | Letter, error: str = "") -> None:
    with transaction.atomic():
        done = type(row).objects.filter(pk=row.pk)
        done.update(mailed_at=clock.now(), error=error)  # house: bulk (letters have no history)
        if isinstance(row, Digest):
            row.notices.update(mailed_at=clock.now(), error=error)


def message_id(row: Notice | Digest | Letter) -> str:
    """The letter's own number, the same for each sending of it: mail programs know the second for a copy."""
    kind = "" if isinstance(row, Notice) else f"{row._meta.model_name}:"
    about = f"{kind}{row.pk}:" + (f"{row.slot:%Y%m%d%H%M}" if isinstance(row, Digest) else row.effect)
    name = hashlib.sha256(about.encode()).hexdigest()[:32]
    return f"<{name}@{urlsplit(settings.BASE_URL).hostname or 'bylaw'}>"


# --- what stands in them -----------------------------------------------------------------------------------------
def _letter(notice: Notice) -> tuple[str, str]:
    body = _("%(sentence)s\n\nOpen it: %(url)s\n") % {"sentence": notice.text, "url": settings.BASE_URL + notice.url}
    return " ".join(notice.text.split())[:150], body


def _digest_letter(digest: Digest) -> tuple[str, str]:
    """What happened by its groups, each line with where to look."""
    found = list(digest.notices.order_by("at", "pk")[: MOST_LINES + 1])
    number = len(found) if len(found) <= MOST_LINES else digest.notices.count()
    subject = ngettext("%(n)s notice", "%(n)s notices", number) % {"n": number}
    parts = [_section(title, found[:MOST_LINES], kinds) for title, kinds in GROUPS]
    if number > MOST_LINES:
        parts.append(_("And %(n)s more.") % {"n": number - MOST_LINES})
    parts.append(_("All of them: %(url)s") % {"url": f"{settings.BASE_URL}/notices/"})
    parts.append(_("How often you get mail stands in your profile: %(url)s") % {"url": f"{settings.BASE_URL}/profile/"})
    return subject, "\n\n".join(part for part in parts if part) + "\n"


def _section(title: Any, notices: Iterable[Notice], kinds: frozenset[str]) -> str:
    named = frozenset().union(*(known for _title, known in GROUPS))
    mine = [n for n in notices if (n.kind in kinds if kinds else n.kind not in named)]
    lines = [f"- {' '.join(n.text.split())}\n  {settings.BASE_URL}{n.url}" for n in mine]
    return "\n".join([str(title), *lines]) if lines else ""
