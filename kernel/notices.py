"""Telling people: a row in the same transaction as what happened; the page shows it, the outbox job mails it once."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import clock
from kernel.models import Notice, StateChange, signature_of
from kernel.permissions import ABOVE, May, holders_and_deputies, holders_of
from kernel.steps import Stateful, steps_of

log = logging.getLogger(__name__)

# kind → sentence; %(names)s come from the notice's params
SENTENCES: dict[str, Any] = {
    "step": gettext_lazy("%(who)s: %(step)s — %(title)s"),
    "decide": gettext_lazy("Waiting for your decision: %(title)s"),
    "remind": gettext_lazy("Due soon: %(what)s — %(title)s"),
    "escalate": gettext_lazy("Overdue with %(who)s: %(what)s — %(title)s"),
}
MAX_TRIES = 6


def say(kind: str, sentence: Any) -> None:
    """Declare the sentence of a kind of notice."""
    SENTENCES[kind] = sentence


def tell(people: Iterable[Any], kind: str, *, effect: str, record: Any = None, url: str = "", **params: str) -> int:
    """Write one notice per person; the effect key makes a repetition harmless. Returns how many were asked for."""
    return _write(_rows(people, kind, effect=effect, record=record, url=url, **params))


def tell_of_step(record: Stateful, change: StateChange) -> None:
    """Tell those whom the record concerns that a step was taken, and those who may decide on it now; one statement."""
    people = {p.pk for p in record.audience_of() if p and p.pk != change.by_id}
    told = _rows(
        sorted(people),
        "step",
        effect=f"step:{change.pk}",
        record=record,
        who=str(change.by or ""),
        absent=str(change.on_behalf_of or ""),
        step=change.step,
        model=change.model,
        title=str(record)[:200],
    )
    _write(told + _to_deciders(record, key=str(change.pk), by=change.by))


def tell_deciders(record: Stateful, *, key: str, by: Any) -> None:
    """Tell those who may decide on the record as it stands now."""
    _write(_to_deciders(record, key=key, by=by))


def _to_deciders(record: Stateful, *, key: str, by: Any) -> list[Notice]:
    people = deciders_of(record) - {getattr(by, "pk", None)}
    effect = f"decide:{record.label_of()}:{record.pk}:{key}"
    return _rows(sorted(people), "decide", effect=effect, record=record, title=str(record)[:200])


def _rows(
    people: Iterable[Any], kind: str, *, effect: str, record: Any = None, url: str = "", **params: str
) -> list[Notice]:
    return [
        Notice(
            to_id=getattr(person, "pk", person),
            kind=kind,
            params=params,
            url=url or (record.get_absolute_url() if record else ""),
            model=record._meta.label_lower if record else "",
            row=record.pk if record else None,
            effect=f"{effect}:{getattr(person, 'pk', person)}"[:120],
            at=clock.now(),
        )
        for person in people
    ]


def _write(rows: list[Notice]) -> int:
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def deciders_of(record: Stateful) -> set[int]:
    """Keys of the people in whose approval queue the record waits now."""
    rules = {s.permission for s in record.steps() if s.approval}
    return set().union(*(deciders_by(record, rule) for rule in rules))


def deciders_by(record: Stateful, rule: May) -> set[int]:
    """Keys of the people who may decide on the record by one rule now, deputies among them."""
    excluded = rule._people(record, rule.but_not)
    holders = holders_and_deputies(rule.permission, excluded) if rule.permission else set()
    if holders and rule.only:
        holders = (set(holders_of(rule.permission)) - excluded) & rule._people(record, rule.only)
    if not holders and rule.above:
        holders = holders_and_deputies(ABOVE, excluded)
    return holders


def text_of(notice: Notice) -> str:
    """The notice's sentence in the language that is active; its title where no code knows the kind any more."""
    params = dict(notice.params)
    if notice.kind not in SENTENCES:
        return str(params.get("title", ""))
    if notice.kind == "step":
        params["step"] = _step_label(params.get("model", ""), params.get("step", ""))
    if "absent" in params:
        params["who"] = signature_of(params["who"], params["absent"])
    return str(SENTENCES[notice.kind]) % params


def _step_label(model: str, name: str) -> str:
    return next((str(s.label) for s in steps_of(apps.get_model(model)) if s.name == name), name)


def send_outbox(limit: int = 100) -> int:
    """Mail the notices not mailed yet, each claimed first so that two workers never send the same; returns how many.

    A notice whose worker died after the claim is taken up again after ten minutes: none is lost. Died it between sending
    and marking, the letter goes out a second time under the same Message-ID, by which it is known for a copy.
    """
    sent = 0
    for pk in _unmailed(limit):
        notice = _claim(pk)
        try:
            sent += bool(notice and _mail(notice))
        except (OperationalError, InterfaceError):
            raise  # the database itself: nothing is wrong with the notice
        except Exception as error:  # whatever is wrong with one notice, the others are not to wait for it
            log.exception("notice %s could not be mailed", pk)
            Notice.objects.filter(pk=pk).update(error=f"{type(error).__name__}: {error}"[:200])
    return sent


def _unmailed(limit: int) -> list[int]:
    stale = clock.now() - timedelta(minutes=10)
    rows = Notice.objects.filter(mailed_at=None, tries__lt=MAX_TRIES).filter(
        Q(claimed_at=None) | Q(claimed_at__lt=stale)
    )
    return list(rows.order_by("at", "pk").values_list("pk", flat=True)[:limit])


def _claim(pk: int) -> Notice | None:
    stale = clock.now() - timedelta(minutes=10)
    with transaction.atomic():
        rows = Notice.objects.filter(pk=pk, mailed_at=None).filter(Q(claimed_at=None) | Q(claimed_at__lt=stale))
        if not rows.update(claimed_at=clock.now(), tries=F("tries") + 1):
            return None
    return Notice.objects.select_related("to").get(pk=pk)


def message_id(notice: Notice) -> str:
    """The letter's own number, the same for each sending of one notice: mail programs know the second for a copy."""
    name = hashlib.sha256(f"{notice.pk}:{notice.effect}".encode()).hexdigest()[:32]
    return f"<{name}@{urlsplit(settings.BASE_URL).hostname or 'bylaw'}>"


def _mail(notice: Notice) -> bool:
    person = notice.to
    if not person.is_active or not person.email:
        Notice.objects.filter(pk=notice.pk).update(mailed_at=clock.now(), error="no address")
        return False
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subject = " ".join(notice.text.split())[:150]
        body = _("%(sentence)s\n\nOpen it: %(url)s\n") % {
            "sentence": notice.text,
            "url": settings.BASE_URL + notice.url,
        }
    try:
        headers = {"Message-ID": message_id(notice)}
        EmailMessage(f"[Bylaw] {subject}", body, to=[person.email], headers=headers).send()
    except OSError as error:  # the mail server is down or slow: tried again by the next tick, listed meanwhile
        Notice.objects.filter(pk=notice.pk).update(error=str(error)[:200])
        return False
    Notice.objects.filter(pk=notice.pk).update(mailed_at=clock.now(), error="")
    return True


def people(keys: Iterable[int]) -> Any:
    """The users of the given keys."""
    return get_user_model().objects.filter(pk__in=list(keys))
