"""Writing to people outside the company: a row in the transaction of what it tells; the mailer sends it (kernel/mailing.py)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kernel import clock, links
from kernel.models import Letter, Link
from kernel.settings import define

define(
    "kernel.letters_days", 180, _("Letters to customers are forgotten, but for that they were sent, after"),
    unit=_("days"),
)  # fmt: skip
PLACE = "[[link]]"  # where the address of the letter's link comes to stand


def write(
    record: Any,
    *,
    to: str,
    subject: str,
    body: str,
    effect: str,
    by: Any = None,
    link: Link | None = None,
    language: str = "",
) -> Letter | None:
    """Have a letter sent about a record, once per effect key; None when there is no address to send it to.

    `[[link]]` in the text becomes the address of the standing link, which no table holds. Line ends are taken out of the
    subject, so that it cannot carry headers (SECURITY B20).
    """
    try:
        validate_email(to)
    except ValidationError:
        return None
    made = _drafted(record, to=to, subject=subject, body=body, by=by, link=link, language=language)
    return Letter.objects.get_or_create(effect=effect[:120], defaults=made)[0]


def write_many(drafts: Iterable[tuple[Any, str, dict[str, Any]]]) -> int:
    """Have many letters sent in one statement: (record, effect key, what `write` takes); returns how many were asked for.

    The addresses were checked where they were entered; an effect that is there already makes no second letter.
    """
    rows = [Letter(effect=effect[:120], **_drafted(record, **what)) for record, effect, what in drafts]
    Letter.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def take_back(model: str, rows: Iterable[int]) -> set[int]:
    """Take back the letters about these rows that no mailer has begun to send; returns the rows whose letter is gone."""
    with transaction.atomic():
        waiting = Letter.objects.filter(model=model, row__in=list(rows), mailed_at=None, claimed_at=None)
        found = dict(waiting.select_for_update().values_list("pk", "row"))
        Letter.objects.filter(pk__in=found, claimed_at=None).delete()
        return set(found.values())


def _drafted(
    record: Any, *, to: str, subject: str, body: str, by: Any = None, link: Link | None = None, language: str = ""
) -> dict[str, Any]:
    return {
        "address": to,
        "language": language or settings.LANGUAGE_CODE,
        "subject": " ".join(subject.split())[:200],
        "body": body,
        "link": link,
        "model": record._meta.label_lower,
        "row": record.pk,
        "file": record.file_id_of(),
        "by": by,
        "at": clock.now(),
    }


def text_of(letter: Letter) -> str:
    """The letter as it goes out."""
    return letter.body.replace(PLACE, links.address(letter.link)) if letter.link else letter.body


def of(record: Any) -> QuerySet:
    """The letters about a record, the newest first."""
    return Letter.objects.filter(model=record._meta.label_lower, row=record.pk).order_by("-pk")


def clear(before: datetime) -> int:
    """Forget whom old letters went to and what stood in them; that they were sent stays. Returns how many."""
    rows = Letter.objects.filter(at__lt=before).exclude(address="", body="")
    return rows.update(address="", body="")
