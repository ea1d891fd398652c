"""The company's own data, printed on every document."""

from __future__ import annotations

import base64

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Company(models.Model):
    """The company 公司 that runs this system: one row."""

    class Region(models.TextChoices):
        TAIWAN = "TW", _("Taiwan")
        MAINLAND = "CN", _("Mainland China")
        HONG_KONG = "HK", _("Hong Kong")

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=2, choices=Region.choices, default=Region.TAIWAN)
    registration_number = models.CharField(_("registration number"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    bank_name = models.CharField(_("bank"), max_length=120, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=60, blank=True)
    representative = models.CharField(_("representative"), max_length=80, blank=True)
    currency = models.CharField(_("base currency"), max_length=3, default="TWD")
    logo = models.BinaryField(_("logo"), null=True, blank=True, editable=False)
    history = HistoricalRecords(excluded_fields=["logo"])

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("company")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def bank(self) -> str:
        """Bank and account in one line."""
        return " ".join(filter(None, [self.bank_name, self.bank_account]))

    @property
    def logo_data_uri(self) -> str:
        """The logo (PNG) as a data URI for PDFs, "" without one."""
        return "data:image/png;base64," + base64.b64encode(self.logo).decode() if self.logo else ""

    def name_in(self, language: str) -> str:
        """Its name in documents of this language: in English documents the English one, where there is one."""
        return self.name_en if language == "en" and self.name_en else self.name

    @classmethod
    def own(cls) -> Company:
        """The company; an unsaved nameless one before set-up."""
        return cls.objects.order_by("pk").first() or cls(name="Bylaw")
