"""StateChange: one row per change of state, append-only, the source of timeline, approval sheet and dwell times."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel import clock


def signature_of(by: Any, absent: Any = None) -> str:
    """A name as it stands under a decision, in the reader's language: B, or B for A."""
    if by is None or not absent:
        return str(by or "")
    return gettext("%(deputy)s for %(absent)s") % {"deputy": by, "absent": absent}


class StateChange(models.Model):
    """Who moved which record from where to where, when, why, and for whom (as deputy). Clause 1.3.1."""

    is_append_only = True  # kernel.triggers: the database refuses to change or delete a row
    may_be_redacted = True  # a person is erased from its words; that it was done is written before

    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    file = models.PositiveBigIntegerField(null=True, db_index=True)
    title = models.CharField(max_length=200)
    step = models.CharField(max_length=60)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    comment = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now, null=True)  # None: an imported step whose date nobody knows
    since = models.DateTimeField(null=True)
    imported = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        default_permissions = ()
        permissions = [("view_conformance", "Can see how the regulation is kept")]
        indexes = [
            models.Index(fields=["model", "row", "id"]),
            models.Index(fields=["by", "-id"]),
            models.Index(fields=["model", "from_state", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.from_state} → {self.to_state}"

    @property
    def model_class(self) -> type:
        """The model whose row changed."""
        return apps.get_model(self.model)

    @property
    def label(self) -> str:
        """The step's label in the reader's language."""
        from kernel.steps import steps_of

        if self.imported:
            return str(_("Imported"))
        return next((s.label for s in steps_of(self.model_class) if s.name == self.step), self.step)

    @property
    def signature(self) -> str:
        """Who took the step, and for whom where he did so as a deputy: B for A; "" for the system."""
        return signature_of(self.by, self.on_behalf_of)

    @property
    def to_label(self) -> str:
        """The new state's name in the reader's language."""
        return self._state_label(self.to_state)

    @property
    def from_label(self) -> str:
        """The old state's name in the reader's language."""
        return self._state_label(self.from_state)

    @property
    def tone(self) -> str:
        """The tone of the new state."""
        return self.model_class.TONES.get(self.to_state, "active")

    def _state_label(self, state: str) -> str:
        return dict(self.model_class._meta.get_field("state").flatchoices).get(state, state)
