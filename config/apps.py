"""The admin site of Bylaw."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class BylawAdminConfig(AdminConfig):
    """The Django admin with our own site (sign-in, one-time codes, what each role sees)."""

    default_site = "organization.admin_site.BylawAdminSite"


class SiteConfig(AppConfig):
    """The top layer as an application: the commands that know every app (import, demo)."""

    name = "config"
    verbose_name = "Bylaw"

    def ready(self):
        """Register the checks that keep an unsafe production from starting, and what can be imported by hand."""
        from config import checks  # noqa: F401
        from config.importing import kinds  # noqa: F401
