"""How a contract was signed: who for each side, when, by which method (clause 3.2.3b); the names are personal data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kernel.audit import Personal


class Signing(Personal, models.Model):
    """The signing 簽訂 of one contract, entered by its drafter. Clause 3.2.3b."""

    class Method(models.TextChoices):
        PAPER = "paper", _("On paper, with seal")
        ELECTRONIC = "electronic", _("Electronic")

    contract = models.OneToOneField("contracts.Contract", on_delete=models.CASCADE, related_name="signing")
    method = models.CharField(_("method"), max_length=12, choices=Method.choices, default=Method.PAPER)
    our_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("our signatory"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    customer_signatory = models.CharField(_("customer's signatory"), max_length=80, blank=True)
    sent_on = models.DateField(_("sent to the customer on"), null=True, blank=True)
    our_signed_on = models.DateField(_("signed by us on"), null=True, blank=True)
    customer_signed_on = models.DateField(_("signed by the customer on"), null=True, blank=True)

    PERSONAL = ("customer_signatory",)
    history = HistoricalRecords(excluded_fields=["customer_signatory"])

    class Meta:
        verbose_name = _("signing")
        verbose_name_plural = _("signings")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.contract_id}"

    @property
    def signed_on(self) -> Any:
        """The day the contract was concluded: the later of the two signatures; None while one is missing."""
        if self.our_signed_on is None or self.customer_signed_on is None:
            return None
        return max(self.our_signed_on, self.customer_signed_on)
