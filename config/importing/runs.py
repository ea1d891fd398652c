"""One run of the import: open, read, save all or nothing; a dry run does it all and keeps nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from config.importing import contacts, customers, employees, opportunities, products
from config.importing.outcome import Outcome, Tick
from config.importing.sheet import Sheet
from kernel.imports import Problem, Refused, read_mapping

READERS = {reader.ENTITY.name: reader for reader in (customers, contacts, products, employees, opportunities)}


def run(
    entity: str, file: Path, mapping: Path, *, by: Any = None, dry_run: bool = False, tick: Tick = lambda: None
) -> Outcome:
    """Import a file. Raises Refused with every bad row in words, and then nothing of the file is kept."""
    reader = READERS[entity]
    with transaction.atomic():
        sheet = Sheet.open(reader.ENTITY, file, read_mapping(mapping), by)
        try:
            outcome = reader.load(sheet, tick)
        except DatabaseError as error:
            message = _("The database refused a row: %(reason)s") % {"reason": error}
            raise Refused([Problem(0, "", message)]) from error
        if dry_run:
            transaction.set_rollback(True)
    return outcome
