"""Fixtures that every test may use: databases with real commits, a running site, a browser."""

pytest_plugins = ["tests.databases", "tests.browser", "tests.people", "tests.corpus.fixtures"]
