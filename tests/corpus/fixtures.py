"""The company is made once for a module of tests; each test leaves it as it found it."""

import logging

import pytest
from django.db import transaction

from kernel import settings


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The company, in a transaction that is never committed."""
    from tests.corpus.company import build

    with django_db_blocker.unblock(), transaction.atomic():
        settings.forget()
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db):
    """The company as it was made: `db` takes back whatever a test does to it. Thousands of refusals are not logged."""
    logging.disable(logging.CRITICAL)
    yield built
    logging.disable(logging.NOTSET)
