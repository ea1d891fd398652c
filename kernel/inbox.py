"""The approval queue, derived from state: one UNION ALL over the machines in which this person may decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import CharField, Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from kernel import panels
from kernel.marks import mark_all, mark_urged
from kernel.models import Promise, Referral, addressed_to
from kernel.permissions import ABOVE, NOBODY
from kernel.prepared import Slot, among, prepared
from kernel.settings import per_request
from kernel.steps import Stateful, deciding_rights, machines, steps_of

LIMIT = 50
COLUMNS = ("label", "pk", "title", "party", "amount", "currency", "person", "state", "state_at", "version")


@dataclass
class Waiting:
    """One record that waits for this person's decision."""

    label: str
    pk: int
    title: str
    party: str
    amount: Decimal | None
    currency: str
    person: str
    state: str
    state_at: datetime
    version: int
    due_at: datetime | None = None
    facts: tuple[str, ...] = ()
    marks: list[str] = field(default_factory=list)

    @property
    def model(self) -> type[Stateful]:
        """The record's model."""
        return apps.get_model(self.label)

    @property
    def kind(self) -> str:
        """The model's name in the reader's language."""
        return str(self.model._meta.verbose_name)

    @property
    def key(self) -> str:
        """How the queue's links name the record."""
        return f"{self.label}:{self.pk}"

    @property
    def pick(self) -> str:
        """How a batch names the record as it was seen."""
        return f"{self.key}:{self.version}"

    @property
    def withdraw_url(self) -> str:
        """Where whoever sent it takes it back."""
        name = f"{self.model._meta.app_label}:{self.model._meta.model_name}_step"
        back = next(s.name for s in steps_of(self.model) if s.withdraws and s.source == self.state)
        return reverse(name, args=[self.pk, back])

    @property
    def state_label(self) -> str:
        """The state's name in the reader's language."""
        return dict(self.model._meta.get_field("state").flatchoices).get(self.state, self.state)


def decidable(model: type[Stateful], user: Any) -> QuerySet:
    """The rows of one machine on which this person may decide now, or is asked by another decider.

    What he handed to another is not among them, nor what those handed on for whom he acts as a deputy.
    """
    # approve, return and reject mostly share state and permission: each such pair is asked once
    pairs = dict.fromkeys((s.source, s.permission) for s in steps_of(model) if s.approval)
    here = Referral.objects.open().filter(model=model.label_of(), row=OuterRef("pk"), since=OuterRef("state_at"))
    kept = lambda person: Q(~Exists(here.filter(kind=Referral.Kind.TRANSFER, sender=person)))  # noqa: E731
    asked = Q(Exists(here.filter(addressed_to(user), kind=Referral.Kind.ASK)))
    rules = [Q(state=source) & _or(p.rows(user, kept), p.not_of(user.pk) & asked) for source, p in pairs]
    return model.objects.filter(reduce(or_, rules, NOBODY))


def _or(rule: Q, other: Q) -> Q:
    return other if rule == NOBODY else rule | other


def queue(user: Any, label: str = "", limit: int = LIMIT) -> list[Waiting]:
    """The oldest waiting records of this person (of one kind if named), each with due moment, remarks and referrals."""
    waiting = [Waiting(*row) for row in _oldest(user, label, limit)]
    _add_due(waiting)
    mark_all(waiting, user)
    mark_urged(waiting, user)
    _add_remarks(waiting, user)
    return waiting


def _oldest(user: Any, label: str, limit: int) -> Iterable[tuple[Any, ...]]:
    rights = _rights_of(user)
    someone = user if rights is None else Anyone(rights)
    models = [m for m in _machines_of(someone) if label in ("", m.label_of())]
    if not models:
        return []
    rows = lambda: _in_order([_columns(m, decidable(m, someone)) for m in models], limit)  # noqa: E731
    return rows() if rights is None else prepared(("queue", rights, label, limit), rows).ask(me=user.pk)


def _in_order(parts: list[QuerySet], limit: int) -> QuerySet:
    return _together(parts).order_by("state_at", "pk")[:limit]


def _rights_of(user: Any) -> frozenset[str] | None:
    """The rights by which he decides, those of whoever holds the same share a statement; None where they do not suffice.

    What reaches the one above or a deputy depends on who else holds what today.
    """
    rights = frozenset(right for right in deciding_rights() if user.has_perm(right))
    return None if ABOVE in rights or getattr(user, "deputed_rights", None) else rights


def sent(user: Any, limit: int = LIMIT) -> list[Waiting]:
    """What waits for the decision of others and this person may withdraw, the oldest first, with its referrals."""
    parts = [_columns(m, rows) for m, rows in _sent_rows(user)]
    waiting = [Waiting(*row) for row in _in_order(parts, limit)]
    _add_due(waiting)
    mark_all(waiting, user)
    return waiting


def count_sent(user: Any) -> int:
    """How many records of his still wait for the decision of others; one query."""
    rights = frozenset(right for right in _withdrawing_rights() if user.has_perm(right))
    if ABOVE in rights or getattr(user, "deputed_rights", None):
        return sum(n for (n,) in _together(_counting_sent(user)))
    statement = prepared(("sent", rights), lambda: _together(_counting_sent(Anyone(rights))))
    return sum(n for (n,) in statement.ask(me=user.pk))


def _counting_sent(user: Any) -> list[QuerySet]:
    counted = lambda rows: rows.order_by().values("state").annotate(n=Count("pk")).values_list("n")  # noqa: E731
    return [counted(rows) for _model, rows in _sent_rows(user)]


@cache
def _withdrawing_rights() -> frozenset[str]:
    """Every right that taking back what waits for a decision asks for."""
    steps = (step for model in machines() for step in steps_of(model) if step.withdraws)
    return frozenset().union(*(step.permission.rights for step in steps))


def _sent_rows(user: Any) -> list[tuple[type[Stateful], QuerySet]]:
    """Of each machine, the rows that wait for a decision and that this person may withdraw."""
    found = []
    for model in machines():
        steps = steps_of(model)
        waiting = {s.source for s in steps if s.approval}
        rules = [Q(state=s.source) & s.permission.rows(user) for s in steps if s.withdraws and s.source in waiting]
        if rules:
            found.append((model, model.objects.filter(reduce(or_, rules))))
    return found


def count(user: Any) -> int:
    """How many records wait for this person: one query a request, for the badge on every page."""
    return sum(counts(user).values())


def counts(user: Any) -> dict[str, int]:
    """How many wait, by kind of record."""
    return per_request(f"inbox:{user.pk}", lambda: _counts(user))


def _counts(user: Any) -> dict[str, int]:
    rights = _rights_of(user)
    if rights is None:
        parts = _counting(user)
        return _some(_together(parts)) if parts else {}
    if not _machines_for(rights):
        return {}
    statement = prepared(("inbox", rights), lambda: _together(_counting(Anyone(rights))))
    return _some(statement.ask(me=user.pk))


def _some(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Without the kinds of which none waits."""
    return {label: n for label, n in found if n}


@dataclass(frozen=True)
class Anyone:
    """Whoever holds exactly these rights, for a statement that serves them all."""

    rights: frozenset[str]
    is_active = True

    @property
    def pk(self) -> Slot:
        """The place of his key."""
        return Slot("me")

    def has_perm(self, right: str) -> bool:
        """Whether he holds a right."""
        return right in self.rights


@cache
def _machines_for(rights: frozenset[str]) -> list[type[Stateful]]:
    return _machines_of(Anyone(rights))


def _counting(user: Any) -> list[QuerySet]:
    return [
        decidable(m, user)
        .order_by()
        .annotate(label=Value(m.label_of(), CharField()))
        .values("label")
        .annotate(n=Count("pk"))
        .values_list("label", "n")
        for m in _machines_of(user)
    ]


def _together(parts: list[QuerySet]) -> QuerySet:
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def _machines_of(user: Any) -> list[type[Stateful]]:
    return [
        m
        for m in machines()
        if any(s.approval and (not s.permission.permission or s.permission.rows(user) != NOBODY) for s in steps_of(m))
    ]


def _columns(model: type[Stateful], rows: QuerySet) -> QuerySet:
    text = lambda name: Cast(F(model.QUEUE[name]), TextField()) if name in model.QUEUE else Value("", TextField())  # noqa: E731
    money = DecimalField(max_digits=18, decimal_places=2, null=True)
    amount = Cast(F(model.QUEUE["amount"]), money) if "amount" in model.QUEUE else Cast(Value(None), money)
    return (
        rows.order_by()
        .annotate(
            q_label=Value(model.label_of(), TextField()),
            q_title=text("title"),
            q_party=text("party"),
            q_amount=amount,
            q_currency=text("currency"),
            q_person=text("person"),
            q_state=Cast(F("state"), TextField()),
        )
        .values_list(
            "q_label",
            "pk",
            "q_title",
            "q_party",
            "q_amount",
            "q_currency",
            "q_person",
            "q_state",
            "state_at",
            "version",
        )
    )


def _add_due(waiting: list[Waiting]) -> None:
    if not waiting:
        return
    labels, rows = {item.label for item in waiting}, {item.pk for item in waiting}
    due = {(model, row): at for model, row, at in prepared("stages", _stages).ask(labels=sorted(labels), rows=rows)}
    for item in waiting:
        item.due_at = due.get((item.label, item.pk))


def _stages() -> QuerySet:
    owed = Promise.objects.open().filter(among("model", "labels"), among("row", "rows"), kind="stage")
    return owed.values_list("model", "row", "due_at")


def _add_remarks(waiting: list[Waiting], user: Any) -> None:
    """What an upper app knows of a record of a lower one, such as the customer of an exception that is asked for."""
    for label in {item.label for item in waiting}:
        rows = {item.pk: item for item in waiting if item.label == label}
        for key, remark in panels.remarks_on(label, list(rows), user).items():
            item = rows[key]
            item.title, item.party = remark.title or item.title, remark.party or item.party
            item.amount = item.amount if remark.amount is None else remark.amount
            item.currency, item.facts = remark.currency or item.currency, remark.facts
