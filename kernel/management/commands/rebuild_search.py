"""`manage.py rebuild_search`: make the words by which records are found anew, for all of them."""

from typing import Any

from django.core.management.base import BaseCommand

from kernel.searching import rebuild, searchable_models


class Command(BaseCommand):
    """Needed after rows were written past the models (a restore never needs it: the words are part of the backup)."""

    help = "Rebuild the words of the search over everything."

    def handle(self, *args: Any, **options: Any) -> None:
        """One model after the other."""
        for model in searchable_models():
            self.stdout.write(f"{model._meta.label}: {rebuild(model)} records")
