"""Roles that an administrator gives are confirmed by a second person: nobody makes himself, or a puppet, powerful alone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.permissions import ABOVE, holders_of, may
from kernel.settings import define
from kernel.steps import Stateful
from organization.models.people import Office

CONFIRM = "organization.confirm_roles"
define("organization.grant_hours", 8, _("Time to confirm roles"), unit=_("working hours"), clause="1.3.2")


class RoleGrantQuerySet(models.QuerySet):
    """Grants as people reach them."""

    def visible_to(self, user: Any) -> RoleGrantQuerySet:
        """All of them for those who give and confirm roles; one's own for everybody."""
        if any(user.has_perm(right) for right in (CONFIRM, ABOVE)):
            return self
        return self.filter(models.Q(person=user) | models.Q(asked_by=user))


class RoleGrant(Stateful):
    """Roles or the manager's office asked for a person 角色授權, in force once a second person confirms (SECURITY S7).

    That is another administrator or HR, the director where there is neither. Clauses 1.3.1, 2.1.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waiting for a second person")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    state = FSMField(_("state"), choices=State.choices, default=State.REQUESTED, protected=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_grants")
    roles = models.JSONField(_("roles"), default=list)
    since = models.DateField(_("in office from"), null=True, editable=False)  # only of the manager's office
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    history = HistoricalRecords()
    objects = RoleGrantQuerySet.as_manager()

    TONES = {"requested": "wait", "confirmed": "ok", "refused": "bad", "withdrawn": "void"}
    QUEUE = {"title": "person__name", "person": "asked_by__name"}
    BUDGETS = {"requested": "organization.grant_hours"}
    OWED_BY_HOLDERS_OF = {"requested": CONFIRM}

    class Meta:
        verbose_name = _("grant of roles")
        verbose_name_plural = _("grants of roles")
        default_permissions = ()
        permissions = [("confirm_roles", "Can confirm roles that another gave")]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(state="requested"), name="rolegrant_one_open")
        ]

    @property
    def is_office(self) -> bool:
        """Whether it is about the manager's office, which another holds until then."""
        return self.since is not None

    def __str__(self) -> str:
        return f"{self.person}: {self.words}"

    @property
    def words(self) -> str:
        """The roles in the reader's language."""
        return _(", ").join(str(settings.ROLE_LABELS.get(role, role)) for role in self.roles)

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.CONFIRMED,
        permission=may(CONFIRM, but_not=("asked_by", "person")),
        custom={"label": _("Confirm"), "clause": "1.3.1", "approval": True},
    )
    def confirm(self, by: Any) -> None:
        """The roles are his from now on, beside those he has; the office passes to him from whoever holds it."""
        self.decided_by = by
        if self.is_office:
            Office.pass_to(self.person, since=self.since, by=by)
            return
        held = set(self.person.groups.values_list("name", flat=True))
        self.person.take_roles(held | set(self.roles), by=by)

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.REFUSED,
        permission=may(CONFIRM, but_not=("asked_by", "person")),
        custom={"label": _("Refuse"), "clause": "1.3.1", "approval": True, "comment": "required", "tone": "danger"},
    )
    def refuse(self, by: Any) -> None:
        """He does not get them."""
        self.decided_by = by

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.WITHDRAWN,
        permission=may(only=("asked_by",)),
        custom={"label": _("Withdraw"), "clause": "1.3.1", "tone": "quiet"},
    )
    def withdraw(self, by: Any) -> None:
        """Asked for by mistake."""

    def audience_of(self) -> list[Any]:
        """Who asked, and whose roles they are; of the office those above it, too."""
        above = get_user_model().objects.filter(pk__in=holders_of(ABOVE)) if self.is_office else ()
        return [self.asked_by, self.person, *above]

    def owner_of(self) -> Any:
        """Who asked."""
        return self.asked_by
