"""What follows from a PDF that a page below gave out."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from documents.models import Reading
from documents.services import note_reading
from kernel.printing import printed


@receiver(printed)
def sheet_printed(sender: Any, record: Any, title: str, by: Any, **_: Any) -> None:
    """Who opened an approval sheet is written down as for every other paper of the record. Clause 4.2.2c."""
    note_reading(record, title=title, how=Reading.How.PRINT, by=by)
