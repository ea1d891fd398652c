"""Telling people: a row in the same transaction as what happened; the page shows it, a job mails it (mailing)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext_lazy

from kernel import clock
from kernel.models import Notice, StateChange, signature_of
from kernel.models.agreements import titled
from kernel.permissions import ABOVE, May, holders_and_deputies, holders_of
from kernel.promises import worded as promised
from kernel.steps import Stateful, steps_of

# kind → sentence; %(names)s come from the notice's params
SENTENCES: dict[str, Any] = {
    "step": gettext_lazy("%(who)s: %(step)s — %(title)s"),
    "step_alone": gettext_lazy("%(step)s — %(title)s"),  # taken with another record's step, by nobody in person
    "decide": gettext_lazy("Waiting for your decision: %(title)s"),
    "remind": gettext_lazy("Due soon: %(what)s — %(title)s"),
    "escalate": gettext_lazy("Overdue with %(who)s: %(what)s — %(title)s"),
}


# kinds that are mailed at once to whoever reads digests
URGENT: set[str] = set()
# the parts of a digest: title and kinds; without kinds, whatever no other part names
GROUPS: list[tuple[Any, frozenset[str]]] = [
    (gettext_lazy("To decide and to answer"), frozenset({"decide", "transfer", "hand_back", "ask", "answer"})),
    (gettext_lazy("Deadlines"), frozenset({"remind", "escalate"})),
    (gettext_lazy("What happened"), frozenset()),
]


def say(kind: str, sentence: Any, *, urgent: bool = False) -> None:
    """Declare the sentence of a kind of notice, and whether it waits for no digest."""
    SENTENCES[kind] = sentence
    if urgent:
        URGENT.add(kind)


def tell(people: Iterable[Any], kind: str, *, effect: str, record: Any = None, url: str = "", **params: str) -> int:
    """Write one notice per person; the effect key makes a repetition harmless. Returns how many were asked for."""
    return _write(_rows(people, kind, effect=effect, record=record, url=url, **params))


def tell_of_step(record: Stateful, change: StateChange) -> None:
    """Tell those whom the record concerns that a step was taken, and those who may decide on it now.

    What asked for a decision before the step asks for nothing any more: it counts as read.
    """
    asked = Notice.objects.filter(model=change.model, row=record.pk, kind__in=("decide", "urge"), read_at=None)
    transaction.on_commit(lambda: asked.update(read_at=clock.now()))
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
        **record.words_of(),
    )
    _write(told + _to_deciders(record, key=str(change.pk), by=change.by))


def tell_deciders(record: Stateful, *, key: str, by: Any) -> None:
    """Tell those who may decide on the record as it stands now."""
    _write(_to_deciders(record, key=key, by=by))


def _to_deciders(record: Stateful, *, key: str, by: Any) -> list[Notice]:
    people = deciders_of(record) - {getattr(by, "pk", None)}
    effect = f"decide:{record.label_of()}:{record.pk}:{key}"
    return _rows(sorted(people), "decide", effect=effect, record=record, **record.words_of())


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
    kind = notice.kind
    if about := params.get("about"):
        params["title"] = titled(about, params["title"])
    if owed := params.get("owed"):  # what a promise is about: named when it is read, not when it was written
        params["what"] = promised(owed, params.get("model", ""), params["what"])
    if kind == "step":
        params["step"] = _step_label(params.get("model", ""), params.get("step", ""))
        if "who" in params:
            params["who"] = signature_of(params["who"], params.get("absent"))
        kind = "step" if params.get("who") else "step_alone"
    elif "absent" in params:
        params["who"] = signature_of(params["who"], params["absent"])
    return str(SENTENCES[kind]) % params


def _step_label(model: str, name: str) -> str:
    return next((str(s.label) for s in steps_of(apps.get_model(model)) if s.name == name), name)


def people(keys: Iterable[int]) -> Any:
    """The users of the given keys."""
    return get_user_model().objects.filter(pk__in=list(keys))
