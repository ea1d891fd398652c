"""A database of the benchmark's own beside the one that BYLAW_DATABASE_URL names; nothing else there is touched."""

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg

NAME = "bylaw_bench"


def use_own_database():
    """Point BYLAW_DATABASE_URL at our own database; returns (its URL, the server's URL). Exits without PostgreSQL."""
    url = os.environ.get("BYLAW_DATABASE_URL", "")
    if not url.startswith("postgres"):
        raise SystemExit("The benchmarks measure PostgreSQL: name one in BYLAW_DATABASE_URL, or run `make bench`.")
    parts = urlsplit(url)
    server = urlunsplit((parts.scheme, parts.netloc, "/postgres", "", ""))
    own = urlunsplit((parts.scheme, parts.netloc, f"/{NAME}", parts.query, ""))
    os.environ["BYLAW_DATABASE_URL"] = own
    return own, server


def create(server):
    """Make the database anew, empty."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{NAME}"')


def exists(server):
    """Whether a database of an earlier run is there."""
    with psycopg.connect(server, autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is not None


def drop(server):
    """Remove it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')


def settle():
    """What autovacuum does in a day: statistics and visibility of all tables, so that plans are those of daily use."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
