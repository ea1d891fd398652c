"""`manage.py ticket_conformance`: which sequences of a real service log our feedback machine accepts, as a document."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.importing import tickets
from config.management.commands.import_samples import samples_folder

DOCUMENT = settings.BASE_DIR / "docs" / "ticket-conformance.md"


class Command(BaseCommand):
    """Write the report; it touches no database."""

    help = "Write docs/ticket-conformance.md from the service log of the sample data (BYLAW_SAMPLES)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge every ticket. Raises CommandError where the log is not there."""
        try:
            found = tickets.read(samples_folder() / "tickets")
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} is not there") from error
        DOCUMENT.write_text(tickets.report([tickets.judge(ticket) for ticket in found]), encoding="utf-8")
        self.stdout.write(str(DOCUMENT))
