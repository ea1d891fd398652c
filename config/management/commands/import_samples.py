"""`manage.py import_samples`: the sample data that developers have beside the project, where it is present."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.importing import tickets
from config.importing.outcome import Outcome
from config.importing.progress import Progress
from config.importing.runs import run
from config.importing.wording import report, summary
from kernel.imports import Refused

MAPPINGS = settings.BASE_DIR / "config" / "mappings"
# In this order: what is referred to comes first. (entity, file, mapping)
SAMPLES = [
    ("employees", "northwind/employees.csv", "northwind_employees"),
    ("products", "northwind/products.csv", "northwind_products"),
    ("customers", "northwind/customers.csv", "northwind_customers"),
    ("contacts", "northwind/customers.csv", "northwind_contacts"),
    ("orders", "northwind/orders.csv", "northwind_orders"),
    ("order_lines", "northwind/order_lines.csv", "northwind_order_lines"),
    ("employees", "crm/sales_teams.csv", "crm_agents"),
    ("products", "crm/products.csv", "crm_products"),
    ("customers", "crm/accounts.csv", "crm_accounts"),
    ("opportunities", "crm/opportunities.csv", "crm_opportunities"),
]


def samples_folder() -> Path:
    """Where the sample data is: BYLAW_SAMPLES, else ../shared/data beside the project."""
    return Path(os.environ.get("BYLAW_SAMPLES") or settings.BASE_DIR.parent / "shared" / "data")


class Command(BaseCommand):
    """Import every sample that is there; running it again adds nothing."""

    help = "Import the Northwind, CRM and ticket samples from BYLAW_SAMPLES (else ../shared/data), where present."

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the samples file by file. Raises CommandError with the bad rows of the first file that has any."""
        folder = samples_folder()
        for entity, file, mapping in SAMPLES:
            if not (folder / file).is_file():
                self.stderr.write(_("%(file)s is not there; skipped.") % {"file": folder / file})
                continue
            self._import(entity, folder / file, MAPPINGS / f"{mapping}.toml")
        self._import_tickets(folder / "tickets")

    def _import_tickets(self, folder: Path) -> None:
        """A log of two files: the tickets that our machine accepts are feedback."""
        try:
            verdicts = [tickets.judge(ticket) for ticket in tickets.read(folder)]
        except FileNotFoundError:
            self.stderr.write(_("%(file)s is not there; skipped.") % {"file": folder})
            return
        added, already = tickets.take_in(verdicts)
        self.stdout.write(f"feedback (problem_events.csv): {summary(Outcome([None] * added, already))}")

    def _import(self, entity: str, file: Path, mapping: Path) -> None:
        try:
            with Progress(self.stderr, file.name) as progress:
                outcome = run(entity, file, mapping, tick=progress)
        except Refused as refused:
            raise CommandError(report(refused)) from refused
        self.stdout.write(f"{entity} ({file.name}): {summary(outcome)}")
