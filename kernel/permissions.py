"""`may(...)`: who may take a step, as one rule in two forms: on one row in Python, and on many rows as a query."""

from __future__ import annotations

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


def holders_of(permission: str) -> list[int]:
    """Keys of the active people who hold a permission; asked once a request."""
    return per_request(f"holders:{permission}", lambda: _load_holders(permission))


def _load_holders(permission: str) -> list[int]:
    return list(holding(permission).values_list("pk", flat=True).order_by("pk"))


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


@dataclass(frozen=True)
class May:
    """The permission of a transition, callable as django-fsm wants it: `permission(record, user) -> bool`.

    permission: what the person must hold ("" = nothing beyond being one of `only`);
    only: fields (paths to a user) of which he must be one; but_not: fields of which he must be none (nobody decides on
    what he himself submitted); above: whether the step goes to the one above when every holder is excluded.
    """

    permission: str
    only: tuple[str, ...] = ()
    but_not: tuple[str, ...] = ()
    above: bool = False
    system: bool = False

    def __call__(self, record: Any, user: Any) -> bool:
        """Whether this person may take the step on this record."""
        if user is None or self.system:
            return self.system and user is None
        if not user.is_active or (self.only and user.pk not in self._people(record, self.only)):
            return False
        excluded = self._people(record, self.but_not)
        if user.pk in excluded:
            return False
        if not self.permission or user.has_perm(self.permission):
            return True
        return self.above and user.has_perm(ABOVE) and set(holders_of(self.permission)) <= excluded

    def rows(self, user: Any) -> Q:
        """The same rule as a condition on rows (for the approval queue)."""
        if self.system or not user.is_active:
            return NOBODY
        is_one = reduce(or_, (Q(**{path: user.pk}) for path in self.only), Q()) if self.only else Q()
        # a NULL person excludes nobody: `~Q(path=x)` on a nullable column is written so that NULL rows stay in
        not_one = reduce(and_, (Q(**{f"{path}__isnull": True}) | ~Q(**{path: user.pk}) for path in self.but_not), Q())
        if not self.permission or user.has_perm(self.permission):
            return is_one & not_one
        if not (self.above and user.has_perm(ABOVE)):
            return NOBODY
        return is_one & not_one & self._all_excluded()

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


def may(permission: str = "", *, only: tuple[str, ...] = (), but_not: tuple[str, ...] = (), above: bool = False) -> May:
    """Who may take a step; see `May`. Every step with `but_not` goes one level up when nobody else is left."""
    return May(permission, only, but_not, above or bool(but_not and permission))
