"""Merging two customers that are one company, and undoing it: what moves, what is kept, what goes back. Clause 4.2.1c."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Value
from django.utils.translation import gettext_lazy as _

from customers import duplicates
from customers.models import Customer, Merge, MergeMove
from customers.models.merges import fact_of, rows_of
from kernel import clock, promises
from kernel.advance import advance
from kernel.hanging import Hanging, hanging_on
from kernel.settings import define, setting

define("customers.undo_merge_hours", 24, _("A merge of customers may be undone for"), unit=_("hours"), clause="4.2.1c")

FACTS = (
    "name", "short_name", "region", "registration_number", "industry", "segment", "grade", "is_key", "on_key_list",
    "source", "phone", "website", "address", "ship_address", "paper_location", "owner", "note",
)  # fmt: skip


def merge(
    gone: Customer,
    survivor: Customer,
    *,
    take: Sequence[str] = (),
    reason: str,
    by: Any,
    seen: tuple[int | None, int | None] = (None, None),
) -> Merge:
    """Make two customers one: everything of `gone` moves to `survivor`, which takes the named facts of it.

    `seen` are the versions of both that the person was looking at. Raises PermissionDenied, and StepRefused when one was
    changed meanwhile. Clause 4.2.1c.
    """
    with transaction.atomic():
        both = Customer.objects.select_for_update(of=("self",)).filter(pk__in=(gone.pk, survivor.pk)).in_bulk()
        gone, survivor = both[gone.pk], both[survivor.pk]
        if gone.pk == survivor.pk or not (gone.may_be_merged_by(by) and survivor.may_be_merged_by(by)):
            raise PermissionDenied
        if seen[1] is not None and seen[1] != survivor.version:
            seen = (-1, None)  # refused as a change of the one that goes would be: both must be read again
        data = {"merged_into": survivor, "take": [name for name in take if name in FACTS]}
        advance(gone, "merge_away", by=by, comment=reason, data=data, seen=seen[0])
        return Merge.objects.get(gone=gone, undone_at=None)


def what_hangs_on(customer: Customer) -> list[tuple[Any, int]]:
    """What would move, by kind: (its name, how many). One query."""
    found = hanging_on(customer)
    counts = [
        h.rows.order_by().annotate(hanging=Value(n)).values("hanging").annotate(number=Count("pk"))
        for n, h in enumerate(found)
    ]
    rows = counts[0].union(*counts[1:], all=True) if counts else []
    number = {row["hanging"]: row["number"] for row in rows}
    return [(h.label, number[n]) for n, h in enumerate(found) if number.get(n)]


# --- what follows from the steps (customers.receivers) -------------------------------------------------
def carry_out(gone: Customer, *, state_before: str, data: dict[str, Any], by: Any) -> None:
    """Move everything from the customer that was merged to the one it went into, and note what and how."""
    survivor = Customer.objects.get(pk=gone.merged_into_id)
    until = clock.now() + timedelta(hours=setting("customers.undo_merge_hours"))
    made = Merge.objects.create(gone=gone, survivor=survivor, state_before=state_before, by=by, until=until)
    promises.void(gone)
    reason = str(_("merged: %(number)s")) % {"number": gone.number}
    for hanging in hanging_on(gone):
        _move(made, hanging, reason)
    made.facts = {name: [fact_of(survivor, name), fact_of(gone, name)] for name in data.get("take", ())}
    helpers = set(gone.collaborators.values_list("pk", flat=True))
    made.helpers = sorted(helpers - set(survivor.collaborators.values_list("pk", flat=True)))
    made.save()
    survivor.collaborators.add(*made.helpers)
    _give(survivor, {name: new for name, (_old, new) in made.facts.items()}, reason, by)
    duplicates.compare(survivor)


def _move(made: Merge, hanging: Hanging, reason: str) -> None:
    """Point the rows at the survivor, each with its history; where only one can be, the survivor keeps its own."""
    model = hanging.rows.model
    field = next(f for f in model._meta.concrete_fields if f.attname == hanging.column)
    if field.unique and model._base_manager.filter(**{field.name: made.survivor_id}).exists():
        return
    for row in hanging.rows.select_for_update(of=("self",)).order_by("pk"):
        _point(row, hanging.column, made.survivor_id, reason, made.by)
        MergeMove.objects.create(
            merge=made,
            model=model._meta.label_lower,
            row=row.pk,
            column=hanging.column,
            version=getattr(row, "version", None),
        )


def _refile(survivor: Customer, gone: Customer, reason: str, by: Any) -> None:
    """What was promised, registered or asked for since on something that went back belongs to its file again."""
    for hanging in (h for h in hanging_on(survivor) if h.column == "file"):
        for row in hanging.rows.order_by("pk"):
            record = apps.get_model(row.model)._base_manager.filter(pk=row.row).first()
            if record is not None and record.file_id_of() == gone.pk:
                _point(row, "file", gone.pk, reason, by)


def _point(row: Any, column: str, key: int, reason: str, by: Any) -> None:
    setattr(row, column, key)
    row._history_user, row._change_reason = by, reason[:100]
    row.save()


def _give(customer: Customer, facts: dict[str, Any], reason: str, by: Any) -> None:
    for name, value in facts.items():
        setattr(customer, Customer._meta.get_field(name).attname, value)
    customer.version += 1
    customer._history_user, customer._change_reason = by, reason[:100]
    customer.save()


def undo(gone: Customer, *, by: Any) -> None:
    """Give back what the merge moved and changed. The guards of the step have held that nothing moved on since."""
    made = Merge.objects.select_for_update(of=("self",)).get(gone=gone, undone_at=None)
    reason = str(_("merge undone: %(number)s")) % {"number": gone.number}
    survivor = Customer.objects.get(pk=made.survivor_id)
    for label, moves in made.moved().items():
        for row in rows_of(label, moves).select_for_update(of=("self",)):
            _point(row, moves[row.pk].column, gone.pk, reason, by)
    _refile(survivor, gone, reason, by)
    survivor.collaborators.remove(*made.helpers)
    _give(survivor, {name: old for name, (old, _new) in made.facts.items()}, reason, by)
    made.undone_by, made.undone_at = by, clock.now()
    made.save()
    row = Customer.objects.get(pk=gone.pk)
    row.shares_number = row.number_holder() is not None and not row.imported
    row._history_user, row._change_reason = by, reason[:100]
    row.save()
    duplicates.compare(row)
