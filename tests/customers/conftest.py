"""Fixtures of the tests of customer development."""

import pytest

from tests.factories import customers as make


@pytest.fixture
def other(person, manager):
    """Another salesperson."""
    return person("salesperson", name="Chen Other", boss=manager)


@pytest.fixture
def opportunity(salesperson):
    """An opportunity in negotiation with a whole term sheet."""
    opportunity = make.make_opportunity(salesperson, stage="negotiation")
    make.agree_terms(opportunity, salesperson)
    return opportunity


@pytest.fixture
def count_queries():
    """Count what a page asks the database, without session, user and transaction."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from kernel import settings

    def count(client, address):
        settings.forget()
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        quiet = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        asked = [q["sql"] for q in found if not q["sql"].startswith(quiet)]
        asked = [sql for sql in asked if "django_session" not in sql and 'WHERE "organization_user"."id" = ' not in sql]
        return len(asked)

    return count
