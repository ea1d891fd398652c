"""`manage.py import <entity> file.csv --mapping file.toml`: take old data in, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from config.importing.progress import Progress
from config.importing.runs import READERS, run
from config.importing.wording import report, summary
from kernel.imports import Refused
from organization.models import User


class Command(BaseCommand):
    """Import one CSV file through a mapping file; bad rows are named in words and stop the whole file."""

    help = "Import customers, contacts, products, employees or opportunities from a CSV file (docs/import.md)."

    def add_arguments(self, parser: Any) -> None:
        """What is imported, from where, by which mapping, and on whose account."""
        parser.add_argument("entity", choices=sorted(READERS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, required=True)
        parser.add_argument("--dry-run", action="store_true", help="check everything, keep nothing")
        parser.add_argument("--by", default="", help="e-mail of the person on whose account it is imported")
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import and say what came of it. Raises CommandError with the bad rows."""
        with translation.override(options["language"] or translation.get_language()):
            self._import(**options)

    def _import(self, entity: str, file: Path, mapping: Path, dry_run: bool, by: str, **_rest: Any) -> None:
        person = User.objects.filter(email__iexact=by).first() if by else None
        if by and person is None:
            raise CommandError(_("Nobody here has the e-mail address %(email)s.") % {"email": by})
        try:
            with Progress(self.stderr, file.name) as progress:
                outcome = run(entity, file, mapping, by=person, dry_run=dry_run, tick=progress)
        except Refused as refused:
            raise CommandError(report(refused)) from refused
        self.stdout.write(summary(outcome, dry_run=dry_run))
