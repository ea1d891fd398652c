"""A person's own account: profile, language, password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.back import came_from
from kernel.once import once
from kernel.policy import allow, public
from organization.forms import ChangePasswordForm, ProfileForm
from organization.middleware import before_code
from organization.models import User

A_YEAR = 60 * 60 * 24 * 365
THEME_COOKIE = "bylaw_theme"

password_change = allow()(
    PasswordChangeView.as_view(
        template_name="organization/password_change.html",
        form_class=ChangePasswordForm,
        success_url=reverse_lazy("organization:password_change_done"),
    )
)


@allow()
def password_change_done(request: HttpRequest) -> HttpResponse:
    """The new password holds; other devices are signed out by it."""
    return render(request, "organization/password_change_done.html")


@allow()
@once
def profile(request: HttpRequest) -> HttpResponse:
    """How Bylaw looks and speaks to this person."""
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        with translation.override(saved.language):
            messages.success(request, _("Your profile is saved."))
        response = redirect("organization:profile")
        response.delete_cookie(THEME_COOKIE)  # the quick switch gives way to what was just chosen
        _remember_language(response, saved.language)
        return response
    status = 422 if request.method == "POST" else form.status
    return render(request, "organization/profile.html", {"form": form}, status=status)


@before_code
@public
@once
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on: to a visitor by cookie, to a signed-in person by profile."""
    response = redirect(came_from(request) or "/")
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _speak(request.user, language)
        _remember_language(response, language)
    return response


def _speak(user: Any, language: str) -> None:
    if user.is_authenticated and user.language != language:
        person = User.objects.get(pk=user.pk)
        person.language = language
        person.save(update_fields=["language"])


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
