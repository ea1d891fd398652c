"""The documents app as a Django application."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Names the app in the admin; what leaves the house is declared to it."""

    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        """Collect what each app says it issues (`issued.py`)."""
        autodiscover_modules("issued")
