"""Processor time of a call: ours and that of the database's process for us; other work on the machine hardly changes it."""

import time
from pathlib import Path

from django.db import connection


def spent():
    """Milliseconds of processor that this process and its PostgreSQL backend (on the same machine) have used so far."""
    own = time.process_time() * 1_000
    backend = Path(f"/proc/{_backend()}/schedstat")
    return own + (int(backend.read_text().split()[0]) / 1_000_000 if backend.exists() else 0)


def _backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]
