"""Verbs over people: syncing roles with the matrix, inviting, changing roles, leaving, putting the manager in office."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kernel import clock, links, notices
from kernel.advance import advance, begin
from kernel.models import Promise
from kernel.permissions import holders_of
from organization import codes, deputising, signins, tasks
from organization.models import Office, RoleGrant, User
from organization.models.people import MANAGER

notices.say("leaver", _("%(who)s leaves on %(day)s: close the account then"))


def sync_roles(**_: Any) -> None:
    """Make the groups hold exactly the permissions of the matrix (config.roles); runs after every migrate."""
    known = {f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.select_related("content_type")}
    for role, names in settings.ROLE_PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set([known[n] for n in names if n in known])


def invite(*, user: User) -> None:
    """Mail the invitation once the account is stored."""
    transaction.on_commit(partial(tasks.soon, tasks.mail_invitation, user.pk))


def change_roles(*, user: User, roles: Iterable[str], by: Any) -> RoleGrant | None:
    """Let a person have these roles: what is taken away goes at once, what is added waits for a second person's word.

    `by=None` is the command line (first set-up), which asks nobody. The sales manager's role follows the office and stays
    as it is. Returns the grant that waits, if any. Raises PermissionDenied for one's own roles (SECURITY S7).
    """
    if by is not None and user.pk == by.pk:
        raise PermissionDenied
    with transaction.atomic():
        before = set(user.groups.values_list("name", flat=True))
        after = (set(roles) - {MANAGER}) | (before & {MANAGER})
        added = after - before if by is not None else set()
        if before - after or after - before - added:
            user.take_roles(after - added, by=by)
        return _ask_for(user, added, by)


def _ask_for(user: User, roles: set[str], by: Any) -> RoleGrant | None:
    """One open grant a person: asked again for other roles, it is asked anew."""
    waiting = RoleGrant.objects.select_for_update().filter(person=user, state=RoleGrant.State.REQUESTED).first()
    if waiting and set(waiting.roles) == roles:
        return waiting
    if waiting and waiting.asked_by_id == by.pk and not waiting.is_office:
        advance(waiting, "withdraw", by=by)
    elif waiting and roles:
        raise ValidationError(_("Another grant for this person waits to be confirmed first."))
    return begin(RoleGrant(person=user, roles=sorted(roles), asked_by=by), by=by) if roles else None


def end_sign_ins(*, user: User, by: Any) -> int:
    """End all sessions of another person, as after a theft; it is written into his history. Returns how many.

    Raises PermissionDenied for oneself: one's own are ended on one's own page.
    """
    if user.pk == by.pk:
        raise PermissionDenied
    with transaction.atomic():
        count = signins.end_all(user)
        user.note(f"sign-ins ended: {count}", by)
    return count


def deactivate(*, user: User, by: Any) -> int:
    """A person leaves: sign-in, sessions, links, authenticator, office and deputyships end at once. Returns what he still owes.

    The password goes too, so that no old session comes back to life with the account. Raises PermissionDenied for oneself.
    """
    if by is not None and user.pk == by.pk:
        raise PermissionDenied
    with transaction.atomic():
        for office in Office.objects.select_for_update().filter(user=user, until=None):
            office.leave(clock.today(), by=by)
        user.is_active, user.left_on = False, user.left_on or clock.today()
        user.set_unusable_password()
        codes.forget(user)
        signins.end_all(user)
        links.end_all(user)
        user.note("left", by)
        deputising.end_all_of(user)
    return Promise.objects.open().filter(owed_by=user).count()


def reactivate(*, user: User, by: Any) -> None:
    """A person comes back: he is invited as on the first day."""
    with transaction.atomic():
        user.is_active, user.left_on = True, None
        user.note("came back", by)
        invite(user=user)


def tell_of_leaver(*, user: User) -> None:
    """HR has set a last day: the administrators close the account on it."""
    day = user.left_on.isoformat()
    url = reverse("admin:organization_user_change", args=[user.pk])
    people = holders_of("organization.manage_accounts")
    notices.tell(people, "leaver", effect=f"leaver:{user.pk}:{day}", url=url, who=user.name, day=day)


def put_in_office(*, user: User, since: Any = None, by: Any = None) -> Office:
    """Make this person the sales manager without asking anybody: set-up and demo only. Clause 2.1."""
    return Office.pass_to(user, since=since or clock.today(), by=by)


def ask_for_office(*, user: User, since: Any, by: Any) -> RoleGrant:
    """Name a person for the manager's office: he takes it once HR, another administrator or the director confirms.

    Named anew by the same administrator, the first naming is withdrawn. Raises PermissionDenied for oneself (SECURITY S7),
    ValidationError while somebody else's naming waits.
    """
    if user.pk == by.pk:
        raise PermissionDenied
    with transaction.atomic():
        waiting = RoleGrant.objects.select_for_update().filter(state=RoleGrant.State.REQUESTED)
        for grant in waiting.filter(Q(person=user) | Q(since__isnull=False)):
            if grant.asked_by_id != by.pk or not grant.is_office:
                raise ValidationError(
                    _("Another grant waits to be confirmed first: %(grant)s."), params={"grant": grant}
                )
            advance(grant, "withdraw", by=by)
        return begin(RoleGrant(person=user, roles=[MANAGER], since=since, asked_by=by), by=by)
