"""The kernel as a Django application: collects what the apps declare and installs the triggers after migrate."""

from django.apps import AppConfig
from django.core.signals import request_started
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    """Loads every app's clauses, panels, receivers and tasks once all models exist."""

    name = "kernel"
    verbose_name = _("System")

    def ready(self):
        """Collect declarations; hook the triggers to migrate and the per-request cache to each request."""
        from kernel import (
            decisions,  # noqa: F401  (the kernel's own entries)
            historical_models,
            history_managers,
            menu,  # noqa: F401
            own_lists,  # noqa: F401
            searching,
            settings,
            triggers,
        )

        history_managers.keep()
        historical_models.keep_plain()
        # tasks: what a job writes (a notice, a promise, by a setting) a page must be able to show
        autodiscover_modules("clauses", "panels", "hanging", "lists", "search", "receivers", "tasks")
        pre_migrate.connect(triggers.remove, dispatch_uid="kernel.triggers.remove")
        post_migrate.connect(triggers.install, dispatch_uid="kernel.triggers.install")
        post_migrate.connect(searching.fill_when_empty, dispatch_uid="kernel.searching.fill_when_empty")
        request_started.connect(settings.forget, dispatch_uid="kernel.settings.forget")
