"""Where somebody is signed in: one row for each living session, for its owner to see and to end (SECURITY B36)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock
from organization.devices import in_words


class SignInQuerySet(models.QuerySet):
    """Sign-ins as people ask for them."""

    def visible_to(self, user: Any) -> SignInQuerySet:
        """One's own, nobody else's: not an administrator's business either."""
        return self.filter(user=user)


class SignIn(models.Model):
    """One session 登入裝置: on what device, from where, since when; gone with the session."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sign_ins")
    key = models.CharField(max_length=40, unique=True)  # of the session, which changes with each new right
    agent = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=45, blank=True)
    since = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        default_permissions = ()
        indexes = [models.Index(fields=["user", "-seen_at"], name="signin_of")]

    def __str__(self) -> str:
        return self.device

    @property
    def device(self) -> str:
        """Browser and system in words."""
        return in_words(self.agent)

    @property
    def is_handheld(self) -> bool:
        """Whether it is a phone or a tablet."""
        return any(word in self.agent for word in ("Mobile", "Android", "iPhone", "iPad"))
