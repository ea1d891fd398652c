"""The lists that may be taken out as CSV or XLSX: each with its permission, its columns and the rows of its screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from kernel.exports import Column


@dataclass(frozen=True)
class Listed:
    """One list: its title, the permission of its page ("" = everybody), its columns, and its rows for a person and query."""

    slug: str
    title: Any
    permission: str
    columns: Sequence[Column]
    rows: Callable[[Any, QueryDict], QuerySet]

    def admits(self, user: Any) -> bool:
        """Whether this person may take it out: who may open its page."""
        return not self.permission or user.has_perm(self.permission)


_lists: dict[str, Listed] = {}


def listed(slug: str, title: Any, permission: str, columns: Sequence[Column]) -> Callable:
    """Let a list be taken out: `(user, query) -> rows`, from `visible_to(user)`, in the order of the screen."""

    def register(rows: Callable[[Any, QueryDict], QuerySet]) -> Callable:
        _lists[slug] = Listed(slug, title, permission, columns, rows)
        return rows

    return register


def list_of(slug: str) -> Listed | None:
    """The list of that name."""
    return _lists.get(slug)


def all_lists() -> list[Listed]:
    """Every list, in a fixed order."""
    return sorted(_lists.values(), key=lambda found: found.slug)
