"""Material 原材料 and its stock 庫存: every movement is a row that stays, and what is on hand never goes below zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.searching import Searchable
from orders.models.access import BUY, RUNNING
from orders.models.orders import NONE, QUANTITY

VIEW_MATERIAL = "orders.view_material"
NUMBER: Any = DecimalField(**QUANTITY)


def total_of(rows: QuerySet, by: str, what: Any) -> Coalesce:
    """The sum of an expression over the rows of each outer row, nought where there is none."""
    sums = rows.order_by().values(by).annotate(sum=Sum(what, output_field=NUMBER)).values("sum")
    return Coalesce(Subquery(sums, output_field=NUMBER), Value(NONE, output_field=NUMBER))


class MaterialQuerySet(models.QuerySet):
    """Materials as people reach them."""

    def visible_to(self, user: Any) -> MaterialQuerySet:
        """All, for those who plan, buy or lead."""
        return self if user.has_perm(VIEW_MATERIAL) else self.none()

    def with_needs(self) -> MaterialQuerySet:
        """With `needed` by confirmed plans and not issued yet, `on_order` at suppliers, and `short` of both. 3.3.3a."""
        needs = apps.get_model("orders", "PlanMaterial").objects.open().filter(material=OuterRef("pk"))
        coming = apps.get_model("orders", "PurchaseLine").objects.coming().filter(material=OuterRef("pk"))
        rows = self.annotate(
            needed=total_of(needs, "material", F("quantity") - F("issued")),
            on_order=total_of(coming, "material", F("quantity") - F("accepted")),
        )
        return rows.annotate(short=F("needed") - F("on_hand") - F("on_order"))


class Material(Searchable, models.Model):
    """A raw material 原材料 that production uses, with what is on hand. Clause 3.3.3a."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("unit"), max_length=20)
    on_hand = models.DecimalField(_("on hand"), **QUANTITY, default=NONE, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()
    objects = MaterialQuerySet.as_manager()

    SEARCHED = ("code", "name")

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        default_permissions = ()
        permissions = [("view_material", "Can see materials and what is on hand")]
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(on_hand__gte=0), name="material_on_hand_not_below_zero")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def may_be_changed_by(self, user: Any) -> bool:
        """Purchasing keeps the stock."""
        return bool(user.has_perm(BUY))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("orders:material_detail", args=[self.pk])


class StockMovement(models.Model):
    """What came in, went out to a plan or was put right; a row that nobody changes. Clause 3.3.3a."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Received from a supplier")
        ISSUE = "issue", _("Issued to a plan")
        ADJUSTMENT = "adjustment", _("Adjusted")

    is_append_only = True

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    change = models.DecimalField(_("change"), **QUANTITY)
    balance = models.DecimalField(_("on hand afterwards"), **QUANTITY)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(balance__gte=0), name="stockmovement_not_below_zero")]

    def __str__(self) -> str:
        return f"{self.material} {self.change:+}"


class NeedQuerySet(models.QuerySet):
    """What plans need of materials."""

    def open(self) -> NeedQuerySet:
        """Those of plans that are confirmed, of orders that run, not issued in full yet."""
        states = ("confirmed", "running")
        return self.filter(plan__state__in=states, plan__order__state__in=RUNNING, issued__lt=F("quantity"))


class PlanMaterial(models.Model):
    """How much of a material a production plan needs, by when, and how much of it was issued. Clause 3.3.2b."""

    plan = models.ForeignKey("orders.ProductionPlan", on_delete=models.CASCADE, related_name="materials")
    material = models.ForeignKey(
        Material, verbose_name=_("material"), on_delete=models.PROTECT, related_name="needs"
    )  # fmt: skip
    quantity = models.DecimalField(_("quantity needed"), **QUANTITY)
    needed_on = models.DateField(_("needed by"))
    issued = models.DecimalField(_("issued"), **QUANTITY, default=NONE, editable=False)
    history = HistoricalRecords()
    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("material of a plan")
        verbose_name_plural = _("materials of plans")
        default_permissions = ()
        ordering = ["needed_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, issued__gte=0, issued__lte=F("quantity")), name="planmaterial_issued_within"
            ),
        ]

    def __str__(self) -> str:
        return str(self.material)

    @property
    def to_issue(self) -> Decimal:
        """What was not issued yet."""
        return self.quantity - self.issued
