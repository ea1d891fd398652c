"""What one person owes, as rows of work: his home page and the page of all his promises show the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel import clock
from kernel.models import Promise
from kernel.panels import WorkGroup, WorkItem

SOON = timedelta(days=1)
READ = 60  # promises looked at for a home page; whoever owes more finds them on their own page
SHOWN = 8


def work_item(promise: Promise, party: str, action: Any = "") -> WorkItem:
    """The party in bold, then the matter; what would be said twice is said once."""
    tone = "bad" if promise.is_overdue else "active" if promise.due_at < clock.now() + SOON else "idle"
    matter, label = promise.title, str(promise.label)
    if party and matter.startswith(party):
        title, sub = matter.removeprefix(party).strip(), label
    else:
        title, sub = label, "" if matter in label else matter[:60]
    return WorkItem(title, sub, promise.url, tone, promise.due_at, action=action, party=party, clause=promise.clause)


def parties(promises: Iterable[Promise]) -> dict[int | None, str]:
    """The name of the file that each promise belongs to, by the file's key; one query."""
    keys = {p.file for p in promises if p.file}
    model = apps.get_model(settings.FILE_MODEL)
    return {row.pk: str(row) for row in model._base_manager.filter(pk__in=keys)} if keys else {}


def as_work(promises: Iterable[Promise], action: Any = "") -> list[WorkItem]:
    """Promises as rows of work, in their order."""
    rows = list(promises)
    names = parties(rows)
    return [work_item(p, names.get(p.file, ""), action) for p in rows]


def on_home(user: Any, shown: set[str], waiting: set[tuple[str, int]]) -> tuple[WorkGroup | None, list[WorkItem]]:
    """His promises that no other group shows: those due within a day as work of their own, then the next ones.

    shown: addresses that the page has already; waiting: (label, key) of the records in his approval queue.
    """
    open_ones = Promise.objects.open().filter(owed_by=user).order_by("due_at", "pk")[:READ]
    mine = [p for p in open_ones if p.url not in shown and (p.model, p.row) not in waiting]
    items = as_work(mine, _("View"))
    now = [item for item in items if item.tone != "idle"]
    later = [item for item in items if item.tone == "idle"]
    group = WorkGroup(_("Promises due"), now[:SHOWN], len(now), reverse("promises")) if now else None
    return group, later[:SHOWN]
