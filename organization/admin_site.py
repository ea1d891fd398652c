"""The admin site: entered only by administrator, HR and legal, with a one-time code where the settings ask for it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class BylawAdminSite(AdminSite):
    """Each model admin lets in only who holds its permission; there is no superuser."""

    site_header = _("Bylaw administration")
    site_title = _("Bylaw administration")
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        """Active holders of an admin role, verified by one-time code when their role needs one."""
        user: Any = request.user
        return bool(user.is_authenticated and user.is_staff and (not user.needs_otp or user.is_verified()))
