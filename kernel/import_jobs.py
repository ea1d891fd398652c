"""Imports by hand as jobs: uploaded, checked, run and undone by one worker at a time, each effect once."""

from __future__ import annotations

import io
import logging
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.deletion import ProtectedError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kernel import clock, import_undo
from kernel.import_kinds import ImportKind, first_rows, in_all_languages, kind_of, mapping_of
from kernel.imports import Problem, Refused, Table, read_rows
from kernel.models import Import, ImportedRow
from kernel.models.imports import IMPORT_RIGHT

log = logging.getLogger(__name__)
MOST_ROWS = 10_000
MOST_PROBLEMS = 20_000
LONGEST_HEADING = 200  # characters
KEPT = timedelta(days=3)
DEAD = timedelta(minutes=3)  # a run that has not ended for so long is taken up again; the row's lock keeps both apart
MOST_TRIES = 3
SAYS_EVERY = 0.5  # seconds between two notes of how far it is
State = Import.State
WRONG = _("What is wrong with the row")  # the heading of the last column of an error list


def upload(*, by: Any, kind: ImportKind, name: str, data: bytes) -> Import:
    """Keep a file that can be read as a table of at most 10,000 rows. Raises Refused."""
    table = read(data)
    if long := [column for column in table.columns if len(column) > LONGEST_HEADING]:
        message = _("The heading is longer than %(max)d characters.") % {"max": LONGEST_HEADING}
        raise Refused([Problem(1, f"{column[:40]}…", message) for column in long])
    imported = Import(
        owner=by, kind=kind.slug, name=name[:200], columns=table.columns, total=len(table.rows), sample=first_rows(table),
        language=translation.get_language() or settings.LANGUAGE_CODE, expires_at=clock.now() + KEPT,
    )  # fmt: skip
    path = file_of(imported)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    imported.save()
    return imported


def read(data: bytes) -> Table:
    """The table in a file; the column in which we say what is wrong is ours and left out."""
    table = read_rows(io.BytesIO(data), most=MOST_ROWS)
    ours = in_all_languages(WRONG)
    return Table([column for column in table.columns if column not in ours], table.rows, table.encoding)


def file_of(imported: Import) -> Path:
    """Where the file of an import is."""
    return Path(settings.MEDIA_ROOT) / imported.path


def table_of(imported: Import) -> Table:
    """The table of an import. Raises FileNotFoundError when its file is gone."""
    return read(file_of(imported).read_bytes())


def ask(imported: Import, status: str, *, mapping: dict[str, str] | None = None) -> bool:
    """Ask for the next job (check, run, undo); false when it was asked for already or is past that."""
    before = {State.CHECKING: Import.BEFORE, State.RUNNING: (State.CHECKED,), State.UNDOING: (State.DONE,)}[
        State(status)
    ]
    values: dict[str, Any] = {"status": status, "alive_at": None, "tries": 0, "refusal": []}
    values |= {} if mapping is None else {"mapping": mapping, "problems": [], "problem_count": 0}
    return bool(Import.objects.filter(pk=imported.pk, status__in=before).update(**values))


def run_waiting(limit: int = 3) -> int:
    """Do what waits or was left behind by a worker that died; each minute, and at once after being asked for."""
    keys = Import.objects.filter(_due()).order_by("pk").values_list("pk", flat=True)[:limit]
    return sum(run(pk) for pk in list(keys))


def run(pk: int) -> bool:
    """Do the next thing of one import; false when another worker has it or nothing is to be done. May run again any time."""
    if not Import.objects.filter(_due(), pk=pk).update(alive_at=clock.now(), tries=F("tries") + 1):
        return False
    imported = Import.objects.select_related("owner").get(pk=pk)
    kind = kind_of(imported.kind)
    may = imported.owner.is_active and imported.owner.has_perm(IMPORT_RIGHT) and kind and kind.admits(imported.owner)
    if imported.tries > MOST_TRIES or not may:
        return _give_up(imported)
    try:
        with translation.override(imported.language):
            # read before anything is locked: a long file takes a while, and SQLite has one writer at a time
            table = None if imported.status == State.UNDOING else table_of(imported)
        with translation.override(imported.language), transaction.atomic():
            held = Import.objects.select_for_update().get(pk=pk)
            if held.status != imported.status:
                return False  # the worker that had it was slow, not dead
            _work(held, imported.owner, kind, table)
    except Exception:  # whatever a row raises: its owner is shown that it failed, the log says why
        log.exception("import %s failed", pk)
        return _give_up(imported)
    finally:
        _progress_of(imported).unlink(missing_ok=True)
    return True


def done(imported: Import) -> int:
    """How many rows the job that has it is through with."""
    try:
        return int(_progress_of(imported).read_text() or 0)
    except (FileNotFoundError, ValueError):
        return 0


def clear_expired() -> int:
    """Remove the files whose time is over, and what was said of their rows; what was imported stays."""
    over = list(
        Import.objects.filter(expires_at__lt=clock.now()).exclude(path="").exclude(status__in=Import.AT_WORK)[:100]
    )
    for imported in over:
        file_of(imported).unlink(missing_ok=True)
        imported.path, imported.problems, imported.sample = "", [], []
        if imported.status in Import.BEFORE:
            imported.status = State.EXPIRED
        imported.save(update_fields=["path", "problems", "sample", "status"])
    return len(over)


def _due() -> Q:
    return Q(status__in=Import.AT_WORK) & (Q(alive_at=None) | Q(alive_at__lt=clock.now() - DEAD))


def _work(imported: Import, owner: Any, kind: ImportKind, table: Table | None) -> None:
    if table is None:
        _undo(imported, owner, kind)
    else:
        _take(imported, owner, kind, table, dry_run=imported.status == State.CHECKING)
    imported.alive_at = None
    imported.save()


def _take(imported: Import, owner: Any, kind: ImportKind, table: Table, *, dry_run: bool) -> None:
    """Check the whole file, or take it in; a file with anything wrong stays checked, with what is wrong."""
    try:
        mapping = mapping_of(kind, imported.mapping)
        tick = Progress(_progress_of(imported))
        records, already = kind.take(table, mapping, by=owner, dry_run=dry_run, tick=tick)
    except Refused as refused:
        imported.problems = [[p.line, p.column, str(p.message)] for p in refused.problems[:MOST_PROBLEMS]]
        imported.problem_count = len(refused.problems)
        imported.status, imported.added, imported.already = State.CHECKED, 0, 0
        return
    imported.problems, imported.problem_count, imported.already = [], 0, already
    imported.added = sum(record._meta.label_lower not in kind.parts for record in records)
    imported.status = State.CHECKED if dry_run else State.DONE
    if not dry_run:
        imported.finished_at = clock.now()
        rows = (ImportedRow(source=imported, model=r._meta.label_lower, row=r.pk) for r in records)
        ImportedRow.objects.bulk_create(rows, batch_size=500)


def _undo(imported: Import, owner: Any, kind: ImportKind) -> None:
    imported.refusal = import_undo.hanging(imported, kind.parts)
    imported.status = State.DONE if imported.refusal else State.UNDONE
    if imported.refusal:
        return
    try:
        with transaction.atomic():
            import_undo.remove(imported, owner)
    except ProtectedError as error:
        imported.status, imported.refusal = State.DONE, [str(row) for row in list(error.protected_objects)[:5]]


def _give_up(imported: Import) -> bool:
    """What was to be undone is still there; anything else has failed."""
    status = State.DONE if imported.status == State.UNDOING else State.FAILED
    Import.objects.filter(pk=imported.pk, status=imported.status).update(status=status, alive_at=None)
    return False


def _progress_of(imported: Import) -> Path:
    """Beside the file: a job's transaction shows nothing in the database until it ends."""
    return file_of(imported).with_suffix(".done")


class Progress:
    """Counts rows, and says how far it is now and then."""

    def __init__(self, path: Path) -> None:
        self.path, self.count, self.said = path, 0, 0.0

    def __call__(self) -> None:
        """One row more."""
        self.count += 1
        if time.monotonic() - self.said > SAYS_EVERY:
            self.said = time.monotonic()
            self.path.write_text(str(self.count))


def errors_by_line(imported: Import) -> dict[int, str]:
    """What is wrong in each line, in one sentence a column."""
    found: dict[int, list[str]] = {}
    for line, column, message in imported.problems:
        found.setdefault(line, []).append(str(Problem(0, column, message)))
    return {line: "; ".join(said) for line, said in found.items()}
