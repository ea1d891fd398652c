"""The contracts app as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    """Names the app in the admin."""

    name = "contracts"
    verbose_name = _("Contracts")
