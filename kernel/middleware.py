"""What stands before every view: limits on what comes in, the reader's language, and default-deny policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

from kernel.errors import method_not_allowed

# The admin sites check their own permissions in AdminSite.has_permission and each ModelAdmin.
ADMIN_NAMESPACES = {"admin"}
MAX_URL = 8_000


class RequestLimits:
    """Refuses over-long addresses and control characters in them (SECURITY E19, E20, E22); nothing signed-in is cached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.get_full_path()
        if len(address) > MAX_URL or "\x00" in request.path or "%00" in address:
            raise SuspiciousOperation("address too long or with control characters")
        if any("\x00" in value for value in request.COOKIES.values()):
            raise SuspiciousOperation("cookie with control characters")
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class PreferredLanguage:
    """The language of the person's profile, else of his cookie, else the company's; never guessed from the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class PolicyRequired:
    """Default-deny: a view without a policy is a programming error, a policy that does not admit is a 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and request.method == "GET":
            return method_not_allowed(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> None:
        """Check the view's policy before it runs."""
        if request.resolver_match and set(request.resolver_match.namespaces) & ADMIN_NAMESPACES:
            self._speak_to(request)
            return
        policy = getattr(view, "policy", None)
        if policy is None:
            raise LookupError(f"{view} has no policy")
        if not policy.admits(request.user):
            raise Http404
        self._speak_to(request)

    @staticmethod
    def _speak_to(request: HttpRequest) -> None:
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language  # type: ignore[attr-defined]
