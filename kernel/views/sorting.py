"""Lists sorted by a column: the column stands in the address (`?sort=-amount`), its head is a link that turns it round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class SortHead:
    """The head of a column: where its link leads, and how the list is sorted by it now ("" = by another one)."""

    url: str
    direction: str


def chosen_sort(request: HttpRequest, names: Iterable[str], default: str) -> str:
    """The column asked for, with "-" for downwards; the default for one that there is not."""
    asked = request.GET.get("sort", "")
    return asked if asked.removeprefix("-") in names else default


def sort_heads(request: HttpRequest, firsts: Iterable[str], chosen: str) -> dict[str, SortHead]:
    """The head of each column, by its name; `firsts` say how a column is sorted when first clicked ("-amount")."""
    return {first.removeprefix("-"): _head(request, first, chosen) for first in firsts}


def with_parameter(request: HttpRequest, name: str, value: str) -> str:
    """The address of this list with one more word in it, at its first page."""
    params = request.GET.copy()
    for old in ("after", "before"):
        params.pop(old, None)
    params[name] = value
    return "?" + params.urlencode()


def _head(request: HttpRequest, first: str, chosen: str) -> SortHead:
    name = first.removeprefix("-")
    is_chosen = chosen.removeprefix("-") == name
    turned = name if chosen.startswith("-") else f"-{name}"
    address = with_parameter(request, "sort", turned if is_chosen else first)  # another order begins at its first page
    direction = ("descending" if chosen.startswith("-") else "ascending") if is_chosen else ""
    return SortHead(address, direction)
