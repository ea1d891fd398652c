"""What is known of a customer before it is developed as a key one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models.customers import Customer


class CustomerProfile(models.Model):
    """What is known of a customer before it is developed as a key one 客戶概況. Clause 3.1.2c."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="profile", editable=False)
    basic_facts = models.TextField(_("basic facts"), blank=True)
    business_scope = models.TextField(_("business scope"), blank=True)
    operating_condition = models.TextField(_("operating condition"), blank=True)
    decision_process = models.TextField(_("decision process"), blank=True)
    decision_tbc = models.BooleanField(_("the decision process is to be confirmed"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("customer profile")
        verbose_name_plural = _("customer profiles")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.customer)

    def lacking(self) -> list[Any]:
        """The parts that are still empty; a decision process to be confirmed counts as given."""
        parts = ("basic_facts", "business_scope", "operating_condition")
        empty = [self._meta.get_field(p).verbose_name for p in parts if not getattr(self, p).strip()]
        if not (self.decision_process.strip() or self.decision_tbc):
            empty.append(self._meta.get_field("decision_process").verbose_name)
        return empty
