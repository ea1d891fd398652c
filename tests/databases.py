"""Databases for tests: real commits on a copy of the migrated template, and a running site over such a copy.

Audit rows cannot be deleted, so Django's flush (`transactional_db`, `django_db(transaction=True)`, `live_server`) fails
on them, as it should: the triggers stay on in every test. A test that needs real commits, several connections, threads or
processes asks for `committed_db` instead; a browser test asks for `site`. Both give the test a database of its own, copied
in milliseconds and thrown away after. They may stand anywhere among a test's arguments: rows that other fixtures make
land in the copy too.
"""

import os
import sqlite3
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings

# Playwright keeps an event loop in the main thread, which Django would take for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests(tmp_path_factory):
    """Make tests quick and keep them out of var/: cheap password hashes, plain static files, folders of their own."""
    folder = tmp_path_factory.mktemp("var")
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**settings.STORAGES, "staticfiles": plain},
        MEDIA_ROOT=str(folder / "files"),
        STATIC_ROOT=str(folder / "static"),
        EMAIL_FILE_PATH=str(folder / "mail"),
        AUDIT_ANCHORS=str(folder / "anchors"),
    ):
        (folder / "static").mkdir()
        yield


def is_sqlite():
    """Tell whether this run is on SQLite."""
    return connections["default"].vendor == "sqlite"


@contextmanager
def maintenance_cursor(database):
    """Give a cursor outside any transaction and outside the test databases, for CREATE and DROP DATABASE."""
    import psycopg

    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    where = {name: database[key] for key, name in names.items() if database[key]}
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server, server.cursor() as cursor:
        yield cursor


def copy_postgresql(database, source, target):
    """Copy one PostgreSQL database that nobody is connected to."""
    with maintenance_cursor(database) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def drop_postgresql(database, name):
    """Drop one PostgreSQL database with whatever connections a test left behind."""
    with maintenance_cursor(database) as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def template_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The migrated, empty database that copies start from: a file on SQLite, a database of its own on PostgreSQL."""
    with django_db_blocker.unblock():
        connection = connections["default"]
        if is_sqlite():
            template = tmp_path_factory.mktemp("template") / "template.sqlite3"
            connection.ensure_connection()
            with sqlite3.connect(template) as file:
                connection.connection.backup(file)
            file.close()
            yield template
        else:
            database, name = connection.settings_dict, connection.settings_dict["NAME"]
            connection.close()
            copy_postgresql(database, name, f"{name}_template")
            yield f"{name}_template"
            drop_postgresql(database, f"{name}_template")


@contextmanager
def default_database(name):
    """Point the default connection, in every thread to come, at another database; put it back after."""
    before = connections["default"]
    connections.settings["default"] = {**before.settings_dict, "NAME": str(name)}
    connections["default"] = connections.create_connection("default")
    try:
        yield str(name)
    finally:
        connections["default"].close()
        connections.settings["default"] = before.settings_dict
        connections["default"] = before


@pytest.fixture
def committed_db(db, template_database, tmp_path):
    """A database of this test's own where commits are real: for locks, races, threads, processes and triggers.

    Use it instead of `transactional_db`. The value is the database's name; a thread opens its own connection and closes it
    (`in_threads` does both), a process is given `database_url()`. On commit hooks run, nothing is rolled back at the end.
    """
    if is_sqlite():
        copy = tmp_path / "committed.sqlite3"
        with sqlite3.connect(template_database) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        source.close()
        target.close()
        with default_database(copy) as name:
            yield name
        return
    database = connections["default"].settings_dict
    copy = template_database.replace("_template", "_copy")
    copy_postgresql(database, template_database, copy)
    with default_database(copy) as name:
        yield name
    drop_postgresql(database, copy)


@pytest.fixture(autouse=True)
def _committed_before_rows(request):
    """Set up `committed_db` before any other fixture of a test that asks for it, whatever the order of arguments."""
    if "committed_db" in request.fixturenames:
        request.getfixturevalue("committed_db")


def database_url():
    """Return the BYLAW_DATABASE_URL that a child process needs to work in the same database as this test."""
    at = connections["default"].settings_dict
    if is_sqlite():
        return f"sqlite:///{at['NAME']}"
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    return f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"


def in_threads(work, arguments):
    """Call `work` once per argument, all at the same moment in threads with connections of their own.

    Returns the results in the arguments' order; an exception is returned in its place, for the test to judge.
    """
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    arguments = list(arguments)
    barrier = Barrier(len(arguments))

    def call(argument):
        try:
            barrier.wait(30)
            return work(argument)
        except Exception as error:  # the test asserts on it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(call, arguments))


@pytest.fixture
def site(committed_db):
    """Bylaw running over this test's own database, for browser tests; `site.url` is its address."""
    from pytest_django.live_server_helper import LiveServer

    server = LiveServer("127.0.0.1", start=False)
    server.start()
    yield server
    server.stop()
