"""The customers app as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Names the app in the admin."""

    name = "customers"
    verbose_name = _("Customer development")
