"""Contacts: the named persons at a customer, whose numbers only those who own or serve the customer read in full."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from customers.models.customers import Customer
from kernel.audit import Personal
from kernel.searching import Searchable

SHOWN = 3  # characters of a number or address that the others see (SECURITY.md, field rules)


class ContactQuerySet(models.QuerySet):
    """Contacts as people reach them: by the customer."""

    def visible_to(self, user: Any) -> ContactQuerySet:
        """Those of customers whose file this person may read."""
        return self.filter(customer__in=Customer.objects.open_to(user).values("pk"))

    def present(self) -> ContactQuerySet:
        """Those who have not left."""
        return self.filter(left_on=None)


class Contact(Searchable, Personal, models.Model):
    """A named person at a customer 聯絡人. Clauses 3.1.3a, 4.2.1c."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts", editable=False)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    is_primary = models.BooleanField(_("primary contact"), default=False)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    left_reason = models.CharField(_("reason"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    SEARCHED = ("name",)
    PERSONAL = ("name", "phone", "email", "wechat")
    history = HistoricalRecords(excluded_fields=["name", "phone", "email", "wechat"])
    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-is_primary", "id"]

    def __str__(self) -> str:
        return self.name

    def file_id_of(self) -> int:
        """The customer's file."""
        return self.customer_id


def tail(value: str) -> str:
    """What the others see of a number or address: its last characters."""
    return f"…{value[-SHOWN:]}" if len(value) > SHOWN else ""
