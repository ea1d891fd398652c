"""Erasures of personal data: that it was done, by whom, when and why; never what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models.customers import Customer
from kernel import clock


class Erasure(models.Model):
    """The persons of a retired customer were erased 個資抹除; the row itself is never changed. Clause 4.2.1c."""

    is_append_only = True  # kernel.triggers: the database refuses to change or delete a row

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="erasures")
    contacts = models.PositiveIntegerField()
    texts = models.PositiveIntegerField(default=0)  # free texts out of which words were taken
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("erasure of personal data")
        verbose_name_plural = _("erasures of personal data")
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.customer} {self.at:%Y-%m-%d}"
