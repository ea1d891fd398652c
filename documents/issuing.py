"""What leaves the house stands in the register: each app says what it issued, and what of it has no line there is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from documents.models import Document

LONGEST = 200  # of one kind; the rest is counted
_SOURCES: list[Callable[[], QuerySet]] = []


def issued(kind: str) -> Callable[[Callable[[], QuerySet]], Callable[[], QuerySet]]:
    """Mark a function that gives the records whose document of this kind was issued. Clause 4.2.2a."""

    def declare(source: Callable[[], QuerySet]) -> Callable[[], QuerySet]:
        def lacking() -> QuerySet:
            rows = source()
            known = Document.objects.filter(kind=kind, model=rows.model._meta.label_lower)
            return rows.exclude(pk__in=known.values("row"))

        _SOURCES.append(lacking)
        return source

    return declare


def unregistered(limit: int) -> list[Any]:
    """Issued records without a line in the register, at most so many."""
    return list(islice(_all(), limit))


def how_many_unregistered() -> int:
    """All of them, counted."""
    return sum(lacking().count() for lacking in _SOURCES)


def _all() -> Iterator[Any]:
    for lacking in _SOURCES:
        yield from lacking().order_by("pk")[:LONGEST]
