"""What upper apps contribute to lower pages without being imported: navigation, home groups, sections, timeline sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

QUICK = 4  # buttons in a row


@dataclass
class NavItem:
    """One link of the main menu."""

    url: str
    icon: str
    label: Any
    count: int = 0
    tone: str = ""
    current: bool = False


@dataclass
class NavGroup:
    """A titled group of links."""

    title: Any
    items: list[NavItem] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """One line of a timeline that is not a change of state: a call, a note, a file."""

    at: datetime
    icon: str
    title: str
    text: str = ""
    by: Any = None
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class WorkItem:
    """One row of work on a home page: what, for whom, until when, and the page where it is done."""

    title: str
    sub: str
    url: str
    tone: str = "wait"
    due_at: datetime | None = None
    amount: Any = None
    currency: str = ""
    action: Any = ""
    party: str = ""
    clause: str = ""
    act_url: str = ""
    """Where the button leads when the work is one step; else to the page of the row."""


@dataclass(frozen=True)
class WorkGroup:
    """A group of work on a home page, with how many there are in all and where the rest is."""

    title: Any
    items: list[WorkItem]
    total: int
    url: str = ""
    empty: Any = ""


@dataclass(frozen=True)
class Banner:
    """One sentence over a person's home page."""

    tone: str
    text: str
    url: str


_banners: list[Callable] = []
_nav: list[tuple[int, Any, str, str, Any, str, Callable | None]] = []
_work: list[tuple[int, Callable]] = []
_quick: list[tuple[int, str, str, Any, str, str]] = []
_home: list[tuple[int, str, Callable]] = []
_sections: dict[str, list[tuple[int, str, Callable]]] = {}
_timeline: dict[str, list[Callable]] = {}
_remarks: dict[str, list[Callable]] = {}
_search: list[tuple[int, Any, Callable]] = []


def navigation_item(
    order: int, group: Any, url: str, icon: str, label: Any, *, permission: str = "", count: Callable | None = None
) -> None:
    """Add a link to the main menu, shown to holders of the permission ("" = everybody)."""
    _nav.append((order, group, url, icon, label, permission, count))


def navigation(request: Any) -> list[NavGroup]:
    """The menu of this person, with the current page marked."""
    groups: dict[Any, NavGroup] = {}
    for _order, title, name, icon, label, permission, count in sorted(_nav, key=lambda n: n[0]):
        if permission and not request.user.has_perm(permission):
            continue
        url = reverse(name)
        current = request.path == url or (url != "/" and request.path.startswith(url))
        item = NavItem(url, icon, label, count(request.user) if count else 0, "wait" if count else "", current)
        groups.setdefault(str(title), NavGroup(title)).items.append(item)
    _only_longest_is_current(groups.values())
    return list(groups.values())


def _only_longest_is_current(groups: Iterable[NavGroup]) -> None:
    current = [item for group in groups for item in group.items if item.current]
    for item in sorted(current, key=lambda i: len(i.url))[:-1]:
        item.current = False


@dataclass(frozen=True)
class QuickAction:
    """A button of the home page: what a role does first thing."""

    url: str
    icon: str
    label: Any


def quick_action(order: int, url: str, icon: str, label: Any, *, permission: str, query: str = "") -> None:
    """Offer a page on the home of those who hold the permission (ROUTINES); the lowest orders are shown."""
    _quick.append((order, url, icon, label, permission, query))


def quick_actions(user: Any) -> list[QuickAction]:
    """The first few of this person's quick actions, each page once."""
    found: dict[str, QuickAction] = {}
    for _order, name, icon, label, permission, query in sorted(_quick, key=lambda q: q[0]):
        if user.has_perm(permission):
            url = reverse(name) + query
            found.setdefault(url, QuickAction(url, icon, label))
    return list(found.values())[:QUICK]


def home_section(order: int, template: str) -> Callable:
    """Contribute figures to the home page: `(user) -> dict | None` rendered by the template, at most four queries."""

    def register(source: Callable) -> Callable:
        _home.append((order, template, source))
        return source

    return register


def drawn_home(user: Any) -> list[SafeString]:
    """The contributed figures of this person's home page, drawn."""
    found = [(template, source(user)) for _order, template, source in sorted(_home, key=lambda h: h[0])]
    return [render_to_string(template, context) for template, context in found if context]


def banner(source: Callable) -> Callable:
    """Declare a source of sentences over the home page: `(user) -> list[Banner]`, one query."""
    _banners.append(source)
    return source


def banners_of(user: Any) -> list[Banner]:
    """The sentences over this person's home page."""
    return [found for source in _banners for found in source(user)]


def work(order: int) -> Callable:
    """Declare a source of work for home pages: `(user) -> WorkGroup | list[WorkGroup] | None`, at most two queries."""

    def register(source: Callable) -> Callable:
        _work.append((order, source))
        return source

    return register


def work_of(user: Any) -> list[WorkGroup]:
    """The groups of work of this person, in the declared order, the empty ones left out."""
    found = (source(user) for _order, source in sorted(_work, key=lambda w: w[0]))
    return [group for one in found if one for group in (one if isinstance(one, list) else [one])]


def section(model: str, order: int, template: str) -> Callable:
    """Contribute a section to a lower record's page: `(record, user) -> dict | None` rendered by the template."""

    def register(source: Callable) -> Callable:
        _sections.setdefault(model, []).append((order, template, source))
        return source

    return register


def sections_of(record: Any, user: Any) -> list[tuple[str, dict]]:
    """The contributed sections of a record for this person: (template, context)."""
    found = []
    for _order, template, source in sorted(_sections.get(record._meta.label_lower, []), key=lambda s: s[0]):
        context = source(record, user)
        if context is not None:
            found.append((template, {"record": record, "user": user, **context}))
    return found


def drawn_sections(record: Any, user: Any) -> list[SafeString]:
    """What the upper apps contribute to a record's page, each drawn with its own words and nothing else."""
    return [render_to_string(template, context) for template, context in sections_of(record, user)]


def timeline_source(model: str) -> Callable:
    """Contribute entries to a record's timeline: `(record, user, limit) -> list[Entry]`, newest first, one query."""

    def register(source: Callable) -> Callable:
        _timeline.setdefault(model, []).append(source)
        return source

    return register


def timeline_entries(record: Any, user: Any, limit: int) -> list[Entry]:
    """The contributed timeline entries of a record."""
    return [e for source in _timeline.get(record._meta.label_lower, []) for e in source(record, user, limit)]


@dataclass(frozen=True)
class Remark:
    """What stands beside a record in the lists of what waits, where the record itself does not know it."""

    title: str = ""
    party: str = ""
    amount: Any = None
    currency: str = ""
    facts: tuple[str, ...] = ()


def remark_source(model: str) -> Callable:
    """Contribute remarks on waiting records: `(keys, user) -> {key: Remark}`, at most three queries for all of them."""

    def register(source: Callable) -> Callable:
        _remarks.setdefault(model, []).append(source)
        return source

    return register


def remarks_on(model: str, keys: list[int], user: Any) -> dict[int, Remark]:
    """The contributed remarks on these records of one model."""
    return {key: remark for source in _remarks.get(model, []) for key, remark in source(keys, user).items()}


@dataclass(frozen=True)
class Hit:
    """One record found by the search over everything."""

    title: str
    sub: str
    url: str


def search_source(order: int, title: Any) -> Callable:
    """Let records be found: `(user, finder, limit) -> list[Hit]`, from `visible_to(user)`, one query."""

    def register(source: Callable) -> Callable:
        _search.append((order, title, source))
        return source

    return register


def search(user: Any, finder: Any, limit: int) -> list[tuple[Any, list[Hit]]]:
    """What this person finds, by kind of record; kinds without a hit are left out."""
    found = [(title, source(user, finder, limit)) for _order, title, source in sorted(_search, key=lambda s: s[0])]
    return [(title, hits) for title, hits in found if hits]
