"""Verbs of inspection: opened on part of a line, judged with what follows, its report told and registered (3.3.4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.services import attach, register
from kernel import clock, notices
from kernel.advance import StepRefused, begin
from kernel.permissions import holding
from orders import flow, reworking
from orders.models import Defect, Inspection, InspectionPoint, OrderLine, ReworkTask
from orders.models.access import PLAN
from orders.models.orders import NONE

PHOTO = "photo"
PICTURES = ("png", "jpg", "pdf")
notices.say("inspected", gettext_lazy("Inspection result: %(result)s — %(title)s"))

_sources: list[Callable[[OrderLine], list[str]]] = []


def points_from(source: Callable[[OrderLine], list[str]]) -> Callable[[OrderLine], list[str]]:
    """Declare more to be checked of a line: `(line) -> texts`, as the quality requirements of its plan."""
    _sources.append(source)
    return source


def quality_points(line: OrderLine) -> list[str]:
    """What is checked of a line: the customer's requirements, one a line of text, then what others declare. 3.3.4a."""
    wanted = [text.strip() for text in line.requirements.splitlines()]
    found = [*wanted, *(text.strip() for source in _sources for text in source(line))]
    return list(dict.fromkeys(text[:300] for text in found if text))


def waiting_for_final(line: OrderLine) -> Decimal:
    """How much of a line is there and in no open final inspection yet."""
    rows = line.inspections.filter(state="open", kind=Inspection.Kind.FINAL)
    return line.to_inspect - (rows.aggregate(total=Sum("quantity"))["total"] or NONE)


def open_inspection(
    line: OrderLine, *, kind: str, quantity: Decimal, by: Any, rework: ReworkTask | None = None
) -> Inspection:
    """Open an inspection of part of a line, with what is to be checked. Raises ValidationError. Clause 3.3.4a."""
    with transaction.atomic():
        row = OrderLine.objects.select_for_update().select_related("order").get(pk=line.pk)
        most = waiting_for_final(row) if kind == Inspection.Kind.FINAL else row.quantity
        if not 0 < quantity <= most:
            raise ValidationError(_("%(line)s: there is not that much.") % {"line": row.description}, code="quantity")
        inspection: Inspection = begin(
            Inspection(
                order=row.order, line=row, kind=kind, quantity=quantity, rework=rework,
                round=rework.round + 1 if rework else 1,
            ),
            by=by,
        )  # fmt: skip
        points = quality_points(row) or [_("As agreed in the specification")]
        InspectionPoint.objects.bulk_create(
            InspectionPoint(inspection=inspection, position=n, text=text) for n, text in enumerate(points, start=1)
        )
        return inspection


def carry_out(inspection: Inspection, data: dict[str, Any], *, by: Any) -> None:
    """What follows from a result: points and defects kept, quantities counted, report registered, rework opened.

    `data` holds `points` (key → met), `cause`, `defect` and `way` of the result's form. Raises StepRefused where the
    line no longer holds the quantity. Clause 3.3.4b.
    """
    for key, is_met in data.get("points", {}).items():
        InspectionPoint.objects.filter(inspection=inspection, pk=key).update(is_met=is_met)
    rejected = inspection.rejected or NONE
    if rejected and data.get("cause"):
        note_defect(inspection, cause=data["cause"], quantity=rejected, note=data.get("defect", ""))
    if inspection.is_final:
        try:
            flow.count(inspection.line, by=by, accepted=inspection.accepted or NONE, produced=-rejected)
        except ValidationError as error:
            raise StepRefused(error.messages[0], record=inspection, step="judge") from error
    _report(inspection, by=by)
    if rejected:
        reworking.open_rework(inspection, kind=data.get("way") or ReworkTask.Kind.REWORK, by=by)


def inspect_again(task: ReworkTask, *, by: Any) -> Inspection:
    """Reworked goods are there again: they wait for the next inspection of the same kind. Clause 3.3.4b."""
    with transaction.atomic():
        if task.counts:
            flow.count(task.line, by=by, produced=task.quantity)
        return open_inspection(task.line, kind=task.inspection.kind, quantity=task.quantity, by=by, rework=task)


def note_defect(inspection: Inspection, *, cause: Any, quantity: Decimal, note: str = "") -> Defect:
    """Note what was wrong with part of what was inspected."""
    return Defect.objects.create(inspection=inspection, cause=cause, quantity=quantity, note=note)


def add_photo(inspection: Inspection, file: Any, *, by: Any) -> None:
    """Keep a picture of what was found. Raises ValidationError for what is no picture."""
    attach(record=inspection, file=file, by=by, purpose=PHOTO, allowed=PICTURES)


def _report(inspection: Inspection, *, by: Any) -> None:
    """The report gets its number in the register; production is told the result with its time."""
    title = f"{_('Inspection report')} {inspection.order.number} {inspection.line.description}"
    inspection.report_number = register(record=inspection, kind="report", title=title, by=by).number
    inspection._history_user = by
    inspection.save()
    result = f"{inspection.get_state_display()} {clock.local(clock.now()):%Y-%m-%d %H:%M}"
    people = [person for person in holding(PLAN) if person != by]
    if inspection.line.route == OrderLine.Route.MAKE:
        notices.tell(
            people, "inspected", effect=f"inspected:{inspection.pk}", record=inspection, result=result,
            **inspection.words_of(),
        )  # fmt: skip
