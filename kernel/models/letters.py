"""Letters to people outside the company: written in the transaction of what they tell, sent by the mailer once each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel import clock
from kernel.models.links import Link


class Letter(models.Model):
    """A letter 信件 to one address outside; the effect key makes it happen once. Its link is put in as it is sent."""

    address = models.EmailField(blank=True)  # emptied with the body when its time is over (letters.clear)
    language = models.CharField(max_length=10, default=settings.LANGUAGE_CODE)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    link = models.ForeignKey(Link, null=True, on_delete=models.SET_NULL, related_name="+")
    model = models.CharField(max_length=60)
    row = models.PositiveBigIntegerField()
    file = models.PositiveBigIntegerField(null=True)
    effect = models.CharField(max_length=120, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        default_permissions = ()
        indexes = [
            models.Index(fields=["at"], condition=models.Q(mailed_at=None), name="letter_unmailed"),
            models.Index(fields=["model", "row"], name="letter_of"),
        ]

    def __str__(self) -> str:
        return self.subject
