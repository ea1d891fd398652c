"""`may(...)`: who may take a step, as one rule in two forms: on one row in Python, and on many rows as a query."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from kernel.settings import per_request

# Held by whoever decides when nobody else may (the director): the record never waits for nobody.
ABOVE = "organization.decide_above"
NOBODY = Q(pk__in=())


def everything(_person: Any) -> Q:
    """No condition: whoever may decide decides on all of them."""
    return Q()


def holders_of(permission: str) -> list[int]:
    """Keys of the active people who hold a permission; asked once a request."""
    return list(_held(permission))


def holders_and_deputies(permission: str, but_not: Iterable[int] = ()) -> set[int]:
    """Those who hold a permission and who stands in for them now; without some people and without their deputies."""
    excluded = set(but_not)
    found = ({holder} | deputies for holder, deputies in _held(permission).items() if holder not in excluded)
    return set().union(*found) - excluded


def deputies_of(person: int, permission: str) -> set[int]:
    """Keys of those who stand in for somebody in a right that he holds, at this moment."""
    return set(_held(permission).get(person, ())) if permission else set()


def _held(permission: str) -> dict[int, set[int]]:
    """Who holds a permission, each with his deputies; asked once a request."""
    return per_request(f"holders:{permission}", lambda: _load_holders(permission))


def _load_holders(permission: str) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for holder, deputy in holding(permission).order_by("pk").with_deputies():
        found.setdefault(holder, set()).update({deputy} - {None})
    return found


def holding(*permissions: str) -> QuerySet:
    """The active people who hold one of the permissions, as rows: a choice among them is one query."""
    names = [permission.split(".") for permission in permissions]
    held = reduce(
        or_,
        (
            Q(groups__permissions__codename=codename, groups__permissions__content_type__app_label=app)
            for app, codename in names
        ),
    )
    model = get_user_model()
    return model.objects.filter(pk__in=model.objects.filter(held).order_by().values("pk"), is_active=True)


def holds(user: Any, right: str) -> bool:
    """Whether his own roles give him a right; what he has as a deputy does not count."""
    own = getattr(user, "role_rights", None)
    return bool(user.has_perm(right)) if own is None else right in own


def absent_for(user: Any, right: str) -> frozenset[int]:
    """Keys of those for whom he exercises a right as their deputy now."""
    found: frozenset[int] = getattr(user, "deputed_rights", {}).get(right, frozenset())
    return found


@dataclass(frozen=True)
class May:
    """The permission of a transition, callable as django-fsm wants it: `permission(record, user) -> bool`.

    permission: what the person must hold ("" = nothing beyond being one of `only`);
    only: fields (paths to a user) of which he must be one; but_not: fields of which he must be none (nobody decides on
    what he himself submitted); above: whether the step goes to the one above when every holder is excluded.
    A deputy may where the one for whom he acts may, if the item is neither's own: only a rule that says whose own an item
    is (but_not) passes to a deputy, one that names people (only) never does.
    """

    permission: str
    only: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    above: bool = False
    system: bool = False

    def __call__(self, record: Any, user: Any) -> bool:
        """Whether this person may take the step on this record, by his own right or as a deputy."""
        if user is None or self.system:
            return self.system and user is None
        return self.by_own_right(record, user) or bool(self.as_deputy(record, user))

    @property
    def rights(self) -> frozenset[str]:
        """Every right that the rule asks about."""
        return frozenset({self.permission, ABOVE if self.above else ""} - {""})

    def by_own_right(self, record: Any, user: Any) -> bool:
        """Whether what he is himself carries the step."""
        if not user.is_active or (self.only and user.pk not in self._people(record, self.only)):
            return False
        excluded = self._people(record, self.but_not)
        if user.pk in excluded:
            return False
        if not self.permission or holds(user, self.permission):
            return True
        return self.above and holds(user, ABOVE) and set(holders_of(self.permission)) <= excluded

    def as_deputy(self, record: Any, user: Any) -> list[int]:
        """Keys of those for whom he may take the step now; empty where his own right carries it (SECURITY S3)."""
        if not self._passes_to_deputies or user is None or not user.is_active or self.by_own_right(record, user):
            return []
        excluded = self._people(record, self.but_not)
        if user.pk in excluded:
            return []
        absent = absent_for(user, self.permission)
        above = absent_for(user, ABOVE) if self.above else frozenset()
        if above and set(holders_of(self.permission)) <= excluded:
            absent |= above
        return sorted(absent - excluded)

    @property
    def _passes_to_deputies(self) -> bool:
        return bool(self.permission and self.but_not and not self.only)

    def rows(self, user: Any, kept: Callable[[Any], Q] = everything) -> Q:
        """The same rule as a condition on rows (for the approval queue).

        kept: for each person in whose right he acts, a condition on the rows that this one has not handed to another.
        """
        if self.system or not user.is_active:
            return NOBODY
        own, deputed = self._own_rows(user), self._deputed_rows(user, kept)
        if own != NOBODY:
            own &= kept(user.pk)
        if NOBODY in (own, deputed):
            return deputed if own == NOBODY else own
        return own | deputed

    def _own_rows(self, user: Any) -> Q:
        is_one = reduce(or_, (Q(**{path: user.pk}) for path in self.only), Q()) if self.only else Q()
        if not self.permission or holds(user, self.permission):
            return is_one & self.not_of(user.pk)
        if not (self.above and holds(user, ABOVE)):
            return NOBODY
        return is_one & self.not_of(user.pk) & self._all_excluded()

    def _deputed_rows(self, user: Any, kept: Callable[[Any], Q]) -> Q:
        if not self._passes_to_deputies:
            return NOBODY
        rules = [self.not_of(absent) & kept(absent) for absent in sorted(absent_for(user, self.permission))]
        if self.above and (above := absent_for(user, ABOVE)) and (forced := self._all_excluded()) != NOBODY:
            rules += [self.not_of(absent) & kept(absent) & forced for absent in sorted(above)]
        return self.not_of(user.pk) & reduce(or_, rules) if rules else NOBODY

    def not_of(self, pk: Any) -> Q:
        """Rows that are not this person's own."""
        # a NULL person excludes nobody: `~Q(path=x)` on a nullable column is written so that NULL rows stay in
        return reduce(and_, (Q(**{f"{path}__isnull": True}) | ~Q(**{path: pk}) for path in self.but_not), Q())

    def _all_excluded(self) -> Q:
        """Rows on which every holder of the permission is excluded."""
        holders = holders_of(self.permission)
        if len(holders) > len(self.but_not):
            return NOBODY
        excluded = (reduce(or_, (Q(**{path: pk}) for path in self.but_not)) for pk in holders)
        return reduce(and_, excluded, Q())

    @staticmethod
    def _people(record: Any, paths: tuple[str, ...]) -> set[int]:
        found: set[int] = set()
        for path in paths:
            value = record
            *parents, last = path.split("__")
            for name in parents:
                value = getattr(value, name, None)
            key = getattr(value, f"{last}_id", None)
            if key is not None:
                found.add(key)
        return found


@dataclass(frozen=True)
class OwnersOr(May):
    """The people named on the row who hold the permission, or whoever holds the wider one (`over`) himself."""

    over: str = ""

    @property
    def rights(self) -> frozenset[str]:
        """Every right that the rule asks about."""
        return super().rights | {self.over}

    def by_own_right(self, record: Any, user: Any) -> bool:
        """Whether what he is himself carries the step."""
        return super().by_own_right(record, user) or bool(user.is_active and holds(user, self.over))

    def rows(self, user: Any, kept: Callable[[Any], Q] = everything) -> Q:
        """The same rule as a condition on rows."""
        if user.is_active and holds(user, self.over):
            return Q(pk__isnull=False)
        return super().rows(user, kept)


def may(permission: str = "", *, only: tuple[str, ...] = (), but_not: tuple[str, ...] = (), above: bool = False) -> May:
    """Who may take a step; see `May`. Every step with `but_not` goes one level up when nobody else is left."""
    return May(permission, only, but_not, above or bool(but_not and permission))
