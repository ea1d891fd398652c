"""Fixtures that every test may use: databases with real commits, a running site, a browser."""

import pytest
from django.utils import translation

pytest_plugins = ["tests.databases", "tests.browser", "tests.people", "tests.corpus.fixtures"]


@pytest.fixture(autouse=True)
def in_english():
    """Each test begins in English, whatever language the one before left behind in this thread."""
    translation.activate("en")
    yield
    translation.deactivate()
