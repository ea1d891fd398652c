"""Lists page by key: the next page starts after the last row seen, however many there are."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError
from django.db.models import Q, QuerySet
from django.http import HttpRequest

SIZE = 50
LONGEST_KEY = 4_000
LARGEST = 2**63
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Page:
    """One page of a list, with the query strings of its neighbours ("" = none)."""

    rows: list[Any]
    newer: str
    older: str


def keyset_page(request: HttpRequest, rows: QuerySet, *, order: tuple[str, ...] = ("-pk",), size: int = SIZE) -> Page:
    """The page named by `?after=` or `?before=` (opaque keys; a broken one gives the first page).

    `order` are plain columns of the row, NULL-free, the last one unique. One query.
    """
    after, before = _key(request.GET.get("after", "")), _key(request.GET.get("before", ""))
    key = before or after
    backwards = bool(before)
    ordering = tuple(_flip(o) for o in order) if backwards else order
    found = rows.order_by(*ordering)
    if key and len(key) == len(order):
        try:
            found = found.filter(_beyond(ordering, key))
            page = list(found[: size + 1])
        except (ValueError, TypeError, OverflowError, ValidationError, FieldError, DataError):
            key, backwards, page = None, False, list(rows.order_by(*order)[: size + 1])
    else:
        page = list(found[: size + 1])
    more, page = len(page) > size, page[:size]
    if backwards:
        page.reverse()
    has_newer, has_older = (more, True) if backwards else (bool(key), more)
    return Page(
        page,
        _link(request, "before", page[0], order) if page and has_newer else "",
        _link(request, "after", page[-1], order) if page and has_older else "",
    )


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(ordering: tuple[str, ...], key: list[Any]) -> Q:
    """Rows that come after the key in this ordering."""
    alternatives = []
    for i, name in enumerate(ordering):
        equal = {ordering[j].lstrip("-"): key[j] for j in range(i)}
        step = "lt" if name.startswith("-") else "gt"
        alternatives.append(Q(**equal, **{f"{name.lstrip('-')}__{step}": key[i]}))
    return reduce(or_, alternatives)


def _link(request: HttpRequest, name: str, row: Any, order: tuple[str, ...]) -> str:
    params = request.GET.copy()
    for old in ("after", "before"):
        params.pop(old, None)
    values = [_value(row, o.lstrip("-")) for o in order]
    text = json.dumps(values, cls=DjangoJSONEncoder)
    params[name] = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return "?" + params.urlencode()


def _value(row: Any, path: str) -> Any:
    if isinstance(row, dict):
        return row[path]
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _key(text: str) -> list[Any] | None:
    """What `_link` wrote: words and whole numbers that a column can hold; anything else is no key."""
    if len(text) > LONGEST_KEY:
        return None
    try:
        value = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) and all(map(_is_plain, value)) else None


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return not UNSTORABLE.search(value)
    return isinstance(value, int) and abs(value) < LARGEST
