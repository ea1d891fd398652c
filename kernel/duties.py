"""What one person owes, as rows of work: his home page and the page of all his promises show the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, Count, DateTimeField, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel import clock
from kernel.models import Promise
from kernel.panels import WorkGroup, WorkItem
from kernel.prepared import Slot, among, prepared

SOON = timedelta(days=1)
READ = 60  # promises looked at for a home page; whoever owes more finds them on their own page
SHOWN = 8


@dataclass(frozen=True)
class Tally:
    """How many promises somebody owes by name: in all, overdue, and due by tonight."""

    total: int = 0
    overdue: int = 0
    today: int = 0


def tally(user: Any) -> Tally:
    """What this person owes by name, counted; one query."""
    now = clock.now()
    tonight = clock.local(now).replace(hour=23, minute=59, second=59)
    found = prepared("promises counted", _counted).ask(me=user.pk, now=now, tonight=tonight)
    return Tally(*found[0]) if found else Tally()


def _counted() -> QuerySet:
    now, tonight = Slot("now", DateTimeField()), Slot("tonight", DateTimeField())
    mine = Promise.objects.open().filter(owed_by=Slot("me")).order_by().values("owed_by")
    late, due = Q(due_at__lt=now), Q(due_at__gte=now, due_at__lte=tonight)
    counted = mine.annotate(n=Count("pk"), late=Count("pk", filter=late), due=Count("pk", filter=due))
    return counted.values_list("n", "late", "due")


@dataclass(frozen=True)
class Owing:
    """A kind of promise that has a group of its own on the home page, and how soon it must be due to stand there."""

    kind: str
    title: Any
    action: Any
    within: timedelta = SOON


def owed_groups(user: Any, owings: list[Owing], most: int) -> list[WorkGroup]:
    """What he owes of these kinds, by name or by a right of his, the most overdue first; two queries for all of them."""
    if not owings:
        return []
    now = clock.now()
    before = [now + owing.within for owing in owings]
    slots = {f"kind{n}": owing.kind for n, owing in enumerate(owings)} | {f"before{n}": b for n, b in enumerate(before)}
    kept = prepared(("promises owed", len(owings), most), lambda: _owed_first(len(owings), most))
    rows = kept.records(me=user.pk, rights=sorted(user.get_all_permissions()), **slots)
    names = parties(rows)
    groups = []
    for owing in owings:
        mine = [row for row in rows if row.kind == owing.kind]
        if mine:
            items = [work_item(p, names.get(p.file, ""), owing.action) for p in mine]
            groups.append(WorkGroup(owing.title, items, mine[0].of_its_kind))
    return groups


def _owed_first(kinds: int, most: int) -> QuerySet:
    """The first of each kind, with how many there are of it."""
    his = Q(owed_by=Slot("me")) | Q(among("permission", "rights"), owed_by=None)
    due = Q()
    for n in range(kinds):
        due |= Q(kind=Slot(f"kind{n}", CharField()), due_at__lt=Slot(f"before{n}", DateTimeField()))
    order = ["due_at", "pk"]
    rows = Promise.objects.open().filter(his).filter(due)
    rows = rows.annotate(
        place=Window(RowNumber(), partition_by="kind", order_by=order),
        of_its_kind=Window(Count("pk"), partition_by="kind"),
    )
    return rows.filter(place__lte=most).order_by(*order)


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
    return {row.pk: str(row) for row in prepared("files", _files).records(keys=keys)} if keys else {}


def _files() -> QuerySet:
    return apps.get_model(settings.FILE_MODEL)._base_manager.filter(among("pk", "keys"))


def as_work(promises: Iterable[Promise], action: Any = "") -> list[WorkItem]:
    """Promises as rows of work, in their order."""
    rows = list(promises)
    names = parties(rows)
    return [work_item(p, names.get(p.file, ""), action) for p in rows]


def on_home(user: Any, shown: set[str], waiting: set[tuple[str, int]]) -> tuple[WorkGroup | None, list[WorkItem]]:
    """His promises that no other group shows: those due within a day as work of their own, then the next ones.

    shown: addresses that the page has already; waiting: (label, key) of the records in his approval queue.
    """
    open_ones = prepared("promises by name", _by_name).records(me=user.pk)
    mine = [p for p in open_ones if p.url not in shown and (p.model, p.row) not in waiting]
    soon = clock.now() + SOON
    now, later = [p for p in mine if p.due_at < soon], [p for p in mine if p.due_at >= soon][:SHOWN]
    items = as_work([*now[:SHOWN], *later], _("View"))
    due, later_items = items[: len(items) - len(later)], items[len(items) - len(later) :]
    return WorkGroup(_("Promises due"), due, len(now), reverse("promises")) if now else None, later_items


def _by_name() -> QuerySet:
    return Promise.objects.open().filter(owed_by=Slot("me")).order_by("due_at", "pk")[:READ]
