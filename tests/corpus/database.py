"""Whether a request left the database as it was: who writes is noticed, and then every row of every table is compared."""

import hashlib
from contextlib import contextmanager

from django.db import connection, transaction

# Not what a record says: sessions and where they are, forms that were sent once, refusals and tries counted.
ASIDE = ("django_session", "organization_signin", "kernel_tally", "kernel_submission", "kernel_refusal", "axes_")
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def fingerprint():
    """A digest for each table that records live in."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(ASIDE):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")
                found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


class Watch:
    """Notices statements that write to the tables that records live in."""

    def __init__(self):
        self.wrote = False

    def __call__(self, execute, sql, params, many, context):
        """Stand between Django and the database."""
        if sql.lstrip().upper().startswith(WRITES) and not any(f'"{table}' in sql for table in ASIDE):
            self.wrote = True
        return execute(sql, params, many, context)


@contextmanager
def watched():
    """Give a watch over the statements of a block."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch


@contextmanager
def taken_back():
    """Whatever the block does to the database is undone after it; what was deferred to the commit is checked before."""
    with transaction.atomic(), watched() as watch:
        yield
        if watch.wrote:
            connection.check_constraints()
        transaction.set_rollback(True)
