"""Bringing a decision before another: transfer 轉交, ask another decider 徵詢, copy to others 抄送, and what comes back.

A transfer moves the decision itself: until it is handed or taken back, whoever gave it away decides no more. A question
leaves the record where it is and comes back with a text. A copy only lets somebody know, and opens nothing to him. Transfers
and questions hold for the state in which they were written; with the record's next step they are over by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import clock, notices
from kernel.models import Referral
from kernel.permissions import ABOVE, May, absent_for, deputies_of, holders_of
from kernel.settings import define, setting
from kernel.steps import Stateful, Step, steps_of
from kernel.timeline import changes_of, referrals_of

Kind = Referral.Kind
MOST_COPIES = 10  # people in one go: each is asked what he may see

define("kernel.transfers_most", 3, gettext_lazy("How often a decision may be handed on in one state"), clause="1.3.1")

notices.say("transfer", gettext_lazy("%(who)s hands a decision to you: %(title)s — %(why)s"))
notices.say("ask", gettext_lazy("%(who)s asks your opinion: %(title)s — %(why)s"))
notices.say("copy", gettext_lazy("%(who)s sends you a copy: %(title)s"))
notices.say("answer", gettext_lazy("%(who)s answers your question: %(title)s — %(why)s"))
notices.say("hand_back", gettext_lazy("%(who)s hands the decision back to you: %(title)s — %(why)s"))
notices.say("take_back", gettext_lazy("%(who)s has taken the decision back: %(title)s"))


# --- how a record stands ------------------------------------------------------------------------------
def is_live(referral: Referral, record: Any) -> bool:
    """Whether a transfer or question still stands: not answered, the record not moved, whoever is asked still here."""
    here = (referral.state, referral.since) == (record.state, record.state_at)
    return here and referral.answered_at is None and referral.kind != Kind.COPY and referral.to.is_active


def live_of(record: Stateful) -> list[Referral]:
    """The transfers and questions that stand now."""
    return [r for r in referrals_of(record) if is_live(r, record)]


def away_from(record: Stateful) -> set[int]:
    """Keys of those who have handed the decision on the record to another."""
    return {r.sender_id for r in live_of(record) if r.kind == Kind.TRANSFER}


def handed_over(record: Stateful, user: Any) -> Referral | None:
    """The transfer by which this person (or the only one for whom he acts) no longer decides; None where he does."""
    away = {r.sender_id: r for r in live_of(record) if r.kind == Kind.TRANSFER}
    step = _deciding(record, user)
    if not away or step is None:
        return None
    hats = [user.pk] if step.permission.by_own_right(record, user) else step.permission.as_deputy(record, user)
    return away[hats[0]] if all(hat in away for hat in hats) else None


def why_not(handed: Referral) -> str:
    """What is said to whoever decides although he handed the decision on."""
    return _("%(who)s has handed this decision to %(to)s: take it back first.") % {
        "who": handed.sender,
        "to": handed.to,
    }


# --- who may, and to whom --------------------------------------------------------------------------------
def kinds_for(record: Stateful, user: Any) -> list[Kind]:
    """What this person may do with the record as it stands: hand it on, ask, send copies. SECURITY S3: no deputy hands on."""
    found = []
    step = _deciding(record, user)
    if step is not None and handed_over(record, user) is None:
        found = [Kind.TRANSFER] if step.permission.by_own_right(record, user) else []
        found.append(Kind.ASK)
    return [*found, Kind.COPY] if may_copy(record, user) else found


def may_copy(record: Stateful, user: Any) -> bool:
    """Whether he takes part in a record on which decisions are taken: decides, owns it, or moved it before."""
    if not _is_decided_on(type(record)) or not record.is_open_to(user):
        return False
    owner = record.owner_of()
    is_party = (owner is not None and owner.pk == user.pk) or _deciding(record, user) is not None
    return is_party or any(change.by_id == user.pk for change in changes_of(record))


def candidates(record: Stateful, user: Any, kind: str) -> set[int]:
    """Keys of those to whom it may go: they hold the same right themselves, and nothing stands against them."""
    step = _deciding(record, user)
    if step is None:
        return set()
    _right, holders = _holders(record, step.permission)
    if kind == Kind.TRANSFER:
        return holders - {user.pk} - away_from(record)
    asked = {r.to_id for r in live_of(record) if r.kind == Kind.ASK and r.sender_id == user.pk}
    return holders - {user.pk} - asked


def may_answer(referral: Referral, record: Stateful, user: Any) -> bool:
    """Whether it stands and is addressed to him, or to somebody for whom he acts on a record that is not his own."""
    if not is_live(referral, record) or not user.is_active:
        return False
    if referral.to_id == user.pk:
        return True
    own = {key for s in record.steps() if s.approval for key in s.permission._people(record, s.permission.but_not)}
    return referral.to_id in absent_for(user, referral.right) and user.pk not in own


# --- verbs ---------------------------------------------------------------------------------------------------
def transfer(record: Stateful, *, to: Any, why: str, by: Any) -> Referral:
    """Hand the decision on the record to another. Raises PermissionDenied, ValidationError. Clause 1.3.1."""
    with transaction.atomic():
        row = locked(record)
        if Kind.TRANSFER not in kinds_for(row, by):
            raise PermissionDenied
        chain = [r for r in live_of(row) if r.kind == Kind.TRANSFER]
        most = setting("kernel.transfers_most")
        if len(chain) >= most:
            text = _("It has been handed on %(n)s times already: decide, hand it back, or ask another.")
            raise ValidationError(text % {"n": most})
        return _refer(row, Kind.TRANSFER, to=to, text=why, by=by)


def ask(record: Stateful, *, to: Any, why: str, by: Any) -> Referral:
    """Ask another decider for his opinion; the decision stays here. Raises PermissionDenied, ValidationError."""
    with transaction.atomic():
        row = locked(record)
        if Kind.ASK not in kinds_for(row, by):
            raise PermissionDenied
        return _refer(row, Kind.ASK, to=to, text=why, by=by)


def copy(record: Stateful, *, to: Iterable[Any], why: str, by: Any) -> int:
    """Let others know of the record who may see it anyway; returns to how many it went. Raises ValidationError."""
    with transaction.atomic():
        row = locked(record)
        if not may_copy(row, by):
            raise PermissionDenied
        people = [person for person in to if person.pk != by.pk]
        if blind := [str(person) for person in people if not _sees(row, person)]:
            text = _("May not see this record: %(names)s. A copy opens nothing that is closed to the reader.")
            raise ValidationError(text % {"names": _(", ").join(blind)})
        unread = set(Referral.objects.of(row).filter(kind=Kind.COPY, answered_at=None).values_list("to_id", flat=True))
        return len([_write(row, Kind.COPY, p, why, by) for p in people if p.pk not in unread])


def answer(referral: Referral, *, text: str, by: Any) -> Referral:
    """Answer a question, or hand a decision back, with a reason. Raises PermissionDenied, ValidationError."""
    with transaction.atomic():
        row, referral = _lock_both(referral)
        if not may_answer(referral, row, by):
            raise PermissionDenied if is_live(referral, row) else ValidationError(_over())
        referral.answered_for = referral.to if referral.to_id != by.pk else None
        _close(referral, by, text)
        kind = "answer" if referral.kind == Kind.ASK else "hand_back"
        _tell(kind, referral, {referral.sender_id}, by=by, absent=referral.answered_for, why=text, url=_queue(referral))
        return referral


def take_back(referral: Referral, *, by: Any) -> Referral:
    """Take a decision back from whom it was handed to, or a question. Raises PermissionDenied, ValidationError."""
    with transaction.atomic():
        row, referral = _lock_both(referral)
        if referral.sender_id != by.pk or referral.kind == Kind.COPY:
            raise PermissionDenied
        if not is_live(referral, row):
            raise ValidationError(_over())
        if referral.kind == Kind.TRANSFER and referral.to_id in away_from(row):
            raise ValidationError(
                _("It has been handed on meanwhile: %(who)s takes it back first.") % {"who": referral.to}
            )
        _close(referral, by, "")
        _tell("take_back", referral, _with_deputies(referral), by=by, url=row.get_absolute_url())
        return referral


def mark_read(referral: Referral, *, by: Any) -> None:
    """A copy was read."""
    if referral.answered_at is None:
        _close(referral, by, "")


# --- how it is done ------------------------------------------------------------------------------------------
def _refer(row: Stateful, kind: Kind, *, to: Any, text: str, by: Any) -> Referral:
    if to.pk not in candidates(row, by, kind):
        raise ValidationError({"to": _("%(who)s may not decide on it, or has it already.") % {"who": to}})
    return _write(row, kind, to, text, by)


def _write(row: Stateful, kind: Kind, to: Any, text: str, by: Any) -> Referral:
    step = _deciding(row, by) if kind != Kind.COPY else None
    absent = step.permission.as_deputy(row, by) if step else []
    referral = Referral(
        model=row.label_of(),
        row=row.pk,
        title=row.words_of()["title"],
        state=row.state,
        since=row.state_at,
        right=_holders(row, step.permission)[0] if step else "",
        kind=kind,
        sender=by,
        sender_for_id=absent[0] if absent else None,
        to=to,
        text=text,
    )
    referral._history_user = by
    referral.save()
    for name in ("referrals_read", "changes_read"):
        row.__dict__.pop(name, None)
    url = _queue(referral) if kind == Kind.TRANSFER else reverse("inbox") + "?tab=copied"
    url = reverse("referral", args=[referral.pk]) if kind == Kind.ASK else url
    people = {to.pk} if kind == Kind.COPY else _with_deputies(referral) - {by.pk}
    _tell(kind.value, referral, people, by=by, absent=referral.sender_for, why=text, url=url)
    return referral


def _close(referral: Referral, by: Any, text: str) -> None:
    referral.answered_at, referral.answered_by, referral.answer = clock.now(), by, text
    referral._history_user = by
    referral.save()


def _tell(
    kind: str, referral: Referral, people: set[int], *, by: Any, url: str, absent: Any = None, why: str = ""
) -> None:
    notices.tell(
        sorted(people),
        kind,
        effect=f"referral:{referral.pk}:{kind}",
        url=url,
        who=str(by),
        absent=str(absent or ""),
        title=referral.title,
        why=" ".join(why.split())[:200],
    )


def _with_deputies(referral: Referral) -> set[int]:
    return {referral.to_id} | deputies_of(referral.to_id, referral.right)


def _queue(referral: Referral) -> str:
    return f"{reverse('inbox')}?item={referral.key}#preview"


def locked(record: Stateful) -> Stateful:
    """The record locked, as it stands; it knows where nobody referred it, so that a step need not ask."""
    rows = type(record).objects.select_for_update(of=("self",))
    here = Referral.objects.filter(model=record.label_of(), row=OuterRef("pk"))
    row = rows.annotate(is_referred=Exists(here)).get(pk=record.pk)
    if not row.is_referred:
        row.__dict__["referrals_read"] = []
    return row


def _lock_both(referral: Referral) -> tuple[Stateful, Referral]:
    """The record first, as `advance` does, then the referral as it stands."""
    row = referral.model_class.objects.select_for_update(of=("self",)).get(pk=referral.row)
    return row, Referral.objects.select_related("to", "sender").get(pk=referral.pk)


def _deciding(record: Stateful, user: Any) -> Step | None:
    """The first decision that this person may take on the record as it stands."""
    steps = (s for s in record.steps() if s.approval and record.is_open_route(s))
    return next((s for s in steps if s.permission(record, user)), None)


def _holders(record: Stateful, rule: May) -> tuple[str, set[int]]:
    """The right by which the record is decided on, and who holds it himself: one level up where nobody else is left."""
    excluded = rule._people(record, rule.but_not)
    found = set(holders_of(rule.permission)) - excluded if rule.permission else set()
    if rule.only:
        found &= rule._people(record, rule.only)
    if not found and rule.above:
        return ABOVE, set(holders_of(ABOVE)) - excluded
    return rule.permission, found


def _is_decided_on(model: type[Stateful]) -> bool:
    return any(step.approval for step in steps_of(model))


def _sees(row: Stateful, person: Any) -> bool:
    visible = person.is_active and type(row).objects.visible_to(person).filter(pk=row.pk).exists()
    return bool(visible and row.is_open_to(person))


def _over() -> str:
    return _("It is answered already, or the record has moved on.")


@dataclass(frozen=True)
class Action:
    """One of the things that may be done with a record beside deciding."""

    kind: Kind
    label: Any
    icon: str
    url: str


LABELS = {
    Kind.TRANSFER: gettext_lazy("Hand to another"),
    Kind.ASK: gettext_lazy("Ask another"),
    Kind.COPY: gettext_lazy("Copy to others"),
}


def actions(record: Stateful, user: Any) -> list[Action]:
    """The links for what this person may do with the record beside deciding."""
    return [
        Action(kind, LABELS[kind], Referral.ICONS[kind], reverse(f"refer_{kind}", args=[record.pk, record.label_of()]))
        for kind in kinds_for(record, user)
    ]
