"""Files of old data taken in by a job: whose, what, how far it is, what is wrong with it, and the rows it made."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock

IMPORT_RIGHT = "kernel.import_data"


def import_path() -> str:
    """Where the file is kept until its time is over: a name that nobody can guess."""
    return f"imports/{secrets.token_hex(20)}"


class ImportQuerySet(models.QuerySet):
    """Imports as people reach them: each his own."""

    def visible_to(self, user: Any) -> ImportQuerySet:
        """His own, while he may import at all: the file holds whatever he put into it."""
        return self.filter(owner=user) if user.has_perm(IMPORT_RIGHT) else self.none()


class Import(models.Model):
    """A table of old records that is taken in: uploaded, matched, checked, run, and undone while nothing hangs on it."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        EXPIRED = "expired", _("Removed after its time")

    TONES = {
        "uploaded": "wait", "checking": "active", "checked": "wait", "running": "active", "done": "ok", "failed": "bad",
        "undoing": "active", "undone": "void", "expired": "void",
    }  # fmt: skip
    AT_WORK = (State.CHECKING, State.RUNNING, State.UNDOING)
    BEFORE = (State.UPLOADED, State.CHECKED, State.FAILED)

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="imports")
    kind = models.SlugField(_("kind"), max_length=40)
    name = models.CharField(_("file"), max_length=200)
    path = models.CharField(max_length=100, default=import_path)
    language = models.CharField(max_length=10)
    status = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UPLOADED)
    columns = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)
    refusal = models.JSONField(default=list)
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        default_permissions = ()
        permissions = [("import_data", "Can import old data from files")]
        indexes = [models.Index(fields=["status", "expires_at"], name="import_waiting")]

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        """The tone of its state; what was checked and found good is good."""
        if self.status == self.State.CHECKED:
            return "bad" if self.problem_count else "ok"
        return self.TONES[self.status]

    @property
    def kind_title(self) -> str:
        """What it takes in, in the reader's language; its slug when no app imports that any more."""
        from kernel.import_kinds import kind_of

        kind = kind_of(self.kind)
        return str(kind.title) if kind else self.kind

    @property
    def words(self) -> str:
        """Its state in words; what was checked and found wrong waits to be mended."""
        to_mend = self.status == self.State.CHECKED and self.problem_count
        return _("Rows to mend") if to_mend else self.get_status_display()  # type: ignore[return-value]

    @property
    def is_open(self) -> bool:
        """Whether a job has it or is about to."""
        return self.status in self.AT_WORK

    @property
    def may_be_mapped(self) -> bool:
        """Whether its columns may still be matched: nothing of it was taken in, and its file is here."""
        return self.status in self.BEFORE and self.expires_at > clock.now()

    @property
    def may_run(self) -> bool:
        """Whether it was checked and nothing was found wrong."""
        return self.status == self.State.CHECKED and not self.problem_count and self.expires_at > clock.now()

    @property
    def shown_problems(self) -> list[Any]:
        """The first of what is wrong; the list of errors holds all."""
        return self.problems[:50]


class ImportedRow(models.Model):
    """One record that an import made: what undoing it takes away again."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("imported record")
        verbose_name_plural = _("imported records")
        default_permissions = ()
        indexes = [models.Index(fields=["source", "model", "row"], name="importedrow_of_source")]

    def __str__(self) -> str:
        return f"{self.model} {self.row}"
