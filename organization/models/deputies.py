"""Deputies 職務代理人: who decides for whom, from which minute to which; asked for by one, accepted by the other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.models import StateChange
from kernel.permissions import OwnersOr, may
from kernel.settings import define, setting
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement
from organization.models.people import passed_decisions

END = "organization.end_deputyship"

define("organization.deputyship_days", 92, _("Longest time for which a deputy is named"), unit=_("days"), clause="2.1")


class DeputyshipQuerySet(models.QuerySet):
    """Deputyships as people reach them."""

    def visible_to(self, user: Any) -> DeputyshipQuerySet:
        """One's own on either side; all of them for whoever may end them."""
        if not user.is_active:
            return self.none()
        return self if user.has_perm(END) else self.filter(Q(absent=user) | Q(deputy=user))

    def in_force(self, now: Any = None) -> DeputyshipQuerySet:
        """Accepted, begun and not over at this moment, with both of them at work here."""
        now = now or clock.now()
        rows = self.filter(state=Deputyship.State.ACCEPTED, starts_at__lte=now, ends_at__gt=now)
        return rows.filter(absent__is_active=True, deputy__is_active=True)

    def live(self, now: Any = None) -> DeputyshipQuerySet:
        """Those that are in force or may still come into force."""
        standing = (Deputyship.State.REQUESTED, Deputyship.State.ACCEPTED)
        return self.filter(state__in=standing, ends_at__gt=now or clock.now())


class Deputyship(Stateful):
    """One person decides for another for a stated time: his own rights to decide pass, nothing else. Clause 2.1."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        ENDED = "ended", _("Ended")

    state = FSMField(_("state"), choices=State.choices, default=State.REQUESTED, protected=True, editable=False)
    absent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("absent person"),
        on_delete=models.PROTECT,
        related_name="deputyships",
        editable=False,
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("deputy"), on_delete=models.PROTECT, related_name="deputyships_held"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    history = HistoricalRecords()
    objects = DeputyshipQuerySet.as_manager()

    TONES = {"requested": "wait", "accepted": "ok", "declined": "bad", "ended": "void"}

    class Meta:
        verbose_name = _("deputyship")
        verbose_name_plural = _("deputyships")
        default_permissions = ()
        permissions = [("end_deputyship", "Can see and end the deputyships of others")]
        indexes = [
            models.Index(fields=["deputy", "state", "ends_at"], name="deputyship_held"),
            models.Index(fields=["absent", "state", "ends_at"], name="deputyship_given"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="deputyship_in_order"),
            models.CheckConstraint(condition=~Q(absent=models.F("deputy")), name="deputyship_of_two"),
        ]

    def __str__(self) -> str:
        return gettext("%(deputy)s for %(absent)s") % {"deputy": self.deputy, "absent": self.absent}

    def clean(self) -> None:
        """What is wrong with the time or the person, said beside the field."""
        errors: dict[str, Any] = {}
        if self.deputy_id and (self.deputy_id == self.absent_id or not self.deputy.is_active):
            errors["deputy"] = _("Choose a colleague who works here.")
        elif self.deputy_id and self.absent_id and not may_stand_in(self.deputy, self.absent):
            errors["deputy"] = _(
                "%(name)s works where sales prices are not shown, and would read them as your deputy."
            ) % {"name": self.deputy}
        if self.starts_at and self.ends_at:
            self.starts_at, self.ends_at = (m.replace(second=0, microsecond=0) for m in (self.starts_at, self.ends_at))
            errors |= self._wrong_times()
        if errors:
            raise ValidationError(errors)

    def _wrong_times(self) -> dict[str, Any]:
        if self.ends_at <= self.starts_at:
            return {"ends_at": _("The end comes before the start.")}
        if self.ends_at <= clock.now():
            return {"ends_at": _("This time is over already.")}
        if self.ends_at - self.starts_at > timedelta(days=setting("organization.deputyship_days")):
            most = setting("organization.deputyship_days")
            return {"ends_at": _("A deputy is named for %(n)s days at most.") % {"n": most}}
        other = Deputyship.objects.live().filter(absent=self.absent_id).exclude(pk=self.pk)
        if other.filter(starts_at__lt=self.ends_at, ends_at__gt=self.starts_at).exists():
            return {"starts_at": _("You have named a deputy for part of this time already: end that first.")}
        return {}

    # --- what a step needs -----------------------------------------------------------------------
    @requirement("2.1", _("The time is not over yet"))
    def is_still_ahead(self) -> bool:
        """Nobody accepts what is past."""
        return self.ends_at > clock.now()

    @requirement("2.1", _("The absent person has something to decide"))
    def has_rights_to_pass(self) -> bool | Missing:
        """He works here and holds a right to decide by his own roles."""
        return True if may_name_a_deputy(self.absent) else missing(str(self.absent))

    @requirement("2.1", _("The deputy's own work lets him see what he would decide on"))
    def may_see_what_passes(self) -> bool | Missing:
        """Sales prices reach nobody whose roles never show them, by way of a deputyship neither."""
        return True if may_stand_in(self.deputy, self.absent) else missing(str(self.deputy))

    # --- steps -----------------------------------------------------------------------------------
    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.ACCEPTED,
        permission=may(only=("deputy",)),
        conditions=[is_still_ahead, has_rights_to_pass, may_see_what_passes],
        custom={"label": _("Take it on"), "clause": "2.1", "tone": "approve", "forward": True},
    )
    def accept(self, by: Any) -> None:
        """The deputy agrees: from the first minute on he decides for the other."""

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.DECLINED,
        permission=may(only=("deputy",)),
        custom={"label": _("Decline"), "clause": "2.1", "tone": "danger", "comment": "required"},
    )
    def decline(self, by: Any) -> None:
        """Somebody else must be asked."""

    @transition(
        field=state,
        source=State.REQUESTED,
        target=State.ENDED,
        permission=may(only=("absent",)),
        custom={"label": _("Withdraw"), "clause": "2.1", "tone": "quiet"},
    )
    def withdraw(self, by: Any) -> None:
        """The one who asked takes it back before an answer."""

    @transition(
        field=state,
        source=State.ACCEPTED,
        target=State.ENDED,
        permission=OwnersOr("", only=("absent", "deputy"), over=END),
        custom={"label": _("End now"), "clause": "2.1", "tone": "danger", "comment": "required"},
    )
    def end(self, by: Any) -> None:
        """It is over from this moment: either of them, or whoever watches over deputyships."""

    @transition(
        field=state,
        source=[State.REQUESTED, State.ACCEPTED],
        target=State.ENDED,
        permission=SYSTEM,
        custom={"label": _("Time is over"), "clause": "2.1"},
    )
    def lapse(self, by: Any) -> None:
        """Its last minute has passed, or one of them has left."""

    # --- what the kernel and the pages ask -------------------------------------------------------
    def owner_of(self) -> Any:
        """Who asked."""
        return self.absent

    def audience_of(self) -> list[Any]:
        """Both of them."""
        return [self.absent, self.deputy]

    @property
    def is_in_force(self) -> bool:
        """Whether the deputy decides for the other at this moment."""
        return self.state == self.State.ACCEPTED and self.starts_at <= clock.now() < self.ends_at

    def decisions(self) -> models.QuerySet:
        """What the deputy decided for the absent in this time, the oldest first."""
        until = min(self.state_at, self.ends_at) if self.state == self.State.ENDED else self.ends_at
        rows = StateChange.objects.filter(by=self.deputy_id, on_behalf_of=self.absent_id)
        return rows.filter(at__gte=self.starts_at, at__lte=until).select_related("by", "on_behalf_of").order_by("id")


def may_name_a_deputy(user: Any) -> bool:
    """Whether this person decides anything by his own roles."""
    return bool(user.is_active and user.role_rights & passed_decisions())


def may_stand_in(deputy: Any, absent: Any) -> bool:
    """Whether what passes shows the deputy no sales prices that his own roles keep from him (SECURITY C)."""
    prices = frozenset(settings.SHOW_PRICES)
    return not absent.role_rights & prices or bool(deputy.role_rights & prices)
