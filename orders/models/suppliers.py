"""Supplier 供應商 and the qualifications 供應商資質 without which nothing is ordered from it (3.3.3b)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.searching import Searchable
from kernel.settings import define
from orders.models.access import BUY

VIEW_PURCHASE = "orders.view_purchase"

DAYS = _("days")
for name, days, label in (
    ("first", 60, _("First reminder before a supplier's qualification expires")),
    ("second", 30, _("Second reminder before a supplier's qualification expires")),
    ("last", 7, _("Last reminder before a supplier's qualification expires")),
):
    define(f"orders.qualification_{name}_days", days, label, unit=DAYS, clause="3.3.3b")


class SupplierQuerySet(models.QuerySet):
    """Suppliers as people reach them."""

    def visible_to(self, user: Any) -> SupplierQuerySet:
        """All, for those who see purchases."""
        return self if user.has_perm(VIEW_PURCHASE) else self.none()

    def with_standing(self) -> SupplierQuerySet:
        """With `is_qualified`: whether a qualification is valid today."""
        rows = Qualification.objects.filter(supplier=OuterRef("pk")).valid_on(clock.today())
        return self.annotate(is_qualified=Exists(rows))


class Supplier(Searchable, models.Model):
    """A supplier 供應商. Clause 3.3.3b."""

    number = models.CharField(_("supplier number"), max_length=20, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    contact = models.CharField(_("contact"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2_000)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()
    objects = SupplierQuerySet.as_manager()

    SEARCHED = ("number", "name")

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        default_permissions = ()
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def may_be_changed_by(self, user: Any) -> bool:
        """Purchasing keeps the suppliers."""
        return bool(user.has_perm(BUY))

    def file_id_of(self) -> int | None:
        """No customer's file."""
        return None

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("orders:supplier_detail", args=[self.pk])


class QualificationQuerySet(models.QuerySet):
    """Qualifications by day."""

    def valid_on(self, day: date) -> QualificationQuerySet:
        """Those in force on a day."""
        return self.filter(valid_from__lte=day, valid_until__gte=day)

    def visible_to(self, user: Any) -> QualificationQuerySet:
        """Those of the suppliers that this person sees."""
        return self if user.has_perm(VIEW_PURCHASE) else self.none()

    def last_ones(self) -> QualificationQuerySet:
        """Those that no later one of the same supplier continues."""
        later = Qualification.objects.filter(supplier=OuterRef("supplier"), valid_until__gt=OuterRef("valid_until"))
        return self.filter(~Exists(later))


class Qualification(models.Model):
    """For what a supplier is qualified, from when until when; the certificate is attached to it. Clause 3.3.3b."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="qualifications", editable=False)
    scope = models.CharField(_("scope"), max_length=200)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("entered by"), on_delete=models.PROTECT, related_name="+",
        editable=False,
    )  # fmt: skip
    history = HistoricalRecords()
    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier's qualification")
        verbose_name_plural = _("suppliers' qualifications")
        default_permissions = ()
        ordering = ["-valid_until", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="qualification_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.scope

    @property
    def days_left(self) -> int:
        """Days until it expires, negative once it has."""
        return (self.valid_until - clock.today()).days

    @property
    def tone(self) -> str:
        """Valid, about to expire, expired or not begun."""
        if self.days_left < 0:
            return "bad"
        return "idle" if self.valid_from > clock.today() else "ok"

    def get_absolute_url(self) -> str:
        """Where it stands on the supplier's page."""
        return f"{self.supplier.get_absolute_url()}#qualifications"
