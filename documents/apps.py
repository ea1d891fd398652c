"""The documents app as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Names the app in the admin."""

    name = "documents"
    verbose_name = _("Documents")
