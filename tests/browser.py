"""Chromium for browser tests: Debian's, with the switches that containers need, in the default language of Bylaw."""

import shutil

import pytest


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the installed Chromium instead of a downloaded one."""
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium") or shutil.which("chromium-browser"),
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """A desktop window; a test that needs a phone asks for its own context."""
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}, "locale": "zh-TW"}
