"""The vocabulary in which each app declares its clauses of the regulation: who owes what, where it is done, how it is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from kernel import clock
from kernel.models import Agreement, Promise, Refusal

LISTED = 50  # broken cases shown on a clause's page


@dataclass(frozen=True)
class Case:
    """One case that broke a clause (or was agreed to as an exception)."""

    title: str
    url: str
    why: str
    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True)
class Result:
    """What a live check found: how many cases kept the clause, how many broke it, and the broken ones."""

    kept: int = 0
    broken: int = 0
    refused: int = 0
    agreed: int = 0
    cases: list[Case] = field(default_factory=list)

    @property
    def share(self) -> int | None:
        """Percent kept, None when there was no case."""
        total = self.kept + self.broken
        return round(100 * self.kept / total) if total else None

    @property
    def tone(self) -> str:
        """ok when nothing is broken, bad when something is."""
        return "bad" if self.broken else "ok"


@dataclass(frozen=True)
class Check:
    """A live check of one kind: watched, enforced or designed."""

    kind: str
    run: Callable[[str], Result]


@dataclass(frozen=True)
class Clause:
    """One obligation of the regulation, with our wording, who owes it, the screen where it is done, and its check."""

    id: str
    who: Any
    text: Any
    screen: str
    check: Check
    source: str = "regulation"

    @property
    def chapter(self) -> str:
        """Chapter and section, e.g. "3.1"."""
        return ".".join(self.id.split(".")[:2])

    def result(self) -> Result:
        """Run the check now."""
        return self.check.run(self.id)


REGISTRY: dict[str, Clause] = {}
SECTIONS: dict[str, Any] = {}


def section(number: str, title: Any) -> None:
    """Name a chapter or section of the regulation."""
    SECTIONS[number] = title


def clause(id: str, *, who: Any, text: Any, screen: str, check: Check, source: str = "regulation") -> None:
    """Declare one clause; its id is unique in the product."""
    if id in REGISTRY:
        raise ValueError(f"clause {id} is declared twice")
    REGISTRY[id] = Clause(id, who, text, screen, check, source)


def in_order() -> list[Clause]:
    """All clauses in the regulation's order."""
    return sorted(REGISTRY.values(), key=lambda c: [int(p) if p.isdigit() else p for p in _parts(c.id)])


def _parts(id: str) -> list[str]:
    number, letter = (id[:-1], id[-1]) if id[-1].isalpha() else (id, "")
    return [*number.split("."), letter]


def watched(count: Callable[[], Result]) -> Check:
    """Time or content: a query counts the cases kept and broken and lists the broken ones."""
    return Check("watched", lambda _id: count())


def promised(*kinds: str) -> Check:
    """Watched through promises: kept ones against broken and overdue ones of these kinds (all of the clause if none named)."""
    return Check("watched", lambda id: _promises(id, kinds))


def enforced() -> Check:
    """A guard or the database refuses: the check counts refusals and agreed exceptions."""
    return Check("enforced", _enforced)


def designed() -> Check:
    """Shown by a page; a page test holds it."""
    return Check("designed", lambda _id: Result())


def _promises(id: str, kinds: Iterable[str]) -> Result:
    rows = Promise.objects.filter(clause=id)
    return promise_result(rows.filter(kind__in=kinds) if kinds else rows)


def promise_result(rows: QuerySet) -> Result:
    """What these promises come to: the kept ones, and those broken or past their time, which are listed."""
    late = Q(state=Promise.State.BROKEN) | Q(state=Promise.State.OPEN, due_at__lt=clock.now())
    cases = [
        Case(p.title, p.url, p.label, p.due_at, str(p.owed_by or ""))
        for p in rows.filter(late).select_related("owed_by").order_by("-due_at")[:LISTED]
    ]
    return Result(kept=rows.filter(state=Promise.State.KEPT).count(), broken=rows.filter(late).count(), cases=cases)


def _enforced(id: str) -> Result:
    agreements = Agreement.objects.filter(clause=id, state=Agreement.State.AGREED)
    cases = [
        Case(a.title, a.get_absolute_url(), a.reason, a.state_at, str(a.decided_by))
        for a in agreements.select_related("decided_by").order_by("-id")[:LISTED]
    ]
    return Result(refused=Refusal.objects.filter(clause=id).count(), agreed=agreements.count(), cases=cases)
