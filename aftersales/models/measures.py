"""Measure 改進措施: a weak spot that is mended, by whom until when, and whether its cause became rarer (3.4.4c)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, transition
from simple_history.models import HistoricalRecords

from aftersales.models.access import DECIDE, RECORD, VIEW_ALL
from aftersales.models.causes import CauseCategory
from aftersales.models.feedback import HOURS, Feedback
from kernel import clock
from kernel.permissions import may
from kernel.searching import Searchable
from kernel.settings import define, setting
from kernel.steps import Stateful, requirement
from orders.models import OrderException

define(
    "aftersales.measure_decide_hours", 24, _("Time to decide on an improvement measure"), unit=HOURS, clause="3.4.4c"
)
define("aftersales.measure_verify_hours", 40, _("Time to verify an improvement measure"), unit=HOURS, clause="3.4.4c")
define(
    "aftersales.measure_check_days", 91, _("Whether a cause became rarer is counted so long before and after"),
    unit=_("days"), clause="3.4.4c",
)  # fmt: skip
define(
    "aftersales.follow_up_hours", 40, _("Time to propose a follow-up to a measure without effect"), unit=HOURS,
    clause="3.4.4c",
)  # fmt: skip


class MeasureQuerySet(models.QuerySet):
    """Improvement measures as people reach them."""

    def visible_to(self, user: Any) -> MeasureQuerySet:
        """All for customer service, manager and director; for everybody else those he owns or proposed."""
        if user.has_perm(VIEW_ALL):
            return self
        return self.filter(Q(owner=user.pk) | Q(proposed_by=user.pk))

    def late(self) -> MeasureQuerySet:
        """Not carried out, and their day has passed."""
        return self.filter(state="open", due_on__lt=clock.today())

    def for_service(self) -> MeasureQuerySet:
        """What customer service owes a look or a thought: to be verified, or without effect and not followed up."""
        followed = Measure.objects.filter(earlier=OuterRef("pk")).exclude(state="dropped", decided_on=None)
        return self.filter(Q(state="done") | Q(effect__result="not_effective") & ~Exists(followed))

    def to_check(self) -> MeasureQuerySet:
        """Verified, with something that can be counted, the time after them over, and not counted yet."""
        return self.filter(state="verified", check_on__lte=clock.today(), effect=None).exclude(
            cause_category=None, exception_kind=""
        )


class Measure(Searchable, Stateful):
    """One improvement measure. Clause 3.4.4c: customer service analyses, the manager decides, the owner carries out."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed, to be decided")
        OPEN = "open", _("To be carried out")
        DONE = "done", _("Carried out, to be verified")
        VERIFIED = "verified", pgettext_lazy("measure", "Verified")
        DROPPED = "dropped", _("Dropped")

    state = FSMField(_("state"), choices=State.choices, default=State.PROPOSED, protected=True, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    title = models.CharField(_("measure, in one line"), max_length=120)
    weakness = models.TextField(_("weak spot"), max_length=2_000)
    expected = models.TextField(_("what is expected"), max_length=2_000)
    cause_category = models.ForeignKey(
        CauseCategory, verbose_name=_("cause category"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="measures",
    )  # fmt: skip
    exception_kind = models.CharField(
        _("kind of problem with orders"), max_length=12, choices=OrderException.Kind.choices, blank=True
    )
    feedback = models.ForeignKey(
        Feedback, verbose_name=_("feedback"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="measures",
    )  # fmt: skip
    source = models.CharField(max_length=40, blank=True, editable=False)  # where it was found: "cause:3", "feedback:7"
    earlier = models.ForeignKey(
        "self", verbose_name=_("earlier measure"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="later",
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who carries it out"), on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("due on"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    evidence = models.TextField(_("what was done"), blank=True, max_length=4_000)
    done_on = models.DateField(_("carried out on"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("verified by"), null=True, editable=False, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    check_on = models.DateField(_("effect counted on"), null=True, editable=False)
    history = HistoricalRecords()
    objects = MeasureQuerySet.as_manager()

    SEARCHED = ("number", "title")
    TONES: ClassVar = {"proposed": "wait", "open": "active", "done": "wait", "verified": "ok", "dropped": "void"}
    PATH = ("proposed", "open", "done", "verified")
    QUEUE: ClassVar = {"title": "title", "party": "number", "person": "owner__name"}
    BUDGETS: ClassVar = {"proposed": "aftersales.measure_decide_hours", "done": "aftersales.measure_verify_hours"}
    OWED_BY_HOLDERS_OF: ClassVar = {"proposed": DECIDE, "done": RECORD}

    class Meta:
        verbose_name = _("improvement measure")
        verbose_name_plural = _("improvement measures")
        default_permissions = ()
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="measure_state"),
            models.Index(fields=["owner", "state"], name="measure_owner"),
            models.Index(fields=["state", "check_on"], name="measure_check"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def audience_of(self) -> list[Any]:
        """Who carries it out and who proposed it."""
        return sorted((p for p in {self.owner, self.proposed_by} if p), key=lambda p: p.pk)

    def file_id_of(self) -> int | None:
        """The file of the customer whose feedback showed the weak spot, if it was one."""
        return self.feedback.customer_id if self.feedback else None

    @property
    def is_running(self) -> bool:
        """Whether somebody owes something on it."""
        return self.state in (self.State.PROPOSED, self.State.OPEN, self.State.DONE)

    def may_be_edited_by(self, user: Any) -> bool:
        """Who proposed it until it is decided; the manager until it is carried out."""
        if self.state == self.State.PROPOSED and self.proposed_by_id == user.pk:
            return True
        return self.state in (self.State.PROPOSED, self.State.OPEN) and user.has_perm(DECIDE)

    def may_be_evidenced_by(self, user: Any) -> bool:
        """Whether this person enters what was done: the owner, while it is his to carry out."""
        return self.state == self.State.OPEN and self.owner_id == user.pk

    # --- evidence --------------------------------------------------------------------------------------
    @requirement("3.4.4c", _("What was done is entered"), at="aftersales:measure_evidence")
    def has_evidence(self) -> bool:
        """In words; a file may stand beside them."""
        return bool(self.evidence.strip())

    # --- the manager decides -----------------------------------------------------------------------------
    @transition(
        field=state, source=State.PROPOSED, target=State.OPEN, permission=may(DECIDE, but_not=("proposed_by",)),
        custom={"label": _("Have it carried out"), "clause": "3.4.4c", "approval": True, "forward": True},
    )  # fmt: skip
    def agree(self, by: Any) -> None:
        """The manager decides for it."""
        self.decided_on = clock.today()

    @transition(
        field=state, source=State.PROPOSED, target=State.DROPPED, permission=may(DECIDE, but_not=("proposed_by",)),
        custom={
            "label": _("Decide against it"), "clause": "3.4.4c", "approval": True, "comment": "required",
            "tone": "danger",
        },
    )  # fmt: skip
    def reject(self, by: Any) -> None:
        """The manager decides against it, with a reason."""

    @transition(
        field=state, source=State.PROPOSED, target=State.OPEN, permission=may(DECIDE, only=("proposed_by",)),
        custom={"label": _("Order it"), "clause": "3.4.4c"},
    )  # fmt: skip
    def order(self, by: Any) -> None:
        """The manager entered it himself: that is his decision, nobody else's is needed."""
        self.decided_on = clock.today()

    @transition(
        field=state, source=State.PROPOSED, target=State.DROPPED, permission=may("", only=("proposed_by",)),
        custom={"label": _("Withdraw"), "clause": "3.4.4c", "withdraws": True, "tone": "quiet"},
    )  # fmt: skip
    def withdraw(self, by: Any) -> None:
        """Whoever proposed it takes it back."""

    @transition(
        field=state, source=[State.OPEN, State.DONE], target=State.DROPPED, permission=may(DECIDE),
        custom={"label": _("Drop it"), "clause": "3.4.4c", "comment": "required", "tone": "danger"},
    )  # fmt: skip
    def drop(self, by: Any) -> None:
        """It is not carried out after all, with a reason."""

    # --- the owner carries it out ------------------------------------------------------------------------
    @transition(
        field=state, source=State.OPEN, target=State.DONE, conditions=[has_evidence],
        permission=may("", only=("owner",)),
        custom={"label": _("It is carried out"), "clause": "3.4.4c", "forward": True, "keeps": ("carry_out",)},
    )  # fmt: skip
    def finish(self, by: Any) -> None:
        """The owner says so; customer service looks."""
        self.done_on = clock.today()

    # --- customer service verifies -----------------------------------------------------------------------
    @transition(
        field=state, source=State.DONE, target=State.VERIFIED, permission=may(RECORD, but_not=("owner",)),
        custom={
            "label": _("Confirm that it was carried out"), "clause": "3.4.4c", "forward": True, "tone": "approve",
            "comment": "optional",
        },
    )  # fmt: skip
    def verify(self, by: Any) -> None:
        """It was carried out as expected; a quarter later its effect is counted."""
        self.verified_by = by
        self.check_on = (self.done_on or clock.today()) + timedelta(
            days=int(setting("aftersales.measure_check_days")) + 1
        )

    @transition(
        field=state, source=State.DONE, target=State.OPEN, permission=may(RECORD, but_not=("owner",)),
        custom={
            "label": _("Not carried out as expected"), "clause": "3.4.4c", "comment": "required",
            "tone": "danger", "returns": True, "asks": ("due_on",), "form": "aftersales.forms_measures.AgainForm",
        },
    )  # fmt: skip
    def fail(self, by: Any) -> None:
        """Back to the owner, with a reason and a new day."""
        self.done_on = None


@dataclass(frozen=True)
class Count:
    """What was counted in a time: its first and last day, the cases, and the orders of that time."""

    since: date
    until: date
    cases: int
    orders: int


class MeasureEffect(models.Model):
    """How often the cause occurred in the time before a measure and in the time after it. Append-only. Clause 3.4.4c."""

    is_append_only = True

    class Result(models.TextChoices):
        EFFECTIVE = "effective", _("Effective: it became rarer")
        NOT_EFFECTIVE = "not_effective", _("Not effective: it did not become rarer")
        NO_DATA = "no_data", _("It occurred neither before nor after")

    measure = models.OneToOneField(Measure, on_delete=models.PROTECT, related_name="effect")
    before_from = models.DateField()
    before_to = models.DateField()
    after_from = models.DateField()
    after_to = models.DateField()
    before_cases = models.PositiveIntegerField()
    after_cases = models.PositiveIntegerField()
    before_orders = models.PositiveIntegerField()
    after_orders = models.PositiveIntegerField()
    result = models.CharField(max_length=14, choices=Result.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("effect of a measure")
        verbose_name_plural = _("effects of measures")
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.measure_id}: {self.before_cases} → {self.after_cases}"

    @property
    def is_per_order(self) -> bool:
        """Whether both times had orders, so that shares of them are compared and not bare counts."""
        return bool(self.before_orders and self.after_orders)

    @property
    def before(self) -> Decimal | None:
        """Cases per 100 orders before; None where there were no orders."""
        return _per_hundred(self.before_cases, self.before_orders)

    @property
    def after(self) -> Decimal | None:
        """Cases per 100 orders after."""
        return _per_hundred(self.after_cases, self.after_orders)

    @property
    def tone(self) -> str:
        """How the result looks."""
        return {"effective": "ok", "not_effective": "bad"}.get(self.result, "idle")

    @classmethod
    def judged(cls, measure: Measure, before: Count, after: Count) -> MeasureEffect:
        """The effect of a measure by what was counted; unsaved."""
        row = cls(
            measure=measure, before_from=before.since, before_to=before.until, after_from=after.since,
            after_to=after.until, before_cases=before.cases, after_cases=after.cases, before_orders=before.orders,
            after_orders=after.orders,
        )  # fmt: skip
        row.result = row._result()
        return row

    def _result(self) -> str:
        if not (self.before_cases or self.after_cases):
            return self.Result.NO_DATA
        rarer = self.after_cases < self.before_cases
        if self.is_per_order:  # by cross-multiplication: 1 of 3 is compared exactly
            rarer = self.after_cases * self.before_orders < self.before_cases * self.after_orders
        return self.Result.EFFECTIVE if rarer else self.Result.NOT_EFFECTIVE


def _per_hundred(cases: int, orders: int) -> Decimal | None:
    return (Decimal(100) * cases / orders).quantize(Decimal("0.01")) if orders else None
