"""Verbs over people: syncing roles with the matrix, putting the manager in office."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from kernel import clock
from organization.models import Office, User


def sync_roles(**_: Any) -> None:
    """Make the groups hold exactly the permissions of the matrix (config.roles); runs after every migrate."""
    known = {f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.select_related("content_type")}
    for role, names in settings.ROLE_PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set([known[n] for n in names if n in known])


def put_in_office(*, user: User, since: Any = None) -> Office:
    """Make this person the sales manager from a day on; the one before leaves office and loses the role. Clause 2.1."""
    day = since or clock.today()
    manager = Group.objects.get(name="sales_manager")
    with transaction.atomic():
        for office in Office.objects.select_for_update().filter(role="sales_manager", until=None):
            office.until = max(day, office.since)
            office.save()
            office.user.groups.remove(manager)
        user.groups.add(manager)
        return Office.objects.create(role="sales_manager", user=user, since=day)
