"""Long lists, and files of files, as jobs: asked for, taken up by one worker at a time, removed when their time is over."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils import translation

from kernel import clock, exports
from kernel.lists import Listed, Packed, list_of, pack_of
from kernel.models import Export

log = logging.getLogger(__name__)
AT_ONCE = 2_000  # rows that a page waits for
STEP = 500
KEPT = timedelta(days=3)
DEAD = timedelta(minutes=3)  # a run that has not said anything for so long is taken up again
MOST_TRIES = 3
State = Export.State


def source_of(slug: str) -> Any:
    """The list, or the file of files, of that name; None where there is none."""
    return list_of(slug) or pack_of(slug)


def ask(*, by: Any, found: Listed | Packed, query: str, file_format: str, total: int, name: str = "") -> Export:
    """Ask for a list as a file, or for a file of files; the next job writes it."""
    return Export.objects.create(
        owner=by,
        list=found.slug,
        query=query[:4_000],
        format=file_format,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        total=total,
        rights=rights_of(by),
        name=name[:200] or file_name(found, file_format),
        expires_at=clock.now() + KEPT,
    )


def file_name(found: Listed | Packed, file_format: str) -> str:
    """What the file is called."""
    return f"{found.title} {clock.today():%Y-%m-%d}.{file_format}"


def run_waiting(limit: int = 3) -> int:
    """Write what waits or was left behind by a worker that died; each minute, and at once after being asked for."""
    due = Q(status=State.WAITING) | Q(status=State.RUNNING, alive_at__lt=clock.now() - DEAD)
    keys = Export.objects.filter(due).order_by("pk").values_list("pk", flat=True)[:limit]
    return sum(run(pk) for pk in list(keys))


def run(pk: int) -> bool:
    """Write one file; false when another worker has it or nothing is to be done. May be run again at any time."""
    now = clock.now()
    due = Q(status=State.WAITING) | Q(status=State.RUNNING, alive_at__lt=now - DEAD)
    if not Export.objects.filter(due, pk=pk).update(status=State.RUNNING, alive_at=now, done=0, tries=F("tries") + 1):
        return False
    export = Export.objects.select_related("owner").get(pk=pk)
    found = source_of(export.list)
    is_given = found is not None and found.admits(export.owner) and may_still_have(export)
    if export.tries > MOST_TRIES or not export.owner.is_active or not is_given:
        _end(export, State.FAILED)
        return False
    try:
        _write(export, found)
    except Exception:  # whatever a list's rows raise: its owner is shown that it failed, the log says why
        log.exception("export %s failed", pk)
        _end(export, State.FAILED)
        return False
    _end(export, State.DONE)
    return True


def rights_of(user: Any) -> str:
    """A digest of all that he may do now, in his own name and for those who are away."""
    return hashlib.sha256("\n".join(sorted(user.get_all_permissions())).encode()).hexdigest()


def may_still_have(export: Export) -> bool:
    """Whether its owner may have the file now (SECURITY C): his rights are those with which he asked, he may still open the
    page of the list, and the record of a file of files is still his. What is handed over ends its files: see `end_those_of`.
    """
    found, owner = source_of(export.list), export.owner
    if (
        export.expires_at <= clock.now()
        or found is None
        or not found.admits(owner)
        or export.rights != rights_of(owner)
    ):
        return False
    return not isinstance(found, Packed) or found.may_have(owner, QueryDict(export.query))


def end_those_of(owner: Any) -> int:
    """Remove what a person took out or asked for: rows of his went to somebody else (SECURITY C, reassign)."""
    rows = Export.objects.filter(owner=owner).exclude(status__in=(State.EXPIRED, State.FAILED))
    return rows.update(expires_at=clock.now())


def clear_expired() -> int:
    """Remove the files whose time is over."""
    over = Export.objects.filter(expires_at__lt=clock.now()).exclude(status=State.EXPIRED)
    for export in list(over[:100]):
        file_of(export).unlink(missing_ok=True)
        _end(export, State.EXPIRED)
    return len(over)


def file_of(export: Export) -> Path:
    """Where the file of an export is."""
    return Path(settings.MEDIA_ROOT) / export.path


def rows_in_steps(rows: QuerySet) -> Iterator[Any]:
    """The rows in their order, a few hundred in memory at a time, however many there are."""
    keys = list(rows.values_list("pk", flat=True)[: exports.MOST_ROWS])
    for start in range(0, len(keys), STEP):
        step = keys[start : start + STEP]
        held = {row.pk: row for row in rows.order_by().filter(pk__in=step)}
        yield from (held[key] for key in step if key in held)  # what was taken away meanwhile is not in the file


def _write(export: Export, found: Listed | Packed) -> None:
    target = file_of(export)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        with translation.override(export.language), draft.open("wb") as file:
            if isinstance(found, Packed):
                found.write(export.owner, QueryDict(export.query), file)
                export.done = export.total
            else:
                _write_list(export, found, file)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _write_list(export: Export, found: Listed, file: IO[bytes]) -> None:
    rows = found.rows(export.owner, QueryDict(export.query))
    if export.format == "csv":
        exports.write_csv(file, found.columns, _counted(export, rows_in_steps(rows)))
    else:
        counted = _counted(export, rows_in_steps(rows))
        exports.write_xlsx(file, str(found.title), found.columns, counted, found.totals(rows))


def _counted(export: Export, rows: Iterator[Any]) -> Iterator[Any]:
    """The rows, saying how far it is every few hundred."""
    for number, row in enumerate(rows, start=1):
        if number % STEP == 0:
            Export.objects.filter(pk=export.pk).update(done=number, alive_at=clock.now())
        yield row
    export.done = export.total


def _end(export: Export, status: str) -> None:
    Export.objects.filter(pk=export.pk).update(status=status, done=export.done)
