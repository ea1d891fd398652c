"""ReturnVisit 回訪: a customer who bought from us is asked, in good time, how he fares (2.2.3c)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from aftersales.models.access import DECIDE, RECORD, VIEW_ALL, own_customers
from aftersales.models.feedback import Feedback
from kernel import clock
from kernel.permissions import may
from kernel.steps import SYSTEM, Stateful

VIEW_VISITS = "aftersales.view_returnvisit"
VISIT = "return_visit"  # the promise that a due visit is


class VisitQuerySet(models.QuerySet):
    """Return visits as people reach them: by the customer."""

    def visible_to(self, user: Any) -> VisitQuerySet:
        """All for customer service and manager; those of his own customers for a salesperson."""
        if not user.has_perm(VIEW_VISITS):
            return self.none()
        return self if user.has_perm(VIEW_ALL) else self.filter(own_customers(user))

    def open(self) -> VisitQuerySet:
        """Those that are still to be made."""
        return self.filter(state__in=OPEN)


class VisitState(models.TextChoices):
    """Where a return visit stands."""

    DUE = "due", _("To be visited")
    ASKED = "asked", _("Waiting for leave to skip it")
    VISITED = "visited", _("Visited")
    SKIPPED = "skipped", _("Skipped with leave")
    DROPPED = "dropped", _("Dropped with the customer")


OPEN = ("due", "asked")


class ReturnVisit(Stateful):
    """One return visit of a customer, due on a day by his grade or own cadence. Clause 2.2.3c."""

    State = VisitState

    class How(models.TextChoices):
        PHONE = "phone", pgettext_lazy("visit", "By phone")
        SITE = "visit", pgettext_lazy("visit", "On site")
        EMAIL = "email", pgettext_lazy("visit", "By e-mail")

    state = FSMField(_("state"), choices=VisitState.choices, default=VisitState.DUE, protected=True, editable=False)
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), editable=False, on_delete=models.PROTECT,
        related_name="return_visits",
    )  # fmt: skip
    customer_name = models.CharField(_("customer's name"), max_length=160, editable=False)
    days = models.PositiveSmallIntegerField(_("every"), editable=False)  # the cadence by which it became due
    due_on = models.DateField(_("due on"), editable=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("customer service"), null=True, editable=False,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    how = models.CharField(_("how"), max_length=6, choices=How.choices, blank=True)
    visited_on = models.DateField(_("visited on"), null=True, blank=True)
    outcome = models.TextField(_("what came of it"), blank=True, max_length=2_000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    feedback = models.ForeignKey(
        Feedback, verbose_name=pgettext_lazy("customer's", "feedback"), null=True, editable=False,
        on_delete=models.PROTECT, related_name="visits",
    )  # fmt: skip
    history = HistoricalRecords()
    objects = VisitQuerySet.as_manager()

    TONES = {"due": "wait", "asked": "wait", "visited": "ok", "skipped": "void", "dropped": "void"}
    QUEUE = {"title": "customer_name", "party": "customer_name", "person": "asked_by__name"}

    class Meta:
        verbose_name = _("return visit")
        verbose_name_plural = _("return visits")
        default_permissions = ("view",)
        ordering = ["-due_on", "-pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="visit_due")]
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(state__in=OPEN), name="visit_one_open"),
            models.CheckConstraint(
                condition=~Q(state="visited") | (Q(visited_on__isnull=False) & ~Q(outcome="") & ~Q(how="")),
                name="visit_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.customer_name

    def owner_of(self) -> Any:
        """Customer service, who makes the visit."""
        return self.handler

    def audience_of(self) -> list[Any]:
        """Who makes it, who asked to skip it, and the customer's salesperson."""
        people = {self.handler, self.asked_by, self.customer.owner}
        return sorted((p for p in people if p), key=lambda p: p.pk)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be made."""
        return self.state in OPEN

    @property
    def is_in_time(self) -> bool:
        """Whether it was made by the day on which it was due. Clause 5.1.2c."""
        return bool(self.visited_on and self.visited_on <= self.due_on)

    # --- the way -------------------------------------------------------------------------------------------
    @transition(
        field=state, source=VisitState.DUE, target=VisitState.VISITED, permission=may(RECORD),
        custom={
            "label": _("Record the visit"), "clause": "2.2.3c", "tone": "primary",
            "forward": True, "keeps": (VISIT,),
            "asks": ("how", "visited_on", "outcome"), "form": "aftersales.forms_visits.OutcomeForm",
        },
    )  # fmt: skip
    def record(self, by: Any) -> None:
        """The customer was spoken with; a grievance of his becomes a feedback in the same step (receivers)."""
        self.handler = by

    @transition(
        field=state, source=VisitState.DUE, target=VisitState.ASKED, permission=may(RECORD),
        custom={"label": _("Ask to skip it"), "clause": "2.2.3c", "comment": "required", "tone": "quiet"},
    )  # fmt: skip
    def ask_to_skip(self, by: Any) -> None:
        """With a reason, on which the manager decides."""
        self.asked_by = by

    @transition(
        field=state, source=VisitState.ASKED, target=VisitState.SKIPPED,
        permission=may(DECIDE, but_not=("asked_by",), above=True),
        custom={"label": _("Agree to skip it"), "clause": "2.2.3c", "approval": True},
    )  # fmt: skip
    def skip(self, by: Any) -> None:
        """The next visit is counted from the day on which this one was due."""

    @transition(
        field=state, source=VisitState.ASKED, target=VisitState.DUE,
        permission=may(DECIDE, but_not=("asked_by",), above=True),
        custom={
            "label": _("Refuse: visit him"), "clause": "2.2.3c", "approval": True, "comment": "required",
            "tone": "danger", "returns": True,
        },
    )  # fmt: skip
    def refuse(self, by: Any) -> None:
        """It stays due, and its day stands."""

    @transition(
        field=state, source=VisitState.ASKED, target=VisitState.DUE, permission=may(only=("asked_by",)),
        custom={"label": _("Withdraw"), "clause": "2.2.3c", "tone": "quiet", "withdraws": True},
    )  # fmt: skip
    def withdraw(self, by: Any) -> None:
        """Whoever asked makes the visit after all."""

    @transition(
        field=state, source=VisitState.ASKED, target=VisitState.DUE, permission=SYSTEM,
        custom={"label": _("The question is over: he was visited"), "clause": "2.2.3c"},
    )  # fmt: skip
    def drop_request(self, by: Any) -> None:
        """He was visited while the manager was asked whether the visit may be skipped."""

    @transition(
        field=state, source=[VisitState.DUE, VisitState.ASKED], target=VisitState.DROPPED, permission=SYSTEM,
        custom={"label": _("Drop: no customer any more"), "clause": "2.2.3c"},
    )  # fmt: skip
    def drop(self, by: Any) -> None:
        """The customer went to the pool, was retired or merged."""


class OfVisit(models.QuerySet):
    """Rows of return visits, as people reach the visits."""

    def visible_to(self, user: Any) -> OfVisit:
        """Those of visits that this person sees."""
        return self.filter(visit__in=ReturnVisit.objects.visible_to(user).order_by().values("pk"))


class VisitAttempt(models.Model):
    """A try at which the customer was not reached. Clause 2.2.3c."""

    is_append_only = True

    visit = models.ForeignKey(ReturnVisit, on_delete=models.PROTECT, related_name="attempts")
    how = models.CharField(_("how"), max_length=6, choices=ReturnVisit.How.choices, default=ReturnVisit.How.PHONE)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    objects = OfVisit.as_manager()

    class Meta:
        verbose_name = _("try to reach the customer")
        verbose_name_plural = _("tries to reach customers")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.get_how_display()}"


class VisitCadence(models.Model):
    """How often one customer is visited, where it is not as his grade says; with the reason. Clause 2.2.3c."""

    customer = models.OneToOneField(
        "customers.Customer", editable=False, on_delete=models.PROTECT, related_name="visit_cadence"
    )
    days = models.PositiveSmallIntegerField(
        _("days from one visit to the next"), validators=[MinValueValidator(7), MaxValueValidator(730)]
    )
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("visit cadence of a customer")
        verbose_name_plural = _("visit cadences of customers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.days}"
