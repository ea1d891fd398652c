"""Database triggers from the code's transitions: only legal pairs of states, and audit rows that nobody can change.

They hold against every path that goes round the one door: constructors, update(), bulk methods, the admin, raw SQL.
Removed before migrate (SQLite drops them silently when a table is rebuilt) and installed after it.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections, models

from kernel.steps import edges_of, machines

PREFIX = "bylaw_"


def append_only_models() -> list[type[models.Model]]:
    """The audit rows: all history tables, and every model that says `is_append_only`."""
    return [m for m in apps.get_models() if hasattr(m, "history_date") or getattr(m, "is_append_only", False)]


def install(using: str = "default", app_config: Any = None, **_: Any) -> None:
    """After migrate: lay all triggers anew. Runs once, after the last app that can have machines."""
    if not _is_last(app_config):
        return
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        _drop_all(connection, cursor)
        for model in machines():
            if model._meta.db_table in tables:
                for sql in _state_sql(connection.vendor, model):
                    cursor.execute(sql)
        for audited in append_only_models():
            if audited._meta.db_table in tables:
                for sql in _append_only_sql(connection.vendor, audited):
                    cursor.execute(sql)


def remove(using: str = "default", **_: Any) -> None:
    """Before migrate: take all triggers away."""
    connection = connections[using]
    with connection.cursor() as cursor:
        _drop_all(connection, cursor)


def _is_last(app_config: Any) -> bool:
    """migrate sends post_migrate once per app; the triggers are laid when the last of them has its tables."""
    return app_config is None or app_config == list(apps.get_app_configs())[-1]


def _drop_all(connection: Any, cursor: Any) -> None:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE %s", [PREFIX + "%"])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')
    else:
        cursor.execute(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE %s",
            [PREFIX + "%"],
        )
        for name, table in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}" ON {table}')


def _state_sql(vendor: str, model: type[models.Model]) -> list[str]:
    table = model._meta.db_table
    initial = model._meta.get_field("state").default
    pairs = ", ".join(f"'{old}>{new}'" for old, new in sorted(edges_of(model)))
    name = f"{PREFIX}{table}"
    if vendor == "sqlite":
        return [
            f"""CREATE TRIGGER "{name}_edge" BEFORE UPDATE OF state ON "{table}" FOR EACH ROW
                WHEN NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({pairs})
                BEGIN SELECT RAISE(ABORT, 'illegal change of state'); END""",
            f"""CREATE TRIGGER "{name}_birth" BEFORE INSERT ON "{table}" FOR EACH ROW WHEN NEW.state <> '{initial}'
                BEGIN SELECT RAISE(ABORT, 'illegal initial state'); END""",
        ]
    return [
        f"""CREATE OR REPLACE FUNCTION "{name}_check"() RETURNS trigger AS $$ BEGIN
              IF TG_OP = 'INSERT' THEN
                IF NEW.state <> '{initial}' THEN RAISE EXCEPTION 'illegal initial state' USING ERRCODE = 'check_violation'; END IF;
              ELSIF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({pairs}) THEN
                RAISE EXCEPTION 'illegal change of state' USING ERRCODE = 'check_violation';
              END IF; RETURN NEW; END $$ LANGUAGE plpgsql""",
        f"""CREATE TRIGGER "{name}_edge" BEFORE INSERT OR UPDATE OF state ON "{table}"
            FOR EACH ROW EXECUTE FUNCTION "{name}_check"()""",
    ]


def _redacted(model: type[models.Model]) -> str:
    """The condition under which a row may be changed: words are taken out of it, and that was written down before."""
    if not (hasattr(model, "history_date") or getattr(model, "may_be_redacted", False)):
        return "FALSE"
    kind, key = model._meta.label_lower, model._meta.pk.column
    return f"""EXISTS (SELECT 1 FROM "kernel_auditredaction" r WHERE r."kind" = '{kind}' AND r."row" = OLD."{key}"
               AND NEW."{key}" = OLD."{key}")"""


def _append_only_sql(vendor: str, model: type[models.Model]) -> list[str]:
    table, key, redacted = model._meta.db_table, model._meta.pk.column, _redacted(model)
    name = f"{PREFIX}{table}"
    if vendor == "sqlite":
        return [
            f"""CREATE TRIGGER "{name}_no_update" BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN NOT {redacted}
                BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END""",
            f"""CREATE TRIGGER "{name}_no_delete" BEFORE DELETE ON "{table}"
                BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END""",
            # INSERT OR REPLACE deletes without firing the delete trigger unless recursive_triggers is on
            f"""CREATE TRIGGER "{name}_no_replace" BEFORE INSERT ON "{table}" FOR EACH ROW
                WHEN NEW."{key}" IS NOT NULL AND EXISTS (SELECT 1 FROM "{table}" WHERE "{key}" = NEW."{key}")
                BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END""",
        ]
    return [
        f"""CREATE OR REPLACE FUNCTION "{PREFIX}append_only"() RETURNS trigger AS $$ BEGIN
              RAISE EXCEPTION 'audit rows are append-only' USING ERRCODE = 'check_violation'; END $$ LANGUAGE plpgsql""",
        f"""CREATE OR REPLACE FUNCTION "{name}_append_only"() RETURNS trigger AS $$ BEGIN
              IF TG_OP = 'UPDATE' THEN IF {redacted} THEN RETURN NEW; END IF; END IF;
              RAISE EXCEPTION 'audit rows are append-only' USING ERRCODE = 'check_violation'; END $$ LANGUAGE plpgsql""",
        f"""CREATE TRIGGER "{name}_no_change" BEFORE UPDATE OR DELETE ON "{table}"
            FOR EACH ROW EXECUTE FUNCTION "{name}_append_only"()""",
        f"""CREATE TRIGGER "{name}_no_truncate" BEFORE TRUNCATE ON "{table}"
            FOR EACH STATEMENT EXECUTE FUNCTION "{PREFIX}append_only"()""",
    ]
