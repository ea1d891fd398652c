"""Undoing an import: what hangs on its rows, and taking them away with their going written into the history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from kernel import promises
from kernel.importing import BATCH, REASON
from kernel.models import Import, ImportedRow, PersonalData, Promise, SearchWord

UNDONE = "import undone"
SHOWN = 5  # of what hangs, by kind
# What tells of a row without being anybody's work on it. Steps taken on it are found as changes of its fields.
TELLING = {
    "kernel.statechange", "kernel.personaldata", "kernel.promise", "kernel.notice", "kernel.refusal", "kernel.importedrow",
}  # fmt: skip


def hanging(imported: Import, parts: tuple[str, ...]) -> list[str]:
    """What keeps an import from being undone, in words; empty when nothing does. Locks its rows."""
    found: list[str] = []
    for model in models_of(imported):
        keys = _keys(imported, model)
        list(model._base_manager.select_for_update().filter(pk__in=keys).values_list("pk"))
        if hasattr(model, "history"):
            found += _changed(model, keys)
        for rows in _referring(model, keys, parts):
            found += [f"{rows.model._meta.verbose_name}: {row}" for row in rows.order_by("pk")[:SHOWN]]
    return found


def remove(imported: Import, by: Any) -> None:
    """Take its rows away; each going is a line in the history, on the account of whoever undoes it."""
    for model in _referring_first(models_of(imported)):
        keys = list(_keys(imported, model))
        for start in range(0, len(keys), BATCH):
            _remove(model, keys[start : start + BATCH], by)
    ImportedRow.objects.filter(source=imported).delete()


def models_of(imported: Import) -> list[type[models.Model]]:
    """The models of the rows that it made."""
    labels = imported.rows.order_by().values_list("model", flat=True).distinct()
    return [apps.get_model(label) for label in sorted(labels)]


def _referring_first(found: list[type[models.Model]]) -> list[type[models.Model]]:
    """In the order in which they may go: what names another of them goes before it."""

    def named(model: type[models.Model]) -> int:
        return sum(any(f.related_model is model for f in other._meta.fields) for other in found)

    return sorted(found, key=named)


def _keys(imported: Import, model: type[models.Model]) -> Any:
    return ImportedRow.objects.filter(source=imported, model=model._meta.label_lower).values_list("row", flat=True)


def _changed(model: Any, keys: Any) -> list[str]:
    """Rows that somebody, or a step, has changed since."""
    later = model.history.filter(id__in=keys).exclude(history_change_reason=REASON)
    changed = model._base_manager.filter(pk__in=later.order_by().values("id")).order_by("pk")[:SHOWN]
    return [_("%(record)s was changed since it was imported") % {"record": row} for row in changed]


def _referring(model: type[models.Model], keys: Any, parts: tuple[str, ...]) -> Iterator[models.QuerySet]:
    """Rows that name one of the keys: by reference, by model and row, or as their file."""
    for relation in model._meta.get_fields(include_hidden=True):
        other = relation.related_model
        if not relation.auto_created or relation.concrete or hasattr(other, "history_date") or other._meta.auto_created:
            continue  # who helps with a record is written in its own history
        if other._meta.label_lower not in parts:
            yield other._base_manager.filter(**{f"{relation.field.name}__in": keys})
    label, is_file = model._meta.label_lower, model._meta.label == settings.FILE_MODEL
    for other in apps.get_models():
        names = {f.name for f in other._meta.concrete_fields if not f.is_relation}
        if hasattr(other, "history_date") or other._meta.label_lower in TELLING | set(parts):
            continue
        if {"model", "row"} <= names:
            yield other._base_manager.filter(model=label, row__in=keys)
        if is_file and "file" in names and isinstance(other._meta.get_field("file"), models.PositiveBigIntegerField):
            yield other._base_manager.filter(file__in=keys)


def _remove(model: type[models.Model], keys: list[int], by: Any) -> None:
    records = list(model._base_manager.filter(pk__in=keys))
    label = model._meta.label_lower
    owed = set(Promise.objects.open().filter(model=label, row__in=keys).values_list("row", flat=True))
    for record in records:
        record._history_user, record._change_reason = by, UNDONE
        if record.pk in owed:
            promises.void(record)
    collector = Collector(using=model._base_manager.db, origin=records)
    collector.collect(records)
    collector.delete()
    SearchWord.objects.filter(kind=label, row__in=keys).delete()
    PersonalData.objects.filter(model=label, row__in=keys).delete()
