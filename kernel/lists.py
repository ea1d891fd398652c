"""What may be taken out: lists as CSV or XLSX with the rows of their screens, and whole files as ZIP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.db.models import QuerySet
from django.http import QueryDict

from kernel.exports import Column

Totals = Callable[[QuerySet], list[Mapping[str, Any]]]


def no_totals(rows: QuerySet) -> list[Mapping[str, Any]]:
    """A list that adds nothing up."""
    return []


@dataclass(frozen=True)
class Listed:
    """One list: its title, the permission of its page ("" = everybody), its columns, and its rows for a person and query;
    `totals` are what stands in bold under the rows of a workbook.
    """

    slug: str
    title: Any
    permission: str
    columns: Sequence[Column]
    rows: Callable[[Any, QueryDict], QuerySet]
    totals: Totals = no_totals

    def admits(self, user: Any) -> bool:
        """Whether this person may take it out: who may open its page."""
        return not self.permission or user.has_perm(self.permission)


@dataclass(frozen=True)
class Packed:
    """A file of files: its title, the permission of its page, and what writes it for a person and query."""

    slug: str
    title: Any
    permission: str
    write: Callable[[Any, QueryDict, IO[bytes]], None]
    may_have: Callable[[Any, QueryDict], bool]  # asked when it is written, and again when it is fetched

    def admits(self, user: Any) -> bool:
        """Whether this person may take it out: who may open its page."""
        return not self.permission or user.has_perm(self.permission)


_packs: dict[str, Packed] = {}
_lists: dict[str, Listed] = {}


def listed(slug: str, title: Any, permission: str, columns: Sequence[Column], totals: Totals = no_totals) -> Callable:
    """Let a list be taken out: `(user, query) -> rows`, from `visible_to(user)`, in the order of the screen."""

    def register(rows: Callable[[Any, QueryDict], QuerySet]) -> Callable:
        _lists[slug] = Listed(slug, title, permission, columns, rows, totals)
        return rows

    return register


def list_of(slug: str) -> Listed | None:
    """The list of that name."""
    return _lists.get(slug)


def all_lists() -> list[Listed]:
    """Every list, in a fixed order."""
    return sorted(_lists.values(), key=lambda found: found.slug)


def packed(slug: str, title: Any, permission: str, may_have: Callable[[Any, QueryDict], bool]) -> Callable:
    """Let a file of files be taken out by a job: `(user, query, out)` writes the ZIP for whom `may_have` lets."""

    def register(write: Callable[[Any, QueryDict, IO[bytes]], None]) -> Callable:
        _packs[slug] = Packed(slug, title, permission, write, may_have)
        return write

    return register


def pack_of(slug: str) -> Packed | None:
    """The file of files of that name."""
    return _packs.get(slug)
