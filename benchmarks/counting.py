"""Which queries count against a page's budget: all but the session's, the user's own row, and transaction marks."""

import re
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

MARKS = re.compile(r"^\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)", re.IGNORECASE)
SESSION = re.compile(r'"django_session"')
USER = re.compile(r'FROM "organization_user" WHERE "organization_user"\."id" = \S+ LIMIT 21$')


def counts(sql):
    """Whether one statement counts."""
    return not (MARKS.match(sql) or SESSION.search(sql) or USER.search(sql.strip()))


@contextmanager
def own_queries():
    """Give a list that holds, once the block is left, the statements that count."""
    found = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    found.extend(q["sql"] for q in captured.captured_queries if counts(q["sql"]))
