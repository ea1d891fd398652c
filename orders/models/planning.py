"""ProductionPlan 生產計劃 of an order: dated tasks, materials needed, quality requirements, actual against planned (3.3.2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.permissions import may
from kernel.searching import Searchable
from kernel.settings import define
from kernel.steps import SYSTEM, Missing, Stateful, missing, requirement
from orders.models.access import PLAN, Department, OfOrder
from orders.models.orders import NONE, QUANTITY, Order, OrderLine

define("orders.planning_hours", 16, _("Time to confirm the production plan of an order"), unit=_("working hours"),
       clause="3.3.2a")  # fmt: skip

EDIT = "orders:productionplan_edit"


class ProductionPlan(Searchable, Stateful):
    """The plan of an order's make lines 生產計劃. Clause 3.3.2."""

    class State(models.TextChoices):
        DRAFT = "draft", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        RUNNING = "running", _("Being carried out")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    state = FSMField(_("state"), choices=State.choices, default=State.DRAFT, protected=True, editable=False)
    number = models.CharField(_("plan number"), max_length=20, unique=True, editable=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="plan", editable=False)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("planned by"), on_delete=models.PROTECT, related_name="+",
        editable=False,
    )  # fmt: skip
    needs_nothing = models.BooleanField(_("no material is needed"), default=False)
    note = models.TextField(_("note"), blank=True, max_length=2_000)
    history = HistoricalRecords()
    objects = OfOrder.as_manager()

    SEARCHED = ("number",)
    TONES = {"draft": "wait", "confirmed": "active", "running": "active", "finished": "ok", "cancelled": "void"}
    PATH = ("draft", "confirmed", "running", "finished")
    QUEUE = {"title": "number", "party": "order__customer_name", "person": "planned_by__name"}
    BUDGETS = {"draft": "orders.planning_hours"}

    class Meta:
        verbose_name = _("production plan")
        verbose_name_plural = _("production plans")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    def words_of(self) -> dict[str, str]:
        """Its number with the order's."""
        return {"title": f"{self.number} {self.order.number}"}

    def owner_of(self) -> Any:
        """Who planned it."""
        return self.planned_by

    def audience_of(self) -> list[Any]:
        """Who planned it, and customer service."""
        return [self.planned_by, self.order.entered_by]

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.order.customer_id

    @cached_property
    def task_rows(self) -> list[PlanTask]:
        """Its tasks by their planned start."""
        rows = list(self.tasks.select_related("line"))
        for row in rows:
            row.plan = self
        return rows

    @cached_property
    def material_rows(self) -> list[Any]:
        """Its materials, what is needed first on top."""
        return list(self.materials.select_related("material"))

    @cached_property
    def requirement_rows(self) -> list[PlanRequirement]:
        """Its quality requirements in order."""
        return list(self.requirements.all())

    @property
    def ends_on(self) -> date | None:
        """The planned end of its last task."""
        return max((task.ends_on for task in self.task_rows), default=None)

    def may_be_edited_by(self, user: Any) -> bool:
        """Production, until it is finished, while its part of the order may be worked on."""
        living = self.state in (self.State.DRAFT, self.State.CONFIRMED, self.State.RUNNING)
        return living and bool(user.has_perm(PLAN)) and self.is_free_to_work()

    def may_be_worked_on_by(self, user: Any) -> bool:
        """Production, once it is confirmed, while the order runs."""
        working = self.state in (self.State.CONFIRMED, self.State.RUNNING)
        return working and bool(user.has_perm(PLAN)) and self.is_free_to_work()

    def lines_late(self) -> list[OrderLine]:
        """The lines whose last task ends after their delivery date. Clause 3.3.2b."""
        late = {task.line_id: task.line for task in self.task_rows if task.is_after_delivery}
        return list(late.values())

    # --- evidence --------------------------------------------------------------------------------------
    @requirement("3.3.1b", _("The order runs, production acknowledged it, no query is open"))
    def is_free_to_work(self) -> bool:
        """Nothing is done on an order that stands still, has ended, or is queried."""
        return self.order.is_running and self.order.is_clear_for(Department.PRODUCTION)

    @requirement("3.3.2a", _("Its schedule makes the whole quantity of each line"), at=EDIT)
    def has_schedule(self) -> bool | Missing:
        """Dated tasks from which the whole quantity of each make line comes; names the lines that fall short."""
        planned: dict[int, Decimal] = {}
        for task in self.task_rows:
            planned[task.line_id] = planned.get(task.line_id, NONE) + (task.quantity if task.yields else NONE)
        lines = [line for line in self.order.line_rows if line.route == OrderLine.Route.MAKE]
        short = [str(line) for line in lines if planned.get(line.pk, NONE) != line.quantity]
        return missing(*short) if short or not lines else True

    @requirement("3.3.2b", _("It names the materials needed, or says that there are none"), at=EDIT)
    def has_materials(self) -> bool:
        """One or the other, not neither."""
        return bool(self.material_rows) or self.needs_nothing

    @requirement("3.3.2b", _("It names the quality requirements"), at=EDIT)
    def has_requirements(self) -> bool:
        """What quality inspection will look at."""
        return bool(self.requirement_rows)

    @requirement("3.3.2c", _("Every task is done"))
    def has_done_all(self) -> bool | Missing:
        """Each task has reported its whole quantity."""
        open_ = [str(task) for task in self.task_rows if task.rest > 0]
        return missing(*open_) if open_ or not self.task_rows else True

    # --- steps -----------------------------------------------------------------------------------------
    @transition(
        field=state,
        source=State.DRAFT,
        target=State.CONFIRMED,
        conditions=[is_free_to_work, has_schedule, has_materials, has_requirements],
        permission=may(PLAN),
        custom={"label": _("Confirm the plan"), "clause": "3.3.2b", "forward": True},
    )
    def confirm(self, by: Any) -> None:
        """Purchasing learns what is missing; a plan that ends too late is a problem at once."""

    @transition(
        field=state,
        source=State.CONFIRMED,
        target=State.RUNNING,
        permission=SYSTEM,
        custom={"label": _("The first task has begun"), "clause": "3.3.2c"},
    )
    def start(self, by: Any) -> None:
        """Taken when the first task is started."""

    @transition(
        field=state,
        source=State.RUNNING,
        target=State.FINISHED,
        conditions=[has_done_all],
        permission=SYSTEM,
        custom={"label": _("All tasks are done"), "clause": "3.3.2c"},
    )
    def finish(self, by: Any) -> None:
        """Taken when the last task has reported its whole quantity."""

    @transition(
        field=state,
        source=[State.DRAFT, State.CONFIRMED, State.RUNNING],
        target=State.CANCELLED,
        permission=SYSTEM,
        custom={"label": _("The order was cancelled"), "clause": "3.3"},
    )
    def drop(self, by: Any) -> None:
        """Taken when its order is cancelled."""


class PlanTask(models.Model):
    """A dated task of a plan 生產任務: planned and actual start and end, and how much of it is done. Clause 3.3.2c."""

    plan = models.ForeignKey(ProductionPlan, on_delete=models.CASCADE, related_name="tasks")
    line = models.ForeignKey(OrderLine, verbose_name=_("order line"), on_delete=models.PROTECT, related_name="tasks")
    what = models.CharField(_("what is done"), max_length=120)
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    starts_on = models.DateField(_("planned start"))
    ends_on = models.DateField(_("planned end"))
    yields = models.BooleanField(_("finished goods come out of it"), default=True)
    started_on = models.DateField(_("actual start"), null=True, editable=False)
    ended_on = models.DateField(_("actual end"), null=True, editable=False)
    done = models.DecimalField(_("done"), **QUANTITY, default=NONE, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("production task")
        verbose_name_plural = _("production tasks")
        default_permissions = ()
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["ended_on", "ends_on"], name="plantask_open_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="plantask_ends_after_start"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, done__gte=0, done__lte=F("quantity")), name="plantask_done_within"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def rest(self) -> Decimal:
        """What is still to do."""
        return self.quantity - self.done

    @property
    def is_late(self) -> bool:
        """Whether its planned end has passed and it is not done."""
        return self.ended_on is None and self.ends_on < clock.today()

    @property
    def is_after_delivery(self) -> bool:
        """Whether it ends, as planned, after its line's delivery date."""
        return self.line.deliver_on is not None and self.ends_on > self.line.deliver_on

    @property
    def tone(self) -> str:
        """The tone of its mark: done, late, running or to come."""
        if self.ended_on:
            return "ok"
        return "bad" if self.is_late else "active" if self.started_on else "idle"


class TaskReport(models.Model):
    """Output reported on a task: a row that stays. Clause 3.3.2c."""

    is_append_only = True

    task = models.ForeignKey(PlanTask, on_delete=models.PROTECT, related_name="reports")
    quantity = models.DecimalField(_("quantity"), **QUANTITY)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("report on a task")
        verbose_name_plural = _("reports on tasks")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.task} {self.quantity}"


class PlanRequirement(models.Model):
    """A quality requirement 質量控制要求 of a plan, which quality inspection looks at later. Clause 3.3.2b."""

    plan = models.ForeignKey(ProductionPlan, on_delete=models.CASCADE, related_name="requirements")
    text = models.CharField(_("quality requirement"), max_length=300)

    class Meta:
        verbose_name = _("quality requirement")
        verbose_name_plural = _("quality requirements")
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
