"""Settings that a company changes: rows with effective dates, declared in code with a default, read by `setting(key)`."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kernel import clock

_cache: ContextVar[dict[str, Any] | None] = ContextVar("settings_cache", default=None)


@dataclass(frozen=True)
class Definition:
    """One setting: key, default, what it means, unit, and the clause it belongs to."""

    key: str
    default: Any
    label: Any
    unit: Any = ""
    clause: str = ""
    pattern: str = ""  # what a text must look like, where not any text will do

    def parse(self, text: str) -> Any:
        """The typed value of what was entered; raises ValueError when it is not of the default's kind or is negative."""
        if isinstance(self.default, bool):
            if text.lower() not in {"true", "false"}:
                raise ValueError(text)
            return text.lower() == "true"
        if isinstance(self.default, int | Decimal):
            value = type(self.default)(text)
            if not (Decimal(0) <= Decimal(value) <= Decimal(10**9)):
                raise ValueError(text)
            return value
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise ValueError(text)
        return text


DEFINITIONS: dict[str, Definition] = {}


def define(key: str, default: Any, label: Any, *, unit: Any = "", clause: str = "", pattern: str = "") -> None:
    """Declare a setting beside the code that reads it."""
    DEFINITIONS[key] = Definition(key, default, label, unit, clause, pattern)


def forget(**_: Any) -> None:
    """Drop what this request (or task) has remembered."""
    _cache.set(None)


def per_request(key: str, loader: Callable[[], Any]) -> Any:
    """The loader's answer, asked once a request or task."""
    cache = _cache.get()
    if cache is None:
        cache = {}
        _cache.set(cache)
    if key not in cache:
        cache[key] = loader()
    return cache[key]


def setting(key: str, on: Any = None) -> Any:
    """The value in force today (or on a date), else the declared default. Raises KeyError for an undeclared key."""
    definition = DEFINITIONS[key]
    day = on or clock.today()
    in_force = [row for row in per_request("settings", _load) if row[0] == key and row[1] <= day]
    return definition.parse(max(in_force, key=lambda row: row[1])[2]) if in_force else definition.default


def _load() -> list[tuple[str, Any, str]]:
    from kernel.models import Setting

    return list(Setting.objects.values_list("key", "effective_on", "value"))
