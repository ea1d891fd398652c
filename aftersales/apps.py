"""The aftersales app as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AftersalesConfig(AppConfig):
    """Names the app in the admin."""

    name = "aftersales"
    verbose_name = _("After-sales service")
