"""Who may act on a customer's records: the record's own people, or the manager over all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from kernel.permissions import OwnersOr

VIEW_ALL = "customers.view_all_customers"
MANAGE = "customers.reassign_customer"  # the manager's: he may act on every customer, and reassign it
LOG = "customers.log_interaction"  # customer service: serves every customer
ADD = "customers.add_customer"
MARGIN = "customers.view_margin"

# Records above customers through which somebody who only reads comes to know a customer: `(user) -> its customers' keys`.
_reached: list[Callable[[Any], Any]] = []


def reached_through(source: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Declare a record through which legal, custodian and finance see a customer (SECURITY C: "if in a contract")."""
    _reached.append(source)
    return source


def reached_by(user: Any) -> Q:
    """The customers of the records that this person sees."""
    return reduce(or_, (Q(pk__in=source(user)) for source in _reached), Q(pk__in=()))


def own(permission: str, *only: str) -> OwnersOr:
    """The step is his who is named in one of the fields and holds the permission, and the manager's."""
    return OwnersOr(permission, only, over=MANAGE)
