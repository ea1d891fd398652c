"""What a person decided, or had decided in his name: the rows of the tab and of its file. Clause 1.3.1."""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kernel.exports import Column
from kernel.lists import listed
from kernel.models import StateChange
from kernel.permissions import NOBODY
from kernel.steps import machines, steps_of

DECISIONS = [
    Column("at", _("When"), "datetime"),
    Column("title", _("Record"), width=40),
    Column("label", _("Step"), width=16),
    Column("signature", _("Who"), width=24),
    Column("comment", _("Opinion"), width=40),
    Column("to_label", _("State after it"), width=18),
]


@cache
def is_decision() -> Q:
    """A condition on changes of state: the step was one by which something is decided."""
    named = {m.label_of(): sorted({s.name for s in steps_of(m) if s.approval}) for m in machines()}
    return reduce(or_, (Q(model=model, step__in=names) for model, names in named.items() if names), NOBODY)


@listed("decisions", _("Decided by me"), "", DECISIONS)
def decided(user: Any, query: QueryDict | None = None) -> QuerySet:
    """His decisions and those that a deputy took in his name, the newest first."""
    rows = StateChange.objects.filter(is_decision(), Q(by=user.pk) | Q(on_behalf_of=user.pk))
    return rows.select_related("by", "on_behalf_of").order_by("-id")
