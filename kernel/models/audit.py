"""The audit chain and the personal data kept outside it, so that erasing a person leaves the chain provable."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock


class AuditShape(models.Model):
    """The columns that a table had when rows of it were sealed: a column added later is no change of those rows."""

    is_append_only = True

    kind = models.CharField(max_length=80)
    columns = models.TextField()

    class Meta:
        verbose_name = _("audit shape")
        verbose_name_plural = _("audit shapes")
        default_permissions = ()

    def __str__(self) -> str:
        return self.kind

    @property
    def names(self) -> list[str]:
        """The columns by name."""
        return self.columns.split()


class AuditSeal(models.Model):
    """One link of the hash chain over StateChange and history rows, appended by the sealing job only."""

    is_append_only = True  # kernel.triggers: the database refuses to change or delete a row

    seq = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=80)
    row = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    shape = models.ForeignKey(AuditShape, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "row"], name="auditseal_once")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.row}"


class AuditRedaction(models.Model):
    """Words were taken out of a history row 遮蔽: by whom and why, and the digest of what the row says now; never what.

    Itself a link of the chain; the database lets a history row be changed only where one of these was written before.
    """

    is_append_only = True

    kind = models.CharField(max_length=80)
    row = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "row"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"


class PersonalData(models.Model):
    """One version of a personal field's value; erasure deletes value and salt, the digest in history stays."""

    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    field = models.CharField(max_length=40)
    value = models.TextField()
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("personal data")
        verbose_name_plural = _("personal data")
        default_permissions = ()
        indexes = [models.Index(fields=["model", "row", "field", "id"])]

    def __str__(self) -> str:
        return f"{self.model} {self.row} {self.field}"


class AuditCheck(models.Model):
    """One verification of the chain: asked for or nightly, and what it found."""

    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    sealed = models.PositiveBigIntegerField(default=0)
    unsealed = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    found = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)  # the first hundred, as kernel.audit.Problem tells them

    class Meta:
        verbose_name = _("audit check")
        verbose_name_plural = _("audit checks")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(finished_at=None), name="auditcheck_one_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.found}"

    @property
    def tone(self) -> str:
        """The tone of its mark."""
        return "wait" if self.finished_at is None else "bad" if self.found else "ok"
