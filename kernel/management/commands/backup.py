"""`manage.py backup TARGET`: database, files and manifest into a new folder, while people work."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kernel import backups
from kernel.dumps import Broken


class Command(BaseCommand):
    """Writes a backup, reads it through again, and says what it holds."""

    help = "Back up database and files into a new folder, with a manifest that proves both."

    def add_arguments(self, parser: Any) -> None:
        """TARGET is the folder to make."""
        parser.add_argument("target", type=Path, help="the folder to make; it must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        """Back up, print the figures; exit code 1 and no folder when anything failed."""
        try:
            made = backups.make(options["target"].absolute())
        except (Broken, OSError) as error:
            raise CommandError(f"no backup was made: {error}") from error
        rows = sum(made["rows"].values())
        self.stdout.write(f"{options['target']}: {rows} rows in {len(made['rows'])} tables, {made['files']} files")
        self.stdout.write(f"head: {made['head'][0]} {made['head'][1]}" if made["head"] else "the chain is empty")
        for name in made["missing_files"]:
            self.stderr.write(f"a row names {name}, and there is no such file")
