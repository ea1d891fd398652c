"""Verifying the audit chain, asked for or by night: one row says what was found, and the page names it in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kernel import anchors, audit, clock
from kernel.models import AuditCheck, AuditSeal, StateChange

KEPT = 100  # problems told by name; their number is told in full


def ask(by: Any) -> AuditCheck:
    """Have the chain verified by the worker; while one waits, that one is meant."""
    try:
        with transaction.atomic():
            return AuditCheck.objects.create(asked_by=by)
    except IntegrityError:
        return AuditCheck.objects.filter(finished_at=None).first() or AuditCheck.objects.create(asked_by=by)


def check() -> tuple[AuditCheck, list[str]]:
    """Verify now and write down what was found, in the row that waits or in a new one."""
    problems, unsealed = audit.verify()
    problems += [audit.Problem.about("cut", "", seq, text) for seq, text in anchors.lost()]
    head = AuditSeal.objects.order_by("-seq").first()
    with transaction.atomic():
        row = AuditCheck.objects.select_for_update().filter(finished_at=None).first() or AuditCheck()
        row.finished_at, row.unsealed, row.found = clock.now(), unsealed, len(problems)
        row.sealed, row.head = (head.seq, head.digest) if head else (0, "")
        row.problems = [p.told() for p in problems[:KEPT]]
        row.save()
    return row, list(problems)


@dataclass(frozen=True)
class Told:
    """One problem in the reader's language: what happened to which row, and what that row is about."""

    text: str
    about: str
    table: str


def told(row: AuditCheck) -> list[Told]:
    """The problems of a check, in words; a row's content is not told, only what it belongs to."""
    keys = [p["row"] for p in row.problems if p["kind"] == StateChange._meta.label_lower]
    changes = {c.pk: c for c in StateChange.objects.filter(pk__in=keys).only("model", "row", "at")}
    return [_told(p, changes.get(p["row"])) for p in row.problems]


def _told(problem: dict[str, Any], change: StateChange | None) -> Told:
    values = {"what": _name_of(problem["kind"]), "row": problem["row"]}
    text = {
        "changed": _("%(what)s %(row)s was changed after it was sealed"),
        "gone": _("%(what)s %(row)s is gone"),
        "gap": _("seals are missing before number %(row)s"),
        "cut": _("the chain no longer holds seal %(row)s as it was noted outside the database"),
    }[problem["what"]] % values
    about = ""
    if change is not None and problem["kind"] == StateChange._meta.label_lower:
        about = f"{_name_of(change.model)} {change.row} · {clock.local(change.at):%Y-%m-%d %H:%M}"
    return Told(text[:1].upper() + text[1:], about, problem["kind"].replace(".", "_"))


def _name_of(label: str) -> str:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return label
    kept = getattr(model, "instance_type", None)
    if kept is not None:
        return _("history of %(model)s") % {"model": kept._meta.verbose_name}
    return str(model._meta.verbose_name)
