"""Service tickets of another company's log, walked along our feedback's machine, and what of the log it does not accept.

The log (BPI Challenge 2013, closed problems) knows five states; each of its moves is mapped to a path of legal steps of
ours, by STEPS. What has no path is not taken in, and the report says why. Nothing is invented: what the customer answered
stands nowhere in the log, so a closed ticket ends as "closed without an answer", never as satisfied.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from aftersales.models import Feedback
from aftersales.models.feedback import default_time
from kernel import clock
from kernel.importing import Old, Walked, import_history
from kernel.steps import edges_of

QUEUED, ASSIGNED, WORKED_ON, WAITS, CLOSED, CANCELLED = (
    "queued",
    "assigned",
    "in progress",
    "wait",
    "closed",
    "cancelled",
)
EVENTS = {
    ("Queued", "Awaiting Assignment"): QUEUED, ("Accepted", "Assigned"): ASSIGNED,
    ("Accepted", "In Progress"): WORKED_ON, ("Accepted", "Wait"): WAITS, ("Completed", "Closed"): CLOSED,
    ("Completed", "Cancelled"): CANCELLED,
}  # fmt: skip
# our state, what the log says next → our states that lead there; what stands here nowhere is refused
STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "received": {
        QUEUED: (), ASSIGNED: ("assigned",), WORKED_ON: ("assigned", "investigating"),
        WAITS: ("assigned", "investigating"), CLOSED: ("assigned", "investigating", "solving", "resolved"),
        CANCELLED: ("closed",),
    },
    "assigned": {
        QUEUED: ("received",), ASSIGNED: (), WORKED_ON: ("investigating",), WAITS: (),
        CLOSED: ("investigating", "solving", "resolved"), CANCELLED: ("closed",),
    },
    "investigating": {
        QUEUED: ("received",), ASSIGNED: ("received", "assigned"), WORKED_ON: (), WAITS: (),
        CLOSED: ("solving", "resolved"), CANCELLED: ("closed",),
    },
    "resolved": {
        QUEUED: ("investigating", "received"), ASSIGNED: ("investigating", "received", "assigned"),
        WORKED_ON: ("investigating",), WAITS: ("investigating",), CLOSED: (), CANCELLED: ("closed",),
    },
    "closed": {CANCELLED: ()},
}  # fmt: skip
UNKNOWN, ENDED, BACKWARDS = "a state that nobody matched", "goes on after it was cancelled", "its times run backwards"
SEVERITY = {"Major": "high", "High": "high", "Medium": "normal", "Low": "low"}
OWNER = "BPI Challenge 2013"


@dataclass(frozen=True)
class Event:
    """One line of the log: when, and which of its states."""

    at: datetime
    name: str


@dataclass
class Ticket:
    """One ticket of the log."""

    number: str
    product: str
    impact: str
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """What our machine makes of a ticket: the states it walks, or why not; how many steps the log has no word for."""

    ticket: Ticket
    path: tuple[tuple[str, datetime], ...]
    refused: str = ""
    implied: int = 0
    rounds: int = 1
    waits: int = 0

    @property
    def kind(self) -> str:
        """ "literal", "implied" or "refused"."""
        return "refused" if self.refused else "implied" if self.implied else "literal"


def read(folder: Path) -> list[Ticket]:
    """The tickets of the log with their events in order. Raises FileNotFoundError where there is none."""
    with (folder / "problems.csv").open(encoding="utf-8", newline="") as file:
        found = {r["ticket_no"]: Ticket(r["ticket_no"], r["product"], r["impact"]) for r in csv.DictReader(file)}
    with (folder / "problem_events.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda r: (r["ticket_no"], int(r["seq"])))
    for row in rows:
        name = EVENTS.get((row["status"], row["sub_status"]), "")
        found[row["ticket_no"]].events.append(Event(datetime.fromisoformat(row["timestamp"]), name))
    return list(found.values())


def judge(ticket: Ticket) -> Verdict:
    """Walk a ticket along our machine, each move by its path."""
    state, path, implied, rounds, waits = "received", [], 0, 1, 0
    for event in ticket.events:
        if not event.name:
            return Verdict(ticket, (), UNKNOWN)
        steps = STEPS[state].get(event.name)
        if steps is None:
            return Verdict(ticket, (), ENDED)
        implied += max(len(steps) - 1, 0)
        waits += event.name == WAITS
        for step in steps:
            rounds += (state, step) == ("resolved", "investigating")
            path.append((step, event.at))
            state = step
    if any(a.at > b.at for a, b in pairwise(ticket.events)):
        return Verdict(ticket, (), BACKWARDS)
    return Verdict(ticket, tuple(path), "", implied, rounds, waits)


def check_steps() -> set[tuple[str, str]]:
    """The moves of STEPS that are no legal steps of our machine: none, or the table is wrong."""
    edges = edges_of(Feedback)
    used = {pair for state, moves in STEPS.items() for steps in moves.values() for pair in pairwise((state, *steps))}
    return used - edges


def take_in(verdicts: Iterable[Verdict], *, by: Any = None) -> tuple[int, int]:
    """Keep the accepted tickets as feedback under their old numbers; returns how many were added and were there."""
    known = set(Feedback.objects.values_list("number", flat=True))
    accepted = [verdict for verdict in verdicts if not verdict.refused]
    fresh = [verdict for verdict in accepted if verdict.ticket.number not in known]
    import_history([_old(verdict) for verdict in fresh], by=by)
    return len(fresh), len(accepted) - len(fresh)


def _old(verdict: Verdict) -> Old:
    ticket = verdict.ticket
    opened, solved = ticket.events[0].at, next((at for s, at in reversed(verdict.path) if s == "resolved"), None)
    path = [Walked(state, at) for state, at in verdict.path]
    if path and path[-1].state == "resolved":
        path.append(Walked("lapsed", path[-1].at))  # whether anybody was satisfied stands nowhere
    severity = SEVERITY[ticket.impact]
    with clock.at(opened):
        promised = default_time("complaint", severity)
    row = Feedback(
        number=ticket.number, kind="complaint", channel="other", severity=severity, customer_name=OWNER,
        product=ticket.product, subject=f"{ticket.product} ({ticket.impact})", department="technical",
        text=f"{ticket.product}, impact {ticket.impact}", received_at=opened, promised_at=promised, resolved_at=solved,
        round=verdict.rounds,
    )  # fmt: skip
    return Old(row, path)


# --- the report --------------------------------------------------------------------------------------------
HEAD = """# What the feedback machine makes of a real service log

Generated by `manage.py ticket_conformance`; the log is BPI Challenge 2013, closed problems (Volvo IT, 4TU).
It was made by another company's tool: this says where its practice fits our machine, not whether it was right.
"""
IMPLIED = """
Implied steps: the log has no word for passing on, for the cause being found, or for solving: with us none of
these is skipped, each with its evidence. An import knows no evidence and takes them without.
A move from *in progress* to *assigned* is giving back and passing on anew.
"""
KINDS = {
    "literal": "accepted move by move", "implied": "accepted with steps that the log has no word for",
    "refused": "not accepted",
}  # fmt: skip


def report(verdicts: list[Verdict]) -> str:
    """The conformance report as Markdown."""
    refused = Counter(v.refused for v in verdicts if v.refused)
    variants = Counter(_sequence(v) for v in verdicts)
    lines = [
        HEAD, *_totals(verdicts), "", "## Not accepted, and why", "", "| why | tickets |", "|---|---:|",
        *(f"| {why} | {n} |" for why, n in refused.most_common()), "",
        "## Moves of the log, and the steps that they are with us", "", "| from (ours) | the log says | our steps | times |",
        "|---|---|---|---:|", *_moves(verdicts), IMPLIED, f"## The most frequent of {len(variants)} sequences", "",
        "| tickets | sequence | accepted |", "|---:|---|---|", *_variants(verdicts, variants), "",
    ]  # fmt: skip
    return "\n".join(lines)


def _sequence(verdict: Verdict) -> tuple[str, ...]:
    return tuple(event.name or "unmatched" for event in verdict.ticket.events)


def _totals(verdicts: list[Verdict]) -> list[str]:
    kinds, events = Counter(v.kind for v in verdicts), sum(len(v.ticket.events) for v in verdicts)
    again = sum(v.rounds > 1 for v in verdicts if not v.refused)
    waited = sum(bool(v.waits) for v in verdicts if not v.refused)
    return [
        "| | tickets | share |",
        "|---|---:|---:|",
        *(f"| {text} | {kinds[kind]:,} | {100 * kinds[kind] / len(verdicts):.1f} % |" for kind, text in KINDS.items()),
        f"| **all** | **{len(verdicts):,}** | {events:,} events |",
        "",
        f"{again:,} accepted tickets begin a second round or more; {waited:,} waited, which with us is a resting clock and"
        " no state.",
    ]


def _moves(verdicts: list[Verdict]) -> list[str]:
    counted: Counter[tuple[str, str]] = Counter()
    for verdict in verdicts:
        state = "received"
        for event in verdict.ticket.events:
            counted[state, event.name or "unmatched"] += 1
            steps = STEPS[state].get(event.name)
            if steps is None:
                break
            state = steps[-1] if steps else state
    rows = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [f"| {a} | {b} | {_shown(a, b)} | {n:,} |" for (a, b), n in rows]


def _shown(state: str, event: str) -> str:
    steps = STEPS[state].get(event)
    return "**not accepted**" if steps is None else " → ".join(steps) or "stays"


def _variants(verdicts: list[Verdict], variants: Counter[tuple[str, ...]]) -> list[str]:
    kinds: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for verdict in verdicts:
        kinds[_sequence(verdict)].add(verdict.refused or verdict.kind)
    return [
        f"| {n} | {' → '.join(names)} | {', '.join(sorted(kinds[names]))} |" for names, n in variants.most_common(15)
    ]
