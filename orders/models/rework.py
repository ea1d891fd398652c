"""ReworkTask 返工: what an inspection rejected is reworked, remade or put right, and inspected again, until it passes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.permissions import may
from kernel.settings import define
from kernel.steps import Stateful, requirement
from orders.models.access import DECIDE, RUNNING, Department, OfOrder
from orders.models.issuing import OF_DEPARTMENT
from orders.models.orders import QUANTITY, Order, OrderLine

define("orders.rework_hours", 24, _("Time to rework what failed"), unit=_("working hours"), clause="3.3.4b")
define("orders.rework_loops", 3, _("The manager is told of rework from this round on"), clause="3.3.4b")


class ReworkQuerySet(OfOrder):
    """Rework as people reach it."""

    def waiting(self) -> ReworkQuerySet:
        """What is to be done now, the third and later rounds first."""
        return self.filter(state="open", order__state__in=RUNNING).order_by("-round", "pk")


class ReworkTask(Stateful):
    """What is done with goods that failed; they are never released without passing an inspection. Clause 3.3.4b."""

    class State(models.TextChoices):
        OPEN = "open", _("To be reworked")
        DONE = "done", _("Reworked")
        SCRAPPED = "scrapped", _("Scrapped")

    class Kind(models.TextChoices):
        REWORK = "rework", _("Rework")
        CORRECTIVE = "corrective", _("Corrective work")
        REMAKE = "remake", _("Make anew")

    state = FSMField(_("state"), choices=State.choices, default=State.OPEN, protected=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="rework", editable=False)
    line = models.ForeignKey(
        OrderLine, verbose_name=_("order line"), on_delete=models.PROTECT, related_name="rework", editable=False
    )
    inspection = models.OneToOneField(
        "orders.Inspection", on_delete=models.PROTECT, related_name="rework_task", editable=False
    )
    department = models.CharField(_("department"), max_length=12, choices=Department.choices, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.REWORK)
    quantity = models.DecimalField(_("quantity"), **QUANTITY, editable=False)
    counts = models.BooleanField(default=True, editable=False)  # whether the line's counts were lowered by it
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    measure = models.TextField(_("what was done"), blank=True, max_length=2_000)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("done by"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    done_at = models.DateTimeField(_("done at"), null=True, editable=False)
    history = HistoricalRecords()
    objects = ReworkQuerySet.as_manager()

    TONES = {"open": "wait", "done": "ok", "scrapped": "void"}
    PATH = ("open", "done")
    QUEUE = {"title": "line__description", "party": "order__number", "person": "done_by__name"}

    class Meta:
        verbose_name = _("rework")
        verbose_name_plural = _("rework")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "department"], name="rework_waiting")]

    def __str__(self) -> str:
        return f"{self.order.number} · {self.get_kind_display()} · {self.line.description}"

    def words_of(self) -> dict[str, str]:
        """The order and what is reworked."""
        return {"title": f"{self.order.number} {self.line.description}"[:200]}

    def owner_of(self) -> Any:
        """Who did it; until then it waits for the department."""
        return self.done_by

    def audience_of(self) -> list[Any]:
        """Customer service, and who rejected it."""
        return [person for person in {self.order.entered_by, self.inspection.inspector} if person]

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.order.customer_id

    @property
    def is_loop(self) -> bool:
        """Whether it failed before already."""
        return self.round > 1

    @requirement("3.3.1b", _("The order is being carried out"))
    def is_of_a_running_order(self) -> bool:
        """Nothing is reworked for an order that stands still or has ended."""
        return self.order.is_running

    @requirement("3.3.1b", _("The department has acknowledged its part of the order"))
    def is_acknowledged(self) -> bool:
        """Acknowledged, and no query open."""
        return self.order.is_clear_for(self.department)

    @transition(
        field=state,
        source=State.OPEN,
        target=State.DONE,
        conditions=[is_of_a_running_order, is_acknowledged],
        permission=OF_DEPARTMENT,
        custom={"label": _("Rework is done"), "clause": "3.3.4b", "forward": True, "asks": ["measure"],
                "keeps": ("rework",)},
    )  # fmt: skip
    def finish(self, by: Any) -> None:
        """It is there again and is inspected again."""
        self.done_by, self.done_at = by, clock.now()

    @transition(
        field=state,
        source=State.OPEN,
        target=State.SCRAPPED,
        permission=may(DECIDE),
        custom={"label": _("Scrap"), "clause": "3.3.4b", "comment": "required", "tone": "danger", "keeps": ("rework",)},
    )
    def scrap(self, by: Any) -> None:
        """The manager stops the loop: it is made or bought anew, or the order is changed with the customer's consent."""
        self.done_at = clock.now()
