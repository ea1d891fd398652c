"""Promise: who owes whom what, until when, on the working calendar; moved only with a reason; kept or broken."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.wording import labelled


class PromiseQuerySet(models.QuerySet):
    """Promises as people ask for them."""

    def open(self) -> "PromiseQuerySet":
        """Those still owed."""
        return self.filter(state=Promise.State.OPEN)

    def owed_by(self, user) -> "PromiseQuerySet":
        """Those this person owes, by name or as a holder of the permission they are owed by."""
        mine = models.Q(owed_by=user) | models.Q(owed_by=None, permission__in=user.get_all_permissions())
        return self.open().filter(mine)

    def of(self, record) -> "PromiseQuerySet":
        """Those on one record."""
        return self.filter(model=record._meta.label_lower, row=record.pk)


class Promise(models.Model):
    """One promise with its due moment. Clauses 1.3.2, 1.3.3."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        VOID = "void", _("Voided")

    kind = models.CharField(max_length=40)
    clause = models.CharField(max_length=12)
    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    file = models.PositiveBigIntegerField(null=True, db_index=True)
    title = models.CharField(max_length=200)
    what = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    owed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="promises_owed"
    )
    permission = models.CharField(max_length=80, blank=True)
    owed_to = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    escalate_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        default_permissions = ()
        indexes = [
            models.Index(fields=["owed_by", "due_at"], condition=models.Q(state="open"), name="promise_owed"),
            models.Index(fields=["remind_at"], condition=models.Q(state="open"), name="promise_remind"),
            models.Index(fields=["escalate_at"], condition=models.Q(state="open"), name="promise_escalate"),
            models.Index(fields=["clause", "state", "due_at"], name="promise_clause"),
            models.Index(fields=["model", "row"], name="promise_record"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "row", "kind"], condition=models.Q(state="open"), name="promise_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(owed_by__isnull=False) | ~models.Q(permission=""), name="promise_owed_by_someone"
            ),
        ]

    def __str__(self) -> str:
        return labelled(self.title, self.what)

    @property
    def is_overdue(self) -> bool:
        """Open past its time."""
        return self.state == self.State.OPEN and self.due_at < clock.now()

    @property
    def tone(self) -> str:
        """The tone of its mark."""
        if self.state == self.State.OPEN:
            return "bad" if self.is_overdue else "wait"
        return {"kept": "ok", "broken": "bad", "void": "void"}[self.state]

    @property
    def label(self) -> str:
        """What is owed, in the reader's language."""
        from kernel.promises import label_of

        return label_of(self)


class PromiseMove(models.Model):
    """A promise moved to another time, with the reason. Append-only."""

    is_append_only = True  # kernel.triggers: the database refuses to change or delete a row

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="moves")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("moved promise")
        verbose_name_plural = _("moved promises")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.promise_id}: {self.from_at} → {self.to_at}"
