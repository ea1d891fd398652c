"""`migrate`, which builds an empty database in seconds: the tables as the models are now, not through the years."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections, router
from django.db.migrations import Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

WHOLE = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "run_syncdb", "prune")


class Command(Migrate):
    """Django's own command, but for a database without a table.

    Through every migration a fresh database takes a minute and a half, as Django draws all models anew for each step of it.
    An empty one gets the tables of today and the rows a new company begins with (each `RunPython` of ours that is not
    `elidable`: one that only mends older rows must be), and every migration is noted as applied. That the lint's
    `makemigrations --check` and tests/kernel/test_migrate.py hold makes both ways one.
    """

    def add_arguments(self, parser: Any) -> None:
        """Take Django's options and `--step-by-step`."""
        super().add_arguments(parser)
        parser.add_argument(
            "--step-by-step", action="store_true", help="Through every migration, an empty database too."
        )

    def handle(self, *args: Any, step_by_step: bool = False, **options: Any) -> None:
        """Build an empty database at once; then do what Django does, which is to find nothing left but the signals."""
        connection = connections[options["database"]]
        whole = not step_by_step and not any(options.get(name) for name in WHOLE)
        if whole and not connection.introspection.table_names():
            loader = MigrationLoader(connection)
            if loader.graph.nodes and not loader.detect_conflicts():
                build(connection, loader)
        super().handle(*args, **options)


def build(connection: Any, loader: MigrationLoader) -> None:
    """Create every table, the rows to begin with, and the record of all migrations: together or not at all."""
    recorder = MigrationRecorder(connection)
    with connection.schema_editor(atomic=True) as editor:
        for app in apps.get_app_configs():
            for model in router.get_migratable_models(app, connection.alias):
                if model._meta.managed and not model._meta.proxy and model._meta.can_migrate(connection):
                    editor.create_model(model)
        recorder.ensure_schema()
        nodes = loader.graph.nodes
        for key in ordered(loader):
            for operation in beginnings(nodes[key]):
                operation.code(apps, editor)
            recorder.record_applied(*key)


def ordered(loader: MigrationLoader) -> Iterator[tuple[str, str]]:
    """Yield every migration's key, each after those it depends on."""
    seen: set[tuple[str, str]] = set()
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            if key not in seen:
                seen.add(key)
                yield key


def beginnings(migration: Migration) -> list[RunPython]:
    """Return what a new database needs of a migration of ours; libraries' migrations fill nothing."""
    module = Path(apps.get_app_config(migration.app_label).path)
    if not module.is_relative_to(settings.BASE_DIR) or "site-packages" in module.parts:
        return []
    return [op for op in migration.operations if isinstance(op, RunPython) and not op.elidable]
