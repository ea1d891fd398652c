"""Statements written by the ORM once per process and only filled in from then on.

Building the SQL of a large query costs more processor than asking it. What every page asks (the badge of the queue) or
what is large (the evidence of fifty opportunities) is therefore kept: `Slot` stands where a value goes, `among` where a
list of keys does. The text depends on nothing else, so one statement serves everybody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Expression, F, Field, IntegerField, JSONField, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

_kept: dict[Hashable, Statement] = {}
LARGEST = 500  # rights differ by role, not by person; more than this would be a mistake in a key


class Slot(Expression):
    """The place of a value that is given when the statement is asked; usable wherever a query takes an expression."""

    def __init__(self, name: str, field: Field | None = None) -> None:
        super().__init__(output_field=field or IntegerField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """A placeholder whose parameter is the slot itself, exchanged for the value in `Statement.ask`."""
        return "%s", [self]

    def filled(self, value: Any) -> Any:
        """The value as the database takes it."""
        return self.output_field.get_db_prep_value(value, connection)


class KeySlot(Slot):
    """The place of a list of keys: an array on PostgreSQL, a JSON text on SQLite."""

    def filled(self, value: Iterable[int]) -> Any:
        """The keys in one parameter, however many there are."""
        return list(value) if connection.vendor == "postgresql" else json.dumps(list(value))


class among(Expression):
    """Whether a column is one of the keys given under a name when the statement is asked."""

    conditional = True

    def __init__(self, path: str, name: str) -> None:
        super().__init__(output_field=BooleanField())
        self.sources = [F(path), KeySlot(name, JSONField())]

    def get_source_expressions(self) -> list[Any]:
        """The column and the keys."""
        return self.sources

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take them resolved."""
        self.sources = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """`column = ANY(keys)`, or its like on SQLite."""
        (column, first), (keys, second) = (compiler.compile(source) for source in self.sources)
        own = connection.vendor == "postgresql"
        text = f"{column} = ANY({keys})" if own else f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608  (the ORM wrote both)
        return text, [*first, *second]


@dataclass(frozen=True)
class Statement:
    """A compiled query: its text, its parameters with slots among them, and how each column becomes Python."""

    sql: str
    params: tuple[Any, ...]
    columns: tuple[tuple[tuple[Callable, ...], Any], ...]
    select: Any = None
    shape: dict[str, Any] | None = None  # which columns are whose, where the query gives records
    annotations: tuple[tuple[str, int], ...] = ()

    def ask(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values. Raises KeyError for a slot without a value."""
        params = [p.filled(values[p.name]) if isinstance(p, Slot) else p for p in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        return [self._read(row) for row in rows] if any(found for found, _e in self.columns) else rows

    def records(self, **values: Any) -> list[Any]:
        """The records for these values, those joined by select_related with them. Raises KeyError as `ask` does."""
        if self.shape is None:
            raise TypeError("The query gives no records.")
        model: type[Model] = self.shape["model"]
        first, last = self.shape["select_fields"][0], self.shape["select_fields"][-1] + 1
        names = [column.target.attname for column, *_rest in self.select[first:last]]
        joined = get_related_populators(self.shape, self.select, connection.alias)  # type: ignore[call-arg]  # stubs are newer
        found = []
        for row in self.ask(**values):
            found.append(record := model.from_db(connection.alias, names, row[first:last]))
            for related in joined:
                related.populate(row, record)
            record.__dict__.update({name: row[place] for name, place in self.annotations})
        return found

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        read = []
        for value, (converters, expression) in zip(row, self.columns, strict=True):
            for convert in converters:
                value = convert(value, expression, connection)
            read.append(value)
        return tuple(read)


def prepared(key: Hashable, build: Callable[[], QuerySet]) -> Statement:
    """The statement of that key, compiled from `build()` where it is not kept yet.

    The query gives either `values_list` (then `ask`) or records, joined and annotated as usual (then `records`). Nothing that
    changes may be written into it: not the present moment, not what one person may see; these are slots.
    """
    key = (connection.vendor, key)
    if key not in _kept:
        if len(_kept) >= LARGEST:
            _kept.clear()
        _kept[key] = _compiled(build())
    return _kept[key]


def _compiled(rows: QuerySet) -> Statement:
    compiler = rows.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    expressions = [column[0] for column in compiler.select]
    columns = tuple(
        (tuple(connection.ops.get_db_converters(e) + e.get_db_converters(connection)), e) for e in expressions
    )
    if not issubclass(rows._iterable_class, ModelIterable):
        return Statement(sql, tuple(params), columns)
    annotations = tuple((compiler.annotation_col_map or {}).items())
    return Statement(sql, tuple(params), columns, compiler.select, compiler.klass_info, annotations)
