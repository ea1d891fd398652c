"""Log lines cannot be forged and hold no secrets."""

import json
import logging
import sys

import pytest

from kernel.logs import formatter


def line(message, *args, as_json=False, **extra):
    record = logging.LogRecord("bylaw", logging.INFO, "x.py", 1, message, args, None)
    record.__dict__.update(extra)
    return formatter(as_json).format(record)


@pytest.mark.parametrize("as_json", [True, False])
def test_forged_line_stays_one_line(as_json):
    text = line("name %s", "x\n2026-01-01 INFO admin logged in\x1b[31m\u2028y", as_json=as_json)
    assert "\n" not in text and "\x1b" not in text and "\u2028" not in text
    assert "admin logged in" in text


@pytest.mark.parametrize("field", ["password", "new_password1", "csrfmiddlewaretoken", "SECRET_KEY", "api_key", "key"])
def test_secret_fields_are_hidden_at_any_depth(field):
    assert "hunter2" not in line("saved", as_json=True, data={"inner": [{field: "hunter2"}]})
    assert "hunter2" not in line("saved", **{field: "hunter2"})


def test_json_lines_carry_level_logger_and_message():
    event = json.loads(line("contract %s signed", "HT-1", as_json=True))
    assert (event["level"], event["logger"], event["event"]) == ("info", "bylaw", "contract HT-1 signed")


def test_trace_is_shown_and_indented():
    try:
        raise ValueError("bad\nvalue")
    except ValueError:
        record = logging.LogRecord("bylaw", logging.ERROR, "x.py", 1, "failed", (), sys.exc_info())
    lines = formatter().format(record).splitlines()
    assert len(lines) > 3 and all(text.startswith("    ") for text in lines[1:])
    assert "ValueError" in lines[-2] + lines[-1]
