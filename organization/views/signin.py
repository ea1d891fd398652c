"""Getting in and out: sign-in, the second step, invitation, forgotten password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_otp
from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from kernel.back import came_from
from kernel.policy import allow, public
from kernel.throttle import allowed, client_address
from organization import codes, tasks
from organization.forms import AddressForm, CodeForm, NewPasswordForm, SignInForm
from organization.middleware import before_code
from organization.tokens import invitation_tokens, reset_tokens

SPAN = timedelta(minutes=15)
KEY_IN_SESSION = "otp_key"
WRONG_CODE = _("This code is wrong or has been used. After several wrong ones wait a moment, then take the next code.")

login = before_code(
    public(
        LoginView.as_view(
            template_name="organization/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
        )
    )
)
logout = before_code(public(LogoutView.as_view()))

password_reset_confirm = public(
    PasswordResetConfirmView.as_view(
        template_name="organization/password_reset_confirm.html",
        form_class=NewPasswordForm,
        token_generator=reset_tokens,
        success_url=reverse_lazy("organization:password_reset_complete"),
    )
)
# Opening the link (mail scanners do) accepts nothing: the password form does, and signs in.
invitation = public(
    PasswordResetConfirmView.as_view(
        template_name="organization/invitation.html",
        form_class=NewPasswordForm,
        token_generator=invitation_tokens,
        post_reset_login=True,
        post_reset_login_backend="django.contrib.auth.backends.ModelBackend",
        success_url=reverse_lazy("today"),
    )
)


@public
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password; the answer and its time are the same for every address, and for the hundredth try."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        place = f"reset from {client_address(request)}"
        if allowed(place, most=settings.MOST_RESETS_FROM_ONE_PLACE, within=SPAN):
            tasks.soon(tasks.mail_reset, form.cleaned_data["email"])
        return redirect("organization:password_reset_done")
    status = 422 if request.method == "POST" else 200
    return render(request, "organization/password_reset_form.html", {"form": form}, status=status)


@public
def password_reset_done(request: HttpRequest) -> HttpResponse:
    """Look into the mailbox."""
    return render(request, "organization/password_reset_done.html")


@public
def password_reset_complete(request: HttpRequest) -> HttpResponse:
    """The new password holds."""
    return render(request, "organization/password_reset_complete.html")


@before_code
@allow()
@never_cache
@sensitive_post_parameters("code")
def otp(request: HttpRequest) -> HttpResponse:
    """Ask for the one-time code; who has no authenticator yet takes one into use here.

    Not wrapped in `once`: the count of wrong codes must outlive the refusal.
    """
    user: Any = request.user
    if user.is_verified() or not user.needs_otp:
        return redirect(_next(request))
    if not codes.is_enrolled(user):
        return _enrol(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = codes.verify(user, form.cleaned_data["code"])
        if device is not None:
            _verified(request, device)
            return redirect(_next(request))
        form.add_error("code", WRONG_CODE)
    return render(request, "organization/otp.html", {"form": form, "next": _next(request)}, status=_status(form))


def _enrol(request: HttpRequest) -> HttpResponse:
    key = request.session.setdefault(KEY_IN_SESSION, codes.new_key())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device, recovery = codes.enrol(request.user, key, form.cleaned_data["code"])
        if device is not None:
            del request.session[KEY_IN_SESSION]
            _verified(request, device)
            return render(request, "organization/otp_codes.html", {"codes": recovery, "next": _next(request)})
        form.add_error("code", WRONG_CODE)
    context = {
        "form": form,
        "picture": codes.picture(request.user, key),
        "secret": codes.spelled(key),
        "next": _next(request),
    }
    return render(request, "organization/otp_enrol.html", context, status=_status(form))


def _verified(request: HttpRequest, device: Any) -> None:
    """From here on the session can do more than before: it gets a new key."""
    django_otp.login(request, device)
    request.session.cycle_key()


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _next(request: HttpRequest) -> str:
    return came_from(request) or reverse("today")
