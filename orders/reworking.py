"""Verbs of rework: opened by what an inspection rejected, done and inspected again, loops told to the manager (3.3.4b)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import calendar, clock, notices, promises
from kernel.advance import begin
from kernel.permissions import holding
from kernel.settings import setting
from orders import placing, problems
from orders.models import Acknowledgement, Inspection, Order, OrderException, OrderLine, ReworkTask
from orders.models.access import DECIDE, RIGHTS, Department

REWORK = "rework"
promises.name_kind(REWORK, gettext_lazy("Rework of what failed: %(what)s"))
notices.say("rework", gettext_lazy("Failed at %(time)s, to be reworked: %(title)s"), urgent=True)
notices.say("rework_loop", gettext_lazy("Failed for the %(round)s. time: %(title)s"), urgent=True)

# who puts right what failed: who made it, or who bought it
DEPARTMENTS = {OrderLine.Route.MAKE: Department.PRODUCTION}


def open_rework(inspection: Inspection, *, kind: str, by: Any) -> ReworkTask:
    """What was rejected is reworked by who made or bought it, who is told at once with the time. Clause 3.3.4b."""
    line = inspection.line
    department = DEPARTMENTS.get(OrderLine.Route(line.route), Department.PURCHASING)
    with transaction.atomic():
        task: ReworkTask = begin(
            ReworkTask(
                order=inspection.order, line=line, inspection=inspection, department=department, kind=kind,
                quantity=inspection.rejected, counts=inspection.is_final, round=inspection.round,
            ),
            by=by,
        )  # fmt: skip
        _issue_to(inspection.order, department, by=by)
        hours = Decimal(setting("orders.rework_hours"))
        promises.make(
            task, REWORK, due_at=calendar.add_working_hours(clock.now(), hours), clause="3.3.4b",
            what=line.description, permission=RIGHTS[department],
        )  # fmt: skip
        people = [person for person in holding(RIGHTS[department]) if person != by]
        moment = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
        notices.tell(people, "rework", effect=f"rework:{task.pk}", record=task, time=moment, **task.words_of())
        if task.round >= int(setting("orders.rework_loops")):
            _tell_of_loop(task, by=by)
        return task


def _issue_to(order: Order, department: str, *, by: Any) -> None:
    """A department that the order was not issued to takes part in it from now on."""
    if not order.acknowledgements.filter(department=department).exists():
        placing.ask_department(begin(Acknowledgement(order=order, department=department), by=by))


def _tell_of_loop(task: ReworkTask, *, by: Any) -> None:
    """From the third round on the manager is told, who may stop it; customer service watches the promised date."""
    what = _("%(line)s failed its inspection for the %(round)s. time.") % {
        "line": task.line.description, "round": task.round,
    }  # fmt: skip
    problems.raise_exception(
        task.order, kind=OrderException.Kind.QUALITY, what=what, by=by, source=f"rework-line:{task.line_id}",
        party=OrderException.Party.PRODUCTION if task.department == Department.PRODUCTION else "",
    )  # fmt: skip
    people = [person for person in holding(DECIDE) if person != by]
    notices.tell(people, "rework_loop", effect=f"loop:{task.pk}", record=task, round=str(task.round), **task.words_of())
