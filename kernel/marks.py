"""What stands beside a waiting record of its referrals: from whom and why, who is asked, what came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kernel import clock
from kernel.models import Notice, Referral
from kernel.permissions import absent_for
from kernel.prepared import among, prepared

LONGEST = 80
Kind = Referral.Kind


def mark_all(waiting: Iterable[Any], user: Any) -> None:
    """Fill the marks of waiting rows (label, pk, state_at, marks); one query for all of them."""
    rows = {(item.label, item.pk): item for item in waiting}
    if not rows:
        return
    labels, keys = sorted({label for label, _pk in rows}), {pk for _label, pk in rows}
    for referral in prepared("referrals", _of_records).records(labels=labels, rows=keys):
        item = rows.get((referral.model, referral.row))
        if item and referral.since == item.state_at and (text := mark_of(referral, user)):
            item.marks.append(text)


def mark_urged(waiting: Iterable[Any], user: Any) -> None:
    """Who urged this person to decide since a record came to wait, whatever mail he wants; one query for all of them."""
    rows = {(item.label, item.pk): item for item in waiting}
    if not rows:
        return
    labels, keys = sorted({label for label, _pk in rows}), {pk for _label, pk in rows}
    urged = Notice.objects.filter(model__in=labels, row__in=keys, kind="urge", to=user)
    for urge in urged.order_by("id"):
        item = rows.get((urge.model, urge.row or 0))
        if item and urge.at >= item.state_at:
            values = {"who": urge.params.get("who", ""), "day": clock.local(urge.at).strftime("%m/%d %H:%M")}
            item.marks.append(_("%(who)s urges a decision (%(day)s)") % values)


def _of_records() -> QuerySet:
    people = ("sender", "sender_for", "to", "answered_by", "answered_for")
    rows = Referral.objects.filter(among("model", "labels"), among("row", "rows")).exclude(kind=Kind.COPY)
    return rows.select_related(*people).order_by("id")


def mark_of(referral: Referral, user: Any) -> str:
    """One referral of a record that stands as it did then, as this person reads it."""
    mine = referral.sender_id == user.pk
    asked = referral.to_id == user.pk or referral.to_id in absent_for(user, referral.right)
    values = {
        "who": referral.from_words,
        "to": referral.to,
        "by": referral.answered_words,
        "why": _short(referral.answer if referral.answered_at else referral.text),
    }
    if referral.is_taken_back:
        return ""
    if referral.kind == Kind.TRANSFER:
        return _of_transfer(referral, asked) % values
    if referral.answered_at:
        return _("%(by)s answered: %(why)s") % values
    if mine:
        return _("You asked %(to)s") % values
    return (_("%(who)s asks you: %(why)s") if asked else _("%(who)s asked %(to)s")) % values


def _of_transfer(referral: Referral, asked: bool) -> str:
    if referral.answered_at:
        return _("%(by)s handed it back: %(why)s")
    return _("From %(who)s: %(why)s") if asked else _("%(who)s handed it to %(to)s")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
