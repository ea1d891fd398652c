"""What concerns one person, as files: what he owes, was told, was sent a copy of, and took in; rows of the screens."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kernel.exports import Column
from kernel.lists import listed
from kernel.models import Import, Notice, Promise, Referral
from kernel.models.imports import IMPORT_RIGHT

PROMISES = [
    Column("label", _("Promise"), width=50),
    Column("owed_to", _("Owed to"), width=20),
    Column("made_at", _("Made at"), "datetime"),
    Column("due_at", _("Due"), "datetime"),
    Column("clause", _("Clause"), width=10),
]
NOTICES = [
    Column("at", _("When"), "datetime"),
    Column("text", _("Notice"), width=70),
    Column("read_at", _("Read at"), "datetime"),
]
COPIES = [
    Column("at", _("When"), "datetime"),
    Column("title", _("Record"), width=40),
    Column("sender.name", _("Who"), width=16),
    Column("text", _("Reason"), width=40),
    Column("answered_at", _("Read at"), "datetime"),
]
IMPORTS = [
    Column("at", _("When"), "datetime"),
    Column("name", _("File"), width=34),
    Column("kind_title", _("Kind"), width=20),
    Column("words", _("State"), width=16),
    Column("total", _("Rows"), "integer"),
    Column("added", _("Added"), "integer"),
    Column("already", _("Already there"), "integer"),
    Column("problem_count", _("Rows to mend"), "integer"),
]


@listed("promises", _("Promises"), "", PROMISES)
def promises(user: Any, query: QueryDict) -> QuerySet:
    """What he owes, by name or by his role, the most overdue first. Clauses 1.3.2, 1.3.3."""
    return Promise.objects.owed_by(user).order_by("due_at", "pk")


@listed("notices", _("Notices"), "", NOTICES)
def notices(user: Any, query: QueryDict) -> QuerySet:
    """What he was told, the newest first."""
    return Notice.objects.filter(to=user.pk).order_by("-pk")


@listed("copies", _("Copied to me"), "", COPIES)
def copies(user: Any, query: QueryDict) -> QuerySet:
    """What was sent to him to know, the newest first."""
    return Referral.objects.copies_of(user).select_related("sender").order_by("-pk")


@listed("imports", _("Imports"), IMPORT_RIGHT, IMPORTS)
def imports(user: Any, query: QueryDict) -> QuerySet:
    """His imports, the latest first; without what their files held."""
    rows = Import.objects.visible_to(user).defer("mapping", "sample", "problems", "refusal")
    return rows.order_by("-pk")
