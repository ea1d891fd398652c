"""Conflict of duty: where somebody holds the right to decide but may not on this record, why, and who decides instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kernel.notices import deciders_by, people
from kernel.permissions import ABOVE, absent_for
from kernel.steps import Stateful, Step


@dataclass(frozen=True)
class Conflict:
    """Why this person does not decide, and the names of those who do."""

    why: str
    instead: list[str]


def conflict_of(record: Stateful, step: Step, user: Any) -> Conflict | None:
    """What stands against him, None where he lacks the right anyway or nothing stands against him (SECURITY S1, S3)."""
    rule = step.permission
    if not step.approval or not rule.permission or not rule.but_not or rule(record, user):
        return None
    if not (user.has_perm(rule.permission) or (rule.above and user.has_perm(ABOVE))):
        return None
    excluded = rule._people(record, rule.but_not)
    if user.pk in excluded:
        why = _("You took part in it yourself: nobody decides on his own matter.")
    elif excluded & (absent_for(user, rule.permission) | absent_for(user, ABOVE)):
        why = _("It is the own matter of the one for whom you act: a deputy does not decide on it.")
    else:
        return None
    names = [str(person) for person in people(deciders_by(record, rule) - {user.pk}).order_by("name", "pk")]
    return Conflict(why, names)


def first_conflict(record: Stateful, user: Any) -> Conflict | None:
    """What the record's page says: the first decision of its present state that he would take but may not."""
    found = (conflict_of(record, step, user) for step in record.steps() if step.approval)
    return next((conflict for conflict in found if conflict), None)
