"""The organisation as a Django application: its groups follow the permission matrix after migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    """People, departments, roles and the company's own data."""

    name = "organization"
    verbose_name = _("Organization")

    def ready(self):
        """Sync roles (Django groups) with the matrix in config.roles after every migrate."""
        from organization.services import sync_roles

        post_migrate.connect(sync_roles, dispatch_uid="organization.sync_roles")
