"""Inspection 檢驗: what was looked at, by which points, how much was accepted and how much rejected for which defects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import GET_STATE, FSMField, transition
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.permissions import may
from kernel.searching import Searchable
from kernel.settings import define
from kernel.steps import Stateful, requirement
from orders.models.access import INSPECT, RUNNING, Department, OfOrder
from orders.models.orders import NONE, QUANTITY, Order, OrderLine

define("orders.inspect_hours", 16, _("Time to inspect what waits"), unit=_("working hours"), clause="3.3.4a")


class DefectCause(models.Model):
    """A cause of defects 缺陷原因, from the company's own list: for inspection, rework, damage and complaints alike."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("in use"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("cause of defects")
        verbose_name_plural = _("causes of defects")
        default_permissions = ("add", "change", "view")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class InspectionQuerySet(OfOrder):
    """Inspections as people reach them."""

    def waiting(self) -> InspectionQuerySet:
        """Those to be carried out now: in-process ones first, then those after rework, then the oldest."""
        rows = self.filter(state="open", order__state__in=RUNNING)
        return rows.order_by("-kind", F("rework").asc(nulls_last=True), "pk")


class Inspection(Searchable, Stateful):
    """One inspection of part of an order line. Clauses 3.3.4a, 3.3.4b.

    A final inspection counts what it accepts and rejects on the line; an in-process one only says how the work goes on.
    """

    class State(models.TextChoices):
        OPEN = "open", _("To be inspected")
        PASSED = "passed", _("Passed")
        FAILED = "failed", pgettext_lazy("inspection", "Failed")

    class Kind(models.TextChoices):
        IN_PROCESS = "in_process", _("In-process inspection")
        FINAL = "final", _("Final inspection")

    state = FSMField(_("state"), choices=State.choices, default=State.OPEN, protected=True, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="inspections", editable=False)
    line = models.ForeignKey(
        OrderLine, verbose_name=_("order line"), on_delete=models.PROTECT, related_name="inspections", editable=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.FINAL)
    quantity = models.DecimalField(
        _("quantity inspected"), **QUANTITY, validators=[MinValueValidator(Decimal("0.001"))]
    )
    accepted = models.DecimalField(
        pgettext_lazy("inspection", "accepted"), **QUANTITY, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    rejected = models.DecimalField(
        pgettext_lazy("inspection", "rejected"), **QUANTITY, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    findings = models.TextField(_("findings"), blank=True, max_length=2_000)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    rework = models.OneToOneField(
        "orders.ReworkTask", verbose_name=_("after rework"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="next_inspection",
    )  # fmt: skip
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("inspector"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    inspected_at = models.DateTimeField(_("inspected at"), null=True, editable=False)
    report_number = models.CharField(_("report number"), max_length=20, blank=True, editable=False)
    history = HistoricalRecords()
    objects = InspectionQuerySet.as_manager()

    TONES = {"open": "wait", "passed": "ok", "failed": "bad"}
    SEARCHED = ("report_number",)
    QUEUE = {"title": "line__description", "party": "order__number", "person": "inspector__name"}
    BUDGETS = {"open": "orders.inspect_hours"}
    OWED_BY_HOLDERS_OF = {"open": INSPECT}

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "kind"], name="inspection_waiting"),
            models.Index(fields=["line", "kind", "state"], name="inspection_of_line"),
            models.Index(fields=["inspected_at"], name="inspection_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", accepted=None, rejected=None)
                | Q(quantity=F("accepted") + F("rejected"), accepted__gte=0, rejected__gte=0),
                name="inspection_adds_up",
            ),
            models.CheckConstraint(
                condition=~Q(state="passed") | Q(rejected=0), name="inspection_passed_rejects_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order.number} · {self.get_kind_display()} · {self.line.description}"

    def words_of(self) -> dict[str, str]:
        """The order and what was inspected."""
        return {"title": f"{self.order.number} {self.line.description}"[:200]}

    def owner_of(self) -> Any:
        """Who inspected it; until then it waits for the department."""
        return self.inspector

    def audience_of(self) -> list[Any]:
        """Customer service, who follows the order."""
        return [self.order.entered_by]

    def file_id_of(self) -> int | None:
        """The customer's file."""
        return self.order.customer_id

    @property
    def is_final(self) -> bool:
        """Whether it counts on the line."""
        return self.kind == self.Kind.FINAL

    @cached_property
    def point_rows(self) -> list[InspectionPoint]:
        """What is checked, in order."""
        return list(self.points.all())

    @cached_property
    def defect_rows(self) -> list[Defect]:
        """What was found wrong."""
        return list(self.defects.select_related("cause"))

    # --- evidence --------------------------------------------------------------------------------------
    @requirement("3.3.1b", _("The order is being carried out"))
    def is_of_a_running_order(self) -> bool:
        """Nothing is inspected for an order that stands still or has ended."""
        return self.order.is_running

    @requirement("3.3.1b", _("Quality inspection has acknowledged its part of the order"))
    def is_acknowledged(self) -> bool:
        """Acknowledged, and no query open."""
        return self.order.is_clear_for(Department.QUALITY)

    @requirement("3.3.4a", _("What is made was inspected in process before its final inspection"))
    def has_in_process(self) -> bool:
        """At least one in-process inspection of a made line was carried out; others need none."""
        if not self.is_final or self.line.route != OrderLine.Route.MAKE:
            return True
        return self.line.inspections.filter(kind=self.Kind.IN_PROCESS).exclude(state="open").exists()

    @requirement("3.3.4b", _("Only what is there and has not passed is inspected finally"))
    def is_there(self) -> bool:
        """The quantity was produced, bought or taken from stock, and is not accepted yet."""
        return not self.is_final or self.quantity <= self.line.to_inspect

    @transition(
        field=state,
        source=State.OPEN,
        target=GET_STATE(lambda self, by: "failed" if self.rejected else "passed", states=[State.PASSED, State.FAILED]),
        conditions=[is_of_a_running_order, is_acknowledged, has_in_process, is_there],
        permission=may(INSPECT),
        custom={"label": _("Enter the result"), "clause": "3.3.4b", "forward": True,
                "asks": ["accepted", "rejected", "findings"], "may_be_empty": ("findings",),
                "form": "orders.forms_quality.ResultForm"},
    )  # fmt: skip
    def judge(self, by: Any) -> None:
        """What was accepted may be shipped; what was rejected is reworked. Failed as soon as anything was rejected."""
        self.inspector, self.inspected_at = by, clock.now()


class InspectionPoint(models.Model):
    """One thing to check 檢驗項目: a quality requirement of the plan or a requirement of the customer. Clause 3.3.4a."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(_("to check"), max_length=300)
    is_met = models.BooleanField(_("met"), null=True)

    class Meta:
        verbose_name = _("point of an inspection")
        verbose_name_plural = _("points of inspections")
        default_permissions = ()
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def tone(self) -> str:
        """The tone of its mark."""
        return {True: "ok", False: "bad", None: "idle"}[self.is_met]


class DefectQuerySet(models.QuerySet):
    """Defects as people reach them."""

    def visible_to(self, user: Any) -> DefectQuerySet:
        """Those of the inspections that this person sees."""
        return self.filter(inspection__in=Inspection.objects.visible_to(user).order_by().values("pk"))


class Defect(models.Model):
    """What was wrong with part of what was inspected 缺陷. Clause 3.3.4b."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="defects", editable=False)
    cause = models.ForeignKey(DefectCause, verbose_name=_("cause"), on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(_("pieces affected"), **QUANTITY, default=NONE, validators=[MinValueValidator(0)])
    note = models.CharField(_("what was found"), max_length=300, blank=True)
    objects = DefectQuerySet.as_manager()

    class Meta:
        verbose_name = _("defect")
        verbose_name_plural = _("defects")
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.cause} {self.note}".strip()
