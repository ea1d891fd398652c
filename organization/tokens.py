"""Links in letters: one for an invitation, one for a new password; each good once, for three days, for an active person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode


class AccountTokens(PasswordResetTokenGenerator):
    """Django's tokens (void once the password or the last sign-in changes), refused for those who have left."""

    def check_token(self, user: Any, token: str | None) -> bool:
        """Whether the token is this person's, unused, in time, and he is still active."""
        return bool(user and user.is_active and super().check_token(user, token))


class InvitationTokens(AccountTokens):
    """Tokens of another purpose: never good as a password reset, nor the other way round."""

    key_salt = "organization.invitation"

    def check_token(self, user: Any, token: str | None) -> bool:
        """An invitation is for who has no password yet."""
        return bool(user and not user.has_usable_password() and super().check_token(user, token))


reset_tokens = AccountTokens()
invitation_tokens = InvitationTokens()


def reset_link(user: Any) -> str:
    """The full address under which this person chooses a new password."""
    return _link("organization:password_reset_confirm", user, reset_tokens)


def invitation_link(user: Any) -> str:
    """The full address under which this person accepts his invitation."""
    return _link("organization:invitation", user, invitation_tokens)


def _link(name: str, user: Any, tokens: AccountTokens) -> str:
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.BASE_URL + reverse(name, args=[key, tokens.make_token(user)])
