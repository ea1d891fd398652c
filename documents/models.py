"""Documents with numbers and levels, attachments stored under random names, and who opened or printed what and when."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.searching import Searchable
from kernel.settings import per_request

READINGS = "documents.view_readings"  # the manager's: who opened what, over all records he sees
CLASSIFY = "documents.classify_document"  # the manager's: sets the level of any document he sees
CONFIDENTIAL = "documents.view_confidential"


def rows_seen(label: str, user: Any) -> models.QuerySet:
    """The rows of one kind of record that this person may see."""
    return apps.get_model(label).objects.visible_to(user)


def rows_owned(label: str, user: Any) -> models.QuerySet:
    """Of those, the rows that are his own, by what the record's queue names as its person."""
    path = getattr(apps.get_model(label), "QUEUE", {}).get("person", "")
    rows = rows_seen(label, user)
    return rows.filter(**{path.removesuffix("__name"): user}) if path else rows.none()


def kinds_in(model: type[models.Model]) -> list[str]:
    """The labels of the records that have rows of this model; read from one to the next in its index, once a request."""
    return per_request(f"kinds in {model._meta.label_lower}", partial(_load_kinds, model))


def _load_kinds(model: type[models.Model]) -> list[str]:
    table = connection.ops.quote_name(model._meta.db_table)
    steps = (
        f"WITH RECURSIVE kinds(label) AS (SELECT min(model) FROM {table} UNION ALL SELECT "  # noqa: S608  (our own table)
        f"(SELECT min(model) FROM {table} WHERE model > label) FROM kinds WHERE label IS NOT NULL) "
        "SELECT label FROM kinds WHERE label IS NOT NULL"
    )
    with connection.cursor() as cursor:
        cursor.execute(steps)
        return [label for (label,) in cursor.fetchall()]


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
        """Those of records that this person may see, without the files of documents whose level keeps them from him."""
        seen = models.Q(pk__in=())
        for label in kinds_in(self.model):
            seen |= models.Q(model=label, row__in=rows_seen(label, user).values("pk"))
        known = Document.objects.visible_to(user)
        kept = Document.objects.filter(level__in=Document.KEPT, attachment__isnull=False).exclude(
            pk__in=known.values("pk")
        )
        public = Document.objects.filter(level=Document.Level.PUBLIC, attachment__isnull=False)
        seen |= models.Q(pk__in=public.values("attachment"))
        # the files of its earlier versions are kept as it is
        earlier = Document.history.filter(id__in=kept.values("pk"), attachment__isnull=False)
        return self.filter(seen).exclude(pk__in=kept.values("attachment")).exclude(pk__in=earlier.values("attachment"))


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
    # nobody of the house where a customer sent it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
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
        """By level: public to everybody, internal with the record, above that only to its own people. Clause 4.2.2c."""
        level, kept = Document.Level, models.Q(by=user) | models.Q(readers=user)
        kept = models.Q(pk__in=Document.objects.filter(kept).values("pk"))
        secret = models.Q(level=level.SECRET) & (models.Q() if user.has_perm(CLASSIFY) else kept)
        seen = models.Q(level=level.PUBLIC)
        for label in kinds_in(self.model):
            own = kept | models.Q(models.Exists(rows_owned(label, user).filter(pk=models.OuterRef("row"))))
            private = models.Q(level=level.CONFIDENTIAL) & (models.Q() if user.has_perm(CONFIDENTIAL) else own)
            rows = models.Q(models.Exists(rows_seen(label, user).filter(pk=models.OuterRef("row"))), model=label)
            seen |= rows & (models.Q(level=level.INTERNAL) | private | secret)
        return self.filter(seen)


class Document(Searchable, models.Model):
    """A registered business document 業務文件 with its number, for a record. Clause 4.2.2a."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("Contract")
        PROPOSAL = "proposal", _("Proposal")
        QUOTATION = "quotation", _("Quotation")
        REPORT = "report", _("Report")
        ORDER = "order", _("Order")
        PURCHASE = "purchase", _("Purchase order")

    class Level(models.TextChoices):
        PUBLIC = "public", _("Public in the company")
        INTERNAL = "internal", _("Internal: as its record")
        CONFIDENTIAL = "confidential", _("Confidential: its owner and those named")
        SECRET = "secret", _("Secret: those named only")

    SEARCHED = ("number", "title")
    PUBLISHABLE = (Kind.REPORT,)  # the others bear prices and terms: never open to departments that see none
    KEPT = (Level.CONFIDENTIAL, Level.SECRET)
    TONES = {Level.PUBLIC: "idle", Level.INTERNAL: "idle", Level.CONFIDENTIAL: "wait", Level.SECRET: "bad"}

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
    level = models.CharField(_("confidentiality level"), max_length=20, choices=Level.choices, default=Level.INTERNAL)
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("named readers"), blank=True, related_name="named_documents"
    )
    history = HistoricalRecords()
    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        indexes = [models.Index(fields=["model", "row"]), models.Index(fields=["kind", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(level="public") | models.Q(kind="report"), name="document_public_without_prices"
            )
        ]
        permissions = [
            ("classify_document", "Can set the confidentiality level of all documents he sees"),
            ("view_confidential", "Can see confidential documents of the records he sees"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def levels(self) -> list[tuple[str, Any]]:
        """The levels that it may have."""
        return [row for row in self.Level.choices if row[0] != self.Level.PUBLIC or self.kind in self.PUBLISHABLE]

    def may_be_classified_by(self, user: Any) -> bool:
        """Whether this person sets its level: who registered it, and the manager."""
        return self.by_id == user.pk or user.has_perm(CLASSIFY)


class ReadingQuerySet(models.QuerySet):
    """Readings as people reach them: the owner those of his records, the manager those of all he sees."""

    def of(self, record: models.Model) -> ReadingQuerySet:
        """Those of one record's documents, newest first."""
        return self.filter(model=record._meta.label_lower, row=record.pk).order_by("-id")

    def visible_to(self, user: Any) -> ReadingQuerySet:
        """Those of his own records; of all records he may see for whoever holds the permission."""
        rows_of, seen = rows_seen if user.has_perm(READINGS) else rows_owned, models.Q(pk__in=())
        for label in kinds_in(self.model):
            seen |= models.Q(model=label, row__in=rows_of(label, user).values("pk"))
        return self.filter(seen)


class Reading(models.Model):
    """Who opened or printed which document, when and how 查閱記錄; never changed or deleted. Clause 4.2.2c."""

    is_append_only = True  # kernel.triggers: the database refuses to change or delete a row

    class How(models.TextChoices):
        DOWNLOAD = "download", _("Downloaded")
        PRINT = "print", _("Opened as PDF")

    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    title = models.CharField(_("what"), max_length=250)
    how = models.CharField(_("how"), max_length=20, choices=How.choices)
    attachment = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        default_permissions = ()
        permissions = [("view_readings", "Can see who opened the documents of all records he sees")]
        indexes = [models.Index(fields=["model", "row", "-id"])]

    def __str__(self) -> str:
        return f"{self.title} {self.how}"
