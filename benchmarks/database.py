"""A database of the benchmark's own beside the one that BYLAW_DATABASE_URL names; nothing else there is touched."""

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg

NAME = "bylaw_bench"


def use_own_database(name=NAME):
    """Point BYLAW_DATABASE_URL at a database of our own; returns the server's URL. Exits without PostgreSQL."""
    url = os.environ.get("BYLAW_DATABASE_URL", "")
    if not url.startswith("postgres"):
        raise SystemExit("The benchmarks measure PostgreSQL: name one in BYLAW_DATABASE_URL, or run `make bench`.")
    parts = urlsplit(url)
    server = urlunsplit((parts.scheme, parts.netloc, "/postgres", "", ""))
    own = urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))
    os.environ["BYLAW_DATABASE_URL"] = own
    return server


def create(server, name=NAME):
    """Make the database anew, empty."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')


def exists(server, name=NAME):
    """Whether a database of an earlier run is there."""
    with psycopg.connect(server, autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def leave(server, name=NAME):
    """Close our connection to it and remove it."""
    from django.db import connection

    connection.close()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def settle():
    """What autovacuum does in a day: statistics and visibility of all tables, so that plans are those of daily use."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
