"""The catalog app as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """Names the app in the admin."""

    name = "catalog"
    verbose_name = _("Products and prices")
