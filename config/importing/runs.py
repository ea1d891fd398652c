"""One run of the import: open, read, save all or nothing; a dry run does it all and keeps nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from config.importing import (
    contacts,
    contracts,
    customers,
    employees,
    instalments,
    opportunities,
    order_lines,
    orders,
    products,
)
from config.importing.outcome import Outcome, Tick
from config.importing.sheet import Sheet
from kernel.imports import Problem, Refused, read_mapping

READERS = {
    reader.ENTITY.name: reader
    for reader in (customers, contacts, products, employees, opportunities, contracts, instalments, orders, order_lines)
}


def run(
    entity: str, file: Path, mapping: Path, *, by: Any = None, dry_run: bool = False, tick: Tick = lambda: None
) -> Outcome:
    """Import a file. Raises Refused with every bad row in words, and then nothing of the file is kept."""
    sheet = Sheet.open(READERS[entity].ENTITY, file, read_mapping(mapping), by)
    return take(sheet, dry_run=dry_run, tick=tick)


def take(sheet: Sheet, *, dry_run: bool = False, tick: Tick = lambda: None) -> Outcome:
    """Import a sheet, all or nothing. Raises Refused."""
    with transaction.atomic():
        try:
            outcome = READERS[sheet.entity.name].load(sheet, tick)
        except DatabaseError as error:
            message = _("The database refused a row: %(reason)s") % {"reason": error}
            raise Refused([Problem(0, "", message)]) from error
        if dry_run:
            transaction.set_rollback(True)
    return outcome
