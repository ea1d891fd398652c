"""What stands before every page for its visitor: the second step of sign-in (SECURITY B38), the list of his sign-ins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from organization import signins


def before_code(view: Callable) -> Callable:
    """Mark a view that is reached between password and one-time code: the code itself, and signing out."""
    view.before_code = True  # type: ignore[attr-defined]
    return view


class OtpRequired:
    """Sends who needs a one-time code and has not given it to the page that asks for it; after OTPMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        """Let the page through, or ask for the code first."""
        policy = getattr(view, "policy", None)
        if not settings.REQUIRE_OTP or getattr(view, "before_code", False) or (policy and policy.public):
            return None
        user: Any = request.user
        if not user.is_authenticated or user.is_verified() or not user.needs_otp:
            return None
        target = request.get_full_path() if request.method == "GET" else "/"
        return redirect_to_login(target, reverse("organization:otp"))


class SignedIn:
    """Keeps the list of where people are signed in: no query but at the first request and every five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.session_key and response.status_code < 500 and request.user.is_authenticated:
            signins.notice(request)
        return response
