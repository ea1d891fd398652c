"""Long lists taken out by a job: whose, what, how far it is, and the file until it expires."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock


def random_path() -> str:
    """Where the file is written: chosen once, so that a second run writes over the first."""
    return f"exports/{secrets.token_hex(20)}"


class ExportQuerySet(models.QuerySet):
    """Exports as people reach them: each his own."""

    def visible_to(self, user: Any) -> ExportQuerySet:
        """His own only, whatever his role: the file holds what its owner may see."""
        return self.filter(owner=user)


class Export(models.Model):
    """A list that is taken out by a job. Clause 3.2.3c."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being written")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Removed after its time")

    TONES = {"waiting": "wait", "running": "active", "done": "ok", "failed": "bad", "expired": "void"}

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    list = models.SlugField(max_length=40)
    query = models.TextField(blank=True)
    format = models.CharField(max_length=4)
    language = models.CharField(max_length=10)
    rights = models.CharField(
        max_length=64, default="", editable=False
    )  # a digest of what its owner might do when he asked
    status = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=100, default=random_path)
    name = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    alive_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        default_permissions = ()
        indexes = [models.Index(fields=["status", "expires_at"])]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        """How far it is."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_open(self) -> bool:
        """Whether it still waits or runs."""
        return self.status in (self.State.WAITING, self.State.RUNNING)

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return self.TONES[self.status]
