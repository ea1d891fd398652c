"""The two letters that carry a link into an account: the invitation and the new password."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from kernel import throttle
from organization.tokens import invitation_link, reset_link

PAUSE = timedelta(minutes=5)  # between two letters for a new password to the same person
MOST_A_DAY = 5


def send_invitation(user_pk: int) -> bool:
    """Mail the invitation; False when there is nobody to invite any more."""
    user = get_user_model().objects.filter(pk=user_pk, is_active=True).first()
    if user is None or user.has_usable_password():
        return False
    _send("invitation", user, invitation_link(user))
    return True


def send_reset(email: str) -> bool:
    """Mail a link to a new password if the address is an active person's; who was only invited is invited again.

    A person gets at most one such letter in five minutes and five a day, however often and from wherever somebody asks.
    """
    user = get_user_model().objects.filter(email=email.lower(), is_active=True).first()
    if user is None or not _is_first(user):
        return False
    if not user.has_usable_password():
        return send_invitation(user.pk)
    _send("password_reset", user, reset_link(user))
    return True


def _is_first(user: Any) -> bool:
    seldom = throttle.allowed(f"reset letter to {user.pk}", most=1, within=PAUSE)
    return seldom and throttle.allowed(f"reset letters to {user.pk}", most=MOST_A_DAY, within=timedelta(days=1))


def _send(template: str, user: Any, link: str) -> None:
    with translation.override(user.language):
        context = {"person": user, "link": link}
        subject = " ".join(render_to_string(f"organization/{template}_subject.txt", context).split())
        body = render_to_string(f"organization/{template}_email.txt", context)
    EmailMessage(subject, body, to=[user.email]).send()
