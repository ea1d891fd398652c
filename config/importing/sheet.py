"""A table seen through its mapping: entries that give typed values and collect what is wrong, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from kernel.imports import Mapping, Problem, Refused, Row, Table, read_rows
from kernel.money import parse_amount

YES = {"1", "true", "yes", "y", "是"}
AND = " + "  # between the headings of columns that make one field
NO = {"", "0", "false", "no", "n", "否"}


@dataclass(frozen=True)
class Entity:
    """What an entity takes: the fields a mapping may name, those it must, and the options it knows."""

    name: str
    fields: frozenset[str]
    required: frozenset[str]
    options: frozenset[str] = frozenset()


@dataclass
class Sheet:
    """One file with its mapping, and the problems found so far."""

    entity: Entity
    table: Table
    mapping: Mapping
    by: Any = None
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def open(cls, entity: Entity, path: Path, mapping: Mapping, by: Any = None) -> Sheet:
        """Read the file and hold the mapping against it. Raises Refused when they do not fit."""
        return cls.of(entity, read_rows(path, mapping.encoding), _with_lookups(mapping, path.parent), by)

    @classmethod
    def of(cls, entity: Entity, table: Table, mapping: Mapping, by: Any = None) -> Sheet:
        """Hold a mapping against a table that was read. Raises Refused when they do not fit."""
        sheet = cls(entity, table, mapping, by)
        sheet._check_mapping()
        sheet.stop_if_bad()
        return sheet

    def entries(self) -> Iterator[Entry]:
        """The rows, as entries."""
        return (Entry(self, row) for row in self.table.rows)

    def stop_if_bad(self) -> None:
        """Raise Refused with everything found, by line and column, if anything was."""
        if self.problems:
            raise Refused(sorted(self.problems, key=self._place))

    def _place(self, problem: Problem) -> tuple[int, int]:
        column = problem.column.split(AND)[0]
        return problem.line, self.table.columns.index(column) if column in self.table.columns else -1

    def _check_mapping(self) -> None:
        named = set(self.mapping.fields) | set(self.mapping.constants)
        for name in sorted(named - self.entity.fields):
            self._mapping_problem(_("The mapping names the field %(name)s, which %(entity)s do not have."), name)
        for name in sorted(self.entity.required - named):
            self._mapping_problem(_("The mapping does not say where %(name)s of %(entity)s comes from."), name)
        for name in sorted(set(self.mapping.options) - self.entity.options):
            self._mapping_problem(_("The mapping sets the option %(name)s, which %(entity)s do not have."), name)
        for name in self.mapping.fields:
            for heading in self.mapping.headings(name):
                if heading not in self.table.columns:
                    self.problems.append(
                        Problem(1, heading, _("The file has no such column, but the mapping names it."))
                    )

    def _mapping_problem(self, sentence: Any, name: str) -> None:
        self.problems.append(Problem(0, "", sentence % {"name": name, "entity": self.entity.name}))


@dataclass(frozen=True)
class Entry:
    """One row by our fields. What cannot be read is noted as a problem of the row and comes out as None."""

    sheet: Sheet
    row: Row

    def text(self, name: str, required: bool = False) -> str:
        """The text of a field; a required one that is empty is a problem."""
        text = self.sheet.mapping.value(name, self.row)
        if required and not text:
            self.bad(name, _("This must not be empty."))
        return text

    def day(self, name: str) -> date | None:
        """A date as 2017-03-01, 2017/3/1 or 2017.3.1."""
        text = self.text(name)
        if not text:
            return None
        try:
            day = parse_date(text.replace("/", "-").replace(".", "-"))
        except ValueError:
            day = None
        if day is None or not 1900 <= day.year <= 2200:
            self.bad(name, _("“%(text)s” is no date; write it as 2017-03-31.") % {"text": text[:40]})
            return None
        return day

    def amount(self, name: str, required: bool = False) -> Decimal | None:
        """A sum of money that is not negative, with at most two decimals."""
        text = self.text(name, required)
        if not text:
            return None
        try:
            amount = parse_amount(text)
        except ValidationError as error:
            self.bad(name, f"“{text[:40]}”: {' '.join(map(str, error.messages))}")
            return None
        if amount < 0:
            self.bad(name, _("The amount is negative."))
            return None
        if amount != round(amount, 2):
            self.bad(name, _("The amount has more than two decimals."))
            return None
        return amount

    def flag(self, name: str) -> bool:
        """Yes or no; empty means no."""
        text = self.text(name).casefold()
        if text not in YES | NO:
            self.bad(name, _("“%(text)s” is neither yes nor no (1 or 0).") % {"text": text[:40]})
        return text in YES

    def one_of(self, name: str, known: dict[str, Any], what: Any) -> Any:
        """The thing that the text names among the known ones (in any case); None when the field is empty."""
        text = self.text(name)
        if text and text.casefold() not in known:
            self.bad(name, what % {"text": text[:80]})
        return known.get(text.casefold()) if text else None

    def clean(self, record: models.Model, exclude: tuple[str, ...] = ()) -> None:
        """Hold the record's own fields against the model: lengths, choices, addresses; references are checked apart."""
        references = [f.name for f in record._meta.fields if f.is_relation or f.name not in self.sheet.entity.fields]
        try:
            record.clean_fields(exclude={*references, *exclude})
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.bad(name, " ".join(dict.fromkeys(messages)))

    def bad(self, name: str, message: Any) -> None:
        """Note a problem of this row, in the column or columns the field comes from."""
        column = AND.join(self.sheet.mapping.headings(name)) or name
        problem = Problem(self.row.line, column, message)
        if not any((p.line, p.column) == (problem.line, column) for p in self.sheet.problems[-20:]):
            self.sheet.problems.append(problem)

    def is_first(self, name: str, key: str, seen: dict[str, int]) -> bool:
        """Whether the key is new in this file; a second row with the same key is a problem naming the first."""
        first = seen.setdefault(key.casefold(), self.row.line)
        if first == self.row.line:
            return True
        self.bad(name, _("“%(key)s” stands in line %(line)d already.") % {"key": key[:80], "line": first})
        return False


def _with_lookups(mapping: Mapping, folder: Path) -> Mapping:
    """The mapping with the tables it names beside the file (key → value) among its aliases."""
    options = dict(mapping.options)
    aliases = dict(mapping.aliases)
    for name, lookup in options.pop("lookups", {}).items():
        if set(lookup) != {"file", "key", "value"} or Path(lookup["file"]).name != lookup["file"]:
            message = _("The lookup of %(name)s needs file (beside the imported one), key and value.")
            raise Refused([Problem(0, "", message % {"name": name})])
        table = read_rows(folder / lookup["file"])
        if not {lookup["key"], lookup["value"]} <= set(table.columns):
            message = _("The file %(file)s lacks the column of the key or of the value.")
            raise Refused([Problem(0, "", message % {"file": lookup["file"]})])
        pairs = {row.cells[lookup["key"]]: row.cells[lookup["value"]] for row in table.rows}
        aliases[name] = {**pairs, **aliases.get(name, {})}
    return replace(mapping, aliases=aliases, options=options)
