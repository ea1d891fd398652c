"""Links that let in without signing in, and the count of tries that keeps guessing and flooding cheap to refuse."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock


class LinkQuerySet(models.QuerySet):
    """Links as people ask for them."""

    def visible_to(self, user: Any) -> LinkQuerySet:
        """One's own."""
        return self.filter(made_by=user)

    def live(self) -> LinkQuerySet:
        """Those that let in: not revoked, in time, of a person who is still here (a standing one is the customer's)."""
        here = models.Q(made_by__is_active=True) | ~models.Q(nonce="")
        return self.filter(here, ended_at=None, expires_at__gt=clock.now())


class Link(models.Model):
    """A private link 私人連結: one purpose, one object, until a day; only the digest of its token is kept (SECURITY B31)."""

    purpose = models.CharField(max_length=20)
    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    nonce = models.CharField(max_length=32, blank=True)  # of a standing link: with the secret it gives the token again
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="links")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "model", "row", "made_by"],
                condition=models.Q(ended_at=None),
                name="link_one_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.model} {self.row}"


class Tally(models.Model):
    """How often something was tried since a moment; its key is a digest, so that nobody's address stands here."""

    key = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField(default=clock.now, db_index=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"
