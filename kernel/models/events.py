"""What was refused, what was submitted once, and who was told."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock


class Refusal(models.Model):
    """A step that a guard refused: what an enforced clause counts. Written after the refused transaction is gone."""

    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    title = models.CharField(max_length=200)
    step = models.CharField(max_length=60)
    clause = models.CharField(max_length=12, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("refused step")
        verbose_name_plural = _("refused steps")
        default_permissions = ()
        indexes = [models.Index(fields=["clause", "at"])]

    def __str__(self) -> str:
        return f"{self.title}: {self.step} ({self.clause})"


class Submission(models.Model):
    """A form sent in once: the key makes a repeated click, a retry or the back button give the first answer again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    route = models.CharField(max_length=200)
    body = models.CharField(max_length=64)
    answer = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class MailChoice(models.TextChoices):
    """How often a person wants mail of his notices."""

    AT_ONCE = "at_once", _("At once")
    TWICE_A_DAY = "twice", _("Twice a day, in one letter")
    NEVER = "never", _("Never")


class Digest(models.Model):
    """All notices of one person up to an hour of the day, in one letter; one for each person and hour."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    slot = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["to", "slot"], name="digest_once")]
        indexes = [models.Index(fields=["at"], condition=models.Q(mailed_at=None), name="digest_unmailed")]

    def __str__(self) -> str:
        return f"{self.to_id} {self.slot:%Y-%m-%d %H:%M}"


class Notice(models.Model):
    """Something a person must know: shown in the page, mailed by the outbox job; the effect key makes it happen once."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    model = models.CharField(max_length=60, blank=True)
    row = models.PositiveBigIntegerField(null=True)
    url = models.CharField(max_length=300, blank=True)
    effect = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    digest = models.ForeignKey(Digest, null=True, on_delete=models.SET_NULL, related_name="notices")
    claimed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        default_permissions = ()
        indexes = [
            models.Index(fields=["to", "-id"]),
            models.Index(fields=["to"], condition=models.Q(read_at=None), name="notice_unread"),
            models.Index(fields=["at"], condition=models.Q(mailed_at=None), name="notice_unmailed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to_id}"

    @property
    def text(self) -> str:
        """The sentence in the reader's language."""
        from kernel.notices import text_of

        return text_of(self)
