"""The admin site: entered only by administrator, HR, legal and finance, with a one-time code where the settings ask for it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kernel.back import came_from
from organization.views import logout

# Other people's models that would register themselves: groups follow the matrix, one-time secrets are nobody's to read.
FOREIGN = {"auth", "axes", "otp_totp", "otp_static", "sites"}
LEFT_OUT = {"view_on_site"}


class BylawAdminSite(AdminSite):
    """Each model admin lets in only who holds its permission; there is no superuser."""

    site_header = _("Bylaw administration")
    site_title = _("Bylaw administration")
    index_title = _("Administration")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register our own models only."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        super().register([m for m in models if m._meta.app_label not in FOREIGN], admin_class, **options)

    def unregister(self, model_or_iterable: Any) -> None:
        """Unregister what was registered; packages that replace each other's admins find nothing to replace."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        super().unregister([m for m in models if self.is_registered(m)])

    def get_urls(self) -> list[Any]:
        """Without the page that leads from a content type and key to any record."""
        return [url for url in super().get_urls() if getattr(url, "name", None) not in LEFT_OUT]

    def has_permission(self, request: HttpRequest) -> bool:
        """Active holders of an admin role, verified by one-time code when their role needs one."""
        user: Any = request.user
        return bool(user.is_authenticated and user.is_staff and (not user.needs_otp or user.is_verified()))

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Sign-in is on our own page; who is signed in and has no business here finds nothing."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        return redirect_to_login(came_from(request) or reverse("admin:index"), reverse("organization:login"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Our own sign-out."""
        return require_POST(logout)(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Our own page."""
        return redirect("organization:password_change")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Our own page."""
        return redirect("organization:password_change_done")
