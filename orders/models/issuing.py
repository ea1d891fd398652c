"""Acknowledgement 確認接收: each department takes its part of a placed order, or queries it, which holds that part."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from kernel.permissions import May, may
from kernel.settings import define
from kernel.steps import Stateful
from orders.models.access import ENTER, RIGHTS, Department, OfOrder
from orders.models.orders import Order

define(
    "orders.acknowledge_hours", 8, _("Time for a department to acknowledge or query an order"),
    unit=_("working hours"), clause="3.3.1b",
)  # fmt: skip
define("orders.answer_hours", 8, _("Time to answer a department's query"), unit=_("working hours"), clause="3.3.1b")


class DepartmentMay(May):
    """The step is taken by those who work for the row's own department."""

    def by_own_right(self, record: Any, user: Any) -> bool:
        """Whether he works for it."""
        return bool(user.is_active and user.has_perm(RIGHTS[record.department]))

    def rows(self, user: Any, kept: Any = None) -> Q:
        """The same as a condition on rows."""
        return Q(department__in=[name for name, right in RIGHTS.items() if user.has_perm(right)])


OF_DEPARTMENT = DepartmentMay("")


class Acknowledgement(Stateful):
    """A department's answer to a placed order. Clause 3.3.1b."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be acknowledged")
        QUERIED = "queried", _("Queried")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")

    state = FSMField(_("state"), choices=State.choices, default=State.WAITING, protected=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="acknowledgements", editable=False)
    department = models.CharField(_("department"), max_length=12, choices=Department.choices, editable=False)
    query = models.TextField(_("question"), blank=True, max_length=2_000)
    answer = models.TextField(_("answer"), blank=True, max_length=2_000)
    objects = OfOrder.as_manager()

    TONES = {"waiting": "wait", "queried": "bad", "acknowledged": "ok"}
    QUEUE = {"title": "order__number", "party": "order__customer_name", "person": "order__entered_by__name"}

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(fields=["department", "state"], name="acknowledgement_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["order", "department"], name="acknowledgement_once_a_department"),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.get_department_display()}"

    def words_of(self) -> dict[str, str]:
        """The order's number and customer."""
        return self.order.words_of()

    def owner_of(self) -> Any:
        """Customer service, who answers a query."""
        return self.order.entered_by

    def audience_of(self) -> list[Any]:
        """Customer service."""
        return [self.order.entered_by]

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.order.customer_id

    def get_absolute_url(self) -> str:
        """Where it stands on the order's page."""
        return f"{self.order.get_absolute_url()}#departments"

    def belongs_to_a_running_order(self: Any) -> bool:
        """Nothing is asked or taken of an order that stands still or has ended."""
        return self.order.is_running

    @transition(
        field=state,
        source=State.WAITING,
        target=State.ACKNOWLEDGED,
        conditions=[belongs_to_a_running_order],
        permission=OF_DEPARTMENT,
        custom={"label": _("Acknowledge"), "clause": "3.3.1b", "forward": True, "keeps": ("acknowledge",)},
    )
    def acknowledge(self, by: Any) -> None:
        """The department takes its part."""

    @transition(
        field=state,
        source=[State.WAITING, State.ACKNOWLEDGED],
        target=State.QUERIED,
        conditions=[belongs_to_a_running_order],
        permission=OF_DEPARTMENT,
        custom={"label": _("Query"), "clause": "3.3.1b", "asks": ["query"],
                "form": "orders.forms.QueryForm", "keeps": ("acknowledge",)},
    )  # fmt: skip
    def ask(self, by: Any) -> None:
        """Something is unclear: the department's part is held until it is answered."""
        self.answer = ""

    @transition(
        field=state,
        source=State.QUERIED,
        target=State.WAITING,
        conditions=[belongs_to_a_running_order],
        permission=may(ENTER),
        custom={"label": _("Answer"), "clause": "3.3.1b", "asks": ["answer"], "form": "orders.forms.AnswerForm",
                "keeps": ("query",)},
    )  # fmt: skip
    def reply(self, by: Any) -> None:
        """Customer service answers; the department looks again."""
