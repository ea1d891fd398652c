"""What can be imported by hand: the kinds that the upper apps declare, and which column is probably which field."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation

from kernel.imports import Mapping, Table

COLUMN, VALUE = "column:", "value:"
NOISE = re.compile(r"[\s_\-*:.,/()（）：、，。'\"]+")


@dataclass(frozen=True)
class ImportField:
    """One of our fields: its name, its label, whether it must be given, its choices, and what else people call it."""

    name: str
    label: Any
    required: bool = False
    choices: Sequence[tuple[str, Any]] = ()
    also: tuple[str, ...] = ()
    is_person: bool = False


@dataclass(frozen=True)
class ImportKind:
    """A kind of records: who may import it, its fields, the engine, and the rows that go with a record when it goes.

    What the engine makes of `parts` beside the records is undone with them and not counted.

    `take(table, mapping, by=…, dry_run=…, tick=…)` gives (records, how many were there already) or raises Refused.
    """

    slug: str
    title: Any
    permission: str
    fields: tuple[ImportField, ...]
    take: Callable[..., tuple[list[Any], int]]
    list_url: str = ""
    parts: tuple[str, ...] = ()

    def admits(self, user: Any) -> bool:
        """Whether this person may make such records."""
        return user.has_perm(self.permission)


_kinds: dict[str, ImportKind] = {}


def importable(kind: ImportKind) -> ImportKind:
    """Declare a kind."""
    _kinds[kind.slug] = kind
    return kind


def kind_of(slug: str) -> ImportKind | None:
    """The kind of that name; None where there is none any more."""
    return _kinds.get(slug)


def kinds_for(user: Any) -> list[ImportKind]:
    """What this person may import, in the order in which the kinds refer to each other."""
    return [kind for kind in _kinds.values() if kind.admits(user)]


def in_all_languages(text: Any) -> set[str]:
    """The text as it is said in each of our languages."""
    said = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said.add(str(text))
    return said | {text.replace("臺", "台") for text in said}  # as most people write it


def guess(kind: ImportKind, columns: Sequence[str]) -> dict[str, str]:
    """Which column each field is probably in, by its heading in any of our languages; a column is given once."""
    headings = {_plain(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for field in kind.fields:
        for name in (field.name, *sorted(in_all_languages(field.label)), *field.also):
            column = headings.get(_plain(name))
            if column is not None and column not in found.values():
                found[field.name] = column
                break
    return found


def mapping_of(kind: ImportKind, chosen: dict[str, str]) -> Mapping:
    """The engine's mapping from what was chosen: `column:heading`, or `value:…` for the same in every row.

    What a choice is called in any of our languages means the choice.
    """
    fields = {n: [c.removeprefix(COLUMN)] for n, c in chosen.items() if c.startswith(COLUMN)}
    constants = {n: c.removeprefix(VALUE) for n, c in chosen.items() if c.startswith(VALUE)}
    aliases = {}
    for field in kind.fields:
        names = {said: str(value) for value, label in field.choices for said in in_all_languages(label)}
        aliases[field.name] = {said: v for said, v in names.items() if said not in dict(field.choices)}
    return Mapping(fields=fields, constants=constants, aliases=aliases)


def first_rows(table: Table, most: int = 5) -> list[list[str]]:
    """The first rows of a table, cell by cell, each cell cut to what a preview holds."""
    return [[row.cells.get(column, "")[:60] for column in table.columns] for row in table.rows[:most]]


def _plain(text: str) -> str:
    return NOISE.sub("", text.casefold())
