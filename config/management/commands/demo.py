"""`manage.py demo`: fill an empty database with the demo company; never in production, never beside real people."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.demo import logins, story
from kernel import anchors
from organization.models import User


class Command(BaseCommand):
    """Make the demo company by real steps under a moving clock, or show its logins."""

    help = "Fill an empty database with the demo company (not in production)."

    def add_arguments(self, parser: Any) -> None:
        """Whether a database in use is left alone silently, and whether only the logins are shown."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there are people already")
        parser.add_argument("--logins", action="store_true", help="only show who can sign in")

    def handle(self, *args: Any, if_empty: bool, logins: bool, **options: Any) -> None:
        """Make the company and print its logins. Raises CommandError where it may not be made."""
        if logins:
            self._show_logins()
            return
        if if_empty and User.objects.exists():
            return
        self._refuse_if_wrong()
        began = perf_counter()
        anchors.forget()
        story.tell()
        self.stdout.write(_("The demo company was made in %(seconds).1f s.") % {"seconds": perf_counter() - began})
        if not if_empty:  # who starts the whole shows them last, beside the address
            self._show_logins()

    def _refuse_if_wrong(self) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError(_("The demo company is not made in production: its password is known to everybody."))
        if User.objects.filter(is_demo=False).exists():
            raise CommandError(_("There are real people in this database: the demo company is not put beside them."))
        if User.objects.exists():
            raise CommandError(_("The demo company is already here. Empty the database first."))

    def _show_logins(self) -> None:
        table = logins.table()
        if table:
            self.stdout.write(table)
