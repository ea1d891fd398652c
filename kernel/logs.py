"""Log lines that hold no secrets and cannot be forged: one formatter for every handler."""

import logging
import re
from typing import Any

import structlog
from structlog.typing import EventDict

DENIED = re.compile(r"passw|token|secret|api_?key|private_?key|authorization|cookie|csrf|otp", re.IGNORECASE)
ALSO_DENIED = frozenset({"key"})
HIDDEN = "[hidden]"
PRIVATE_LINK = re.compile(r"(/calendar/|/o/)[\w%-]+")  # the address of a private link lets in
# C0 and C1 controls, line and paragraph separators, bidirectional overrides: all that could fake a line or a colour.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LONGEST = 20_000


def formatter(as_json: bool = False) -> logging.Formatter:
    """Return the logging.Formatter of the house: JSON lines in production, readable lines elsewhere."""
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False, default=str) if as_json else _plain_line
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
        processors=[
            _add_origin,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_secrets,
            escape_controls,
            renderer,
        ],
    )


def hide_secrets(logger: Any, method: str, event: EventDict) -> EventDict:
    """Replace the value of every field whose name speaks of a secret, at any depth (SECURITY B44)."""
    return {key: HIDDEN if _is_denied(key) else _without_secrets(item) for key, item in event.items()}


def escape_controls(logger: Any, method: str, event: EventDict) -> EventDict:
    """Escape newlines, ANSI sequences and direction marks in keys and values (SECURITY E53)."""
    return {_escaped(key): _escaped(item) for key, item in event.items()}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: HIDDEN if _is_denied(key) else _without_secrets(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_secrets(item) for item in value]
    return value


def _is_denied(name: object) -> bool:
    name = str(name)
    return name.lower() in ALSO_DENIED or bool(DENIED.search(name))


def _escaped(value: Any) -> Any:
    if isinstance(value, dict):
        return {_escaped(str(key)): _escaped(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_escaped(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    value = PRIVATE_LINK.sub(rf"\1{HIDDEN}", str(value)[:LONGEST])
    return UNPRINTABLE.sub(lambda found: found.group().encode("unicode_escape").decode(), value)


def _add_origin(logger: Any, method: str, event: EventDict) -> EventDict:
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["level"], event["logger"] = record.levelname.lower(), record.name
        # Django hangs the whole request on the record; its path is enough, its headers are nobody's business.
        if (request := event.pop("request", None)) is not None:
            event["path"] = getattr(request, "path", "")
    return event


def _plain_line(logger: Any, method: str, event: EventDict) -> str:
    head = f"{event.pop('timestamp', '')} {event.pop('level', '').upper():7} {event.pop('logger', '')}"
    message, trace = event.pop("event", ""), event.pop("exception", "")
    rest = " ".join(f"{key}={value}" for key, value in sorted(event.items()))
    # A trace is ours to lay out: its own line breaks come back, each line indented, so that none passes for a record.
    lines = "".join(f"\n    {line}" for line in trace.split("\\n")) if trace else ""
    return f"{head} {message} {rest}".rstrip() + lines
