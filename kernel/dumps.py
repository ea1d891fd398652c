"""A database as one file, with the facts that prove it whole: online copy on SQLite, pg_dump and pg_restore on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import FileField


class Broken(Exception):
    """A dump that cannot be made, read or loaded, in words for whoever runs the command."""


@dataclass
class Facts:
    """What a database held at one moment: rows of each table, head of the audit chain, migrations, files its rows name."""

    rows: dict[str, int]
    head: list[Any] | None = None
    migrations: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)


def facts_of(run: Callable[[str], list[tuple]], tables: list[str]) -> Facts:
    """Read the facts with a function that answers one statement; all of them from one snapshot."""
    rows = {table: run(f'SELECT count(*) FROM "{table}"')[0][0] for table in sorted(tables)}  # noqa: S608  (our own tables)
    facts = Facts(rows)
    if "kernel_auditseal" in rows:
        heads = run("SELECT seq, digest FROM kernel_auditseal ORDER BY seq DESC LIMIT 1")
        facts.head = list(heads[0]) if heads else None
    if "django_migrations" in rows:
        facts.migrations = [f"{app}.{name}" for app, name in run("SELECT app, name FROM django_migrations ORDER BY id")]
    for table, column in file_columns():
        if table in rows:
            found = run(f'SELECT "{column}" FROM "{table}" WHERE "{column}" <> \'\'')  # noqa: S608  (our own tables)
            facts.files.update(name for (name,) in found)
    return facts


def file_columns() -> list[tuple[str, str]]:
    """Every column that names a file, by table; history repeats what a row of the table named, so it is left out."""
    return [
        (model._meta.db_table, f.column)
        for model in apps.get_models()
        if not hasattr(model, "history_date")
        for f in model._meta.concrete_fields
        if isinstance(f, FileField)
    ]


class Sqlite:
    """One file, copied page by page while people work."""

    part = "database.sqlite3"

    def dump(self, to: Path) -> Facts:
        """Copy the database as it stands at one moment."""
        with _own_connection() as connection, closing(sqlite3.connect(to)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        return self.facts(to)

    def facts(self, path: Path) -> Facts:
        """Read a copy through; raises Broken when its pages do not fit together."""
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as copy:
                (answer,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
                if answer != "ok":
                    raise Broken(f"{path.name}: {answer}")
                tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                return facts_of(lambda sql: copy.execute(sql).fetchall(), [name for (name,) in copy.execute(tables)])
        except sqlite3.DatabaseError as error:
            raise Broken(f"{path.name}: {error}") from error

    def counted(self, path: Path) -> dict[str, int]:
        """Rows of each table in a dump."""
        return self.facts(path).rows

    def load(self, path: Path) -> Facts:
        """Put the copy in the database's place in one rename; what is there (an empty database) is gone."""
        name = Path(connections["default"].settings_dict["NAME"])
        connections["default"].close()
        name.parent.mkdir(parents=True, exist_ok=True)
        beside = name.with_name(f"{name.name}.restoring")
        shutil.copyfile(path, beside)
        facts = self.facts(beside)
        for log in ("-wal", "-shm"):  # of the database that goes: they would be read into the one that comes
            Path(f"{name}{log}").unlink(missing_ok=True)
        os.replace(beside, name)
        return facts


class Postgresql:
    """pg_dump's custom format, from the snapshot in which the facts were read."""

    part = "database.dump"

    def dump(self, to: Path) -> Facts:
        """Dump while people work; the counts belong to exactly what is dumped."""
        with _own_connection() as connection, connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
            common = ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60000"]
            self._run("pg_dump", *common, f"--snapshot={snapshot}", f"--file={to}")
            facts = self._facts(cursor)
            cursor.execute("ROLLBACK")
            return facts

    def counted(self, path: Path) -> dict[str, int]:
        """Rows of each table in a dump, counted as they would be loaded; the database is not asked."""
        command = [_program("pg_restore"), "--data-only", "--file=-", str(path)]
        rows: dict[str, int] = {}
        table = ""
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603  (our own words)
            for line in process.stdout or ():
                if table and line == b"\\.\n":
                    table = ""
                elif table:
                    rows[table] += 1
                elif line.startswith(b"COPY ") and line.endswith(b"FROM stdin;\n"):
                    table = line.split()[1].decode().split(".")[-1].strip('"')
                    rows[table] = 0
            said = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
        if process.returncode:
            raise Broken(f"{path.name}: {said[:500]}")
        return rows

    def load(self, path: Path) -> Facts:
        """Load the dump in one transaction into the emptied database."""
        with _own_connection() as connection, connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connections["default"].close()
        common = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        self._run("pg_restore", *common, f"--dbname={connections['default'].settings_dict['NAME']}", str(path))
        with _own_connection() as connection, connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("ANALYZE")
            return self._facts(cursor)

    def _facts(self, cursor: Any) -> Facts:
        def run(sql: str) -> list[tuple]:
            cursor.execute(sql)
            return list(cursor.fetchall())

        tables = run("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return facts_of(run, [name for (name,) in tables])

    def _run(self, program: str, *words: str) -> None:
        at = connections["default"].settings_dict
        names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
        where = {name: str(at[key]) for name, key in names.items() if at.get(key)}
        done = subprocess.run(  # noqa: S603  (our own words; the password is in the environment, not among them)
            [_program(program), *words], env={**os.environ, **where}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Broken(f"{program}: {done.stderr.strip()[:500]}")


def kind() -> Sqlite | Postgresql:
    """The way of the database that this installation uses."""
    return Sqlite() if connections["default"].vendor == "sqlite" else Postgresql()


@contextmanager
def _own_connection() -> Iterator[Any]:
    """A connection beside the one in use, outside any transaction of its."""
    connection = connections.create_connection("default")
    try:
        yield connection
    finally:
        connection.close()


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise Broken(f"{name} is not installed (Debian: apt-get install postgresql-client)")
    return found
