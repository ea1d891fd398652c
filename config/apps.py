"""The admin site of Bylaw."""

from django.contrib.admin.apps import AdminConfig


class BylawAdminConfig(AdminConfig):
    """The Django admin with our own site (sign-in, one-time codes, what each role sees)."""

    default_site = "organization.admin_site.BylawAdminSite"
