"""The manager of a model's history, made once: the library makes a class of it at each access, so at each save."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from simple_history.manager import HistoryDescriptor, HistoryManager


class KeptManager(HistoryManager):
    """The library's manager, whose classes are made once for each kind of rows."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type, class_name: str | None = None) -> Any:
        """The manager class for these rows, the same at each call."""
        return super().from_queryset(queryset_class, class_name)


def keep() -> None:
    """Let every audited model use it; called once all models exist."""
    for model in apps.get_models():
        descriptor = model.__dict__.get(getattr(model._meta, "simple_history_manager_attribute", ""))
        if isinstance(descriptor, HistoryDescriptor) and descriptor.manager_class is HistoryManager:
            descriptor.manager_class = KeptManager
