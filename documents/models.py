"""Documents with their numbers and versions, and attachments: stored under random names, served only through a checking view."""

from __future__ import annotations

import secrets
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kernel import clock


def random_name(_instance: Any, _filename: str) -> str:
    """Where a file is stored: nothing of what the user called it."""
    token = secrets.token_hex(20)
    return f"{token[:2]}/{token}"


class AttachmentQuerySet(models.QuerySet):
    """Attachments as people reach them: by the record they hang on."""

    def of(self, record: models.Model) -> AttachmentQuerySet:
        """Those of one record, newest first."""
        return self.filter(model=record._meta.label_lower, row=record.pk).order_by("-id")

    def visible_to(self, user: Any) -> AttachmentQuerySet:
        """Those of records that this person may see."""
        seen = models.Q(pk__in=())
        for label in self.order_by().values_list("model", flat=True).distinct():
            rows = apps.get_model(label).objects.visible_to(user)
            seen |= models.Q(model=label, row__in=rows.values("pk"))
        return self.filter(seen)


class Attachment(models.Model):
    """A file 附件 that hangs on a record, checked by content when it came in. Clause 4.2.2c."""

    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    purpose = models.CharField(max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=200)
    file = models.FileField(_("file"), upload_to=random_name, max_length=100)
    kind = models.CharField(max_length=10)
    mime = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    history = HistoricalRecords()
    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()
        indexes = [models.Index(fields=["model", "row"])]

    def __str__(self) -> str:
        return self.name


class DocumentQuerySet(models.QuerySet):
    """Documents as people reach them: by the record they were made for."""

    def of(self, record: models.Model) -> DocumentQuerySet:
        """Those registered for one record."""
        return self.filter(model=record._meta.label_lower, row=record.pk).order_by("-id")

    def visible_to(self, user: Any) -> DocumentQuerySet:
        """Those of records that this person may see."""
        seen = models.Q(pk__in=())
        for label in self.order_by().values_list("model", flat=True).distinct():
            seen |= models.Q(model=label, row__in=apps.get_model(label).objects.visible_to(user).values("pk"))
        return self.filter(seen)


class Document(models.Model):
    """A registered business document 業務文件 with its number, for a record. Clause 4.2.2a."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("Contract")
        PROPOSAL = "proposal", _("Proposal")
        QUOTATION = "quotation", _("Quotation")
        REPORT = "report", _("Report")

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    file = models.PositiveBigIntegerField(null=True, db_index=True)
    attachment = models.ForeignKey(
        Attachment, verbose_name=_("file"), null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(default=clock.now)
    history = HistoricalRecords()
    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        indexes = [models.Index(fields=["model", "row"]), models.Index(fields=["kind", "-id"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
