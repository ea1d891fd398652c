"""A new database: built in one go, it is what every migration in turn would have made of it."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from tests.databases import database_url, default_database, drop_postgresql, is_sqlite, maintenance_cursor
from tests.thorough import EVERYTHING

# Django's own migrations give this library table the project's kind of key, its models give it their own
WIDER_KEY = {"auth_group_permissions"}
BEGUN_WITH = ["aftersales_causecategory", "orders_defectcause", "orders_packingitem"]


@contextmanager
def empty_database(name, folder):
    """Give an empty database of its own, the default one meanwhile."""
    if is_sqlite():
        with default_database(folder / f"{name}.sqlite3"):
            yield
        return
    database = connections["default"].settings_dict
    own = f"{database['NAME']}_{name}"
    drop_postgresql(database, own)
    with maintenance_cursor(database) as cursor:
        cursor.execute(f'CREATE DATABASE "{own}"')
    with default_database(own):
        yield
    drop_postgresql(database, own)


def migrated(*options):
    """Run the command as an operator does: in a process of its own, with the models' migrations."""
    environment = {**os.environ, "BYLAW_DATABASE_URL": database_url()}
    command = [sys.executable, "manage.py", "migrate", "--noinput", *options]
    run = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def shape():
    """Return every table's columns, constraints, triggers and first rows, as the database itself tells them."""
    connection, found = connections["default"], {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            described = connection.introspection.get_table_description(cursor, table)
            columns = sorted((c.name, c.type_code, c.internal_size, c.precision, c.scale, c.null_ok) for c in described)
            constraints = connection.introspection.get_constraints(cursor, table)
            rules = sorted(
                str([c["columns"], c["primary_key"], c["unique"], c["foreign_key"], c["check"], c["index"]])
                for c in constraints.values()
            )
            found[table] = columns, rules
        if is_sqlite():
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        found["triggers"] = sorted(row[0] for row in cursor.fetchall())
        for table in [*BEGUN_WITH, "auth_group", "auth_permission"]:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[f"rows of {table}"] = cursor.fetchone()[0]
        cursor.execute("SELECT app, name FROM django_migrations")
        found["migrations"] = sorted(cursor.fetchall())
    return found


@pytest.mark.slow
@pytest.mark.database
def test_a_new_database_is_built_at_once_and_wants_nothing_more(db, tmp_path):
    with empty_database("new", tmp_path):
        migrated()
        built = shape()
        assert "No migrations to apply" in migrated()
        assert shape() == built
        assert all(built[f"rows of {table}"] > 3 for table in BEGUN_WITH)
        tables = {model._meta.db_table for model in apps.get_models() if model._meta.managed}
        assert tables <= set(built)
        executor = MigrationExecutor(connections["default"])
        assert len(built["triggers"]) > 50
        assert not executor.loader.disk_migrations or not executor.migration_plan(executor.loader.graph.leaf_nodes())


@pytest.mark.slow
@pytest.mark.database
@pytest.mark.skipif(not EVERYTHING, reason="every migration in turn takes minutes: `make test-all`")
def test_built_at_once_is_the_same_as_step_by_step(db, tmp_path):
    with empty_database("at_once", tmp_path):
        migrated()
        at_once = shape()
    with empty_database("in_turn", tmp_path):
        migrated("--step-by-step")
        in_turn = shape()
    differing = {name for name in at_once.keys() | in_turn.keys() if at_once.get(name) != in_turn.get(name)}
    assert differing <= WIDER_KEY
