"""`manage.py restore SOURCE`: a backup into an empty installation, proved before Bylaw may start again; or only verified."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from kernel import anchors, audit, backups
from kernel.dumps import Broken


class Command(BaseCommand):
    """Restores or verifies; whatever goes wrong on the way is said, and keeps Bylaw from starting until it is mended."""

    help = "Restore a backup into an empty installation, or only verify it."
    requires_system_checks: list[str] = []  # they refuse an unfinished restore, which this mends

    def add_arguments(self, parser: Any) -> None:
        """SOURCE is a folder that `backup` made."""
        parser.add_argument("source", type=Path)
        parser.add_argument("--verify", action="store_true", help="only read the backup through; change nothing")
        parser.add_argument(
            "--into-empty", action="store_true", help="let a migrated database go in which nobody has worked"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, or restore, migrate and verify the audit chain."""
        source = options["source"].absolute()
        try:
            if options["verify"]:
                self._only_verify(source)
                return
            made = backups.restore(source, into_empty=options["into_empty"])
            call_command("migrate", interactive=False, verbosity=0)  # what is newer than the backup, and the triggers
        except (Broken, OSError, DatabaseError) as error:
            end = (
                f"The installation is half restored and will not start: {backups.note()}"
                if backups.unfinished()
                else ""
            )
            raise CommandError(f"not restored: {error}\n{end}".strip()) from error
        self._prove(made)

    def _only_verify(self, source: Path) -> None:
        problems = backups.verify(source)
        if problems:
            raise CommandError("\n".join(problems))
        made = backups.read(source)
        self.stdout.write(f"whole: {sum(made['rows'].values())} rows, {made['files']} files, made {made['made_at']}")

    def _prove(self, made: dict[str, Any]) -> None:
        problems, _unsealed = audit.verify()
        head = made["head"][0] if made["head"] else 0
        problems += anchors.missing(until=head)
        if problems:
            raise CommandError("restored, but the audit chain is broken; Bylaw will not start:\n" + "\n".join(problems))
        backups.finish()
        for later in anchors.missing():
            self.stderr.write(f"newer than the backup: {later} ({anchors.path()}, see docs/operations.md)")
        self.stdout.write(f"restored: {sum(made['rows'].values())} rows, {made['files']} files, made {made['made_at']}")
        self.stdout.write("nothing in the audit chain was changed")
