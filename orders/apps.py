"""The orders app as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Names the app in the admin."""

    name = "orders"
    verbose_name = _("Orders")
