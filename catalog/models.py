"""Products, their prices and costs with effective dates, and exchange rates (a contract freezes what it uses)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.searching import Searchable

MONEY = {"max_digits": 16, "decimal_places": 2}
CURRENCIES = [("TWD", "TWD"), ("CNY", "CNY"), ("USD", "USD"), ("HKD", "HKD"), ("EUR", "EUR"), ("JPY", "JPY")]


class ProductQuerySet(models.QuerySet):
    """Products as people reach them."""

    def visible_to(self, user: Any) -> ProductQuerySet:
        """Holders of the view permission see all; cost is another matter (customers.view_margin)."""
        return self if user.has_perm("catalog.view_product") else self.none()

    def offered(self) -> ProductQuerySet:
        """Those still sold."""
        return self.filter(is_discontinued=False)


class Product(Searchable, models.Model):
    """A product or service 產品 that is sold."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    specification = models.TextField(_("specification"), blank=True)
    unit = models.CharField(_("unit"), max_length=20, default="pcs")
    category = models.CharField(_("category"), max_length=80, blank=True)
    is_service = models.BooleanField(_("service"), default=False)
    is_discontinued = models.BooleanField(_("no longer sold"), default=False)
    history = HistoricalRecords()
    objects = ProductQuerySet.as_manager()

    SEARCHED = ("code", "name", "name_en")

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def price_on(self, currency: str, day: Any = None) -> Price | None:
        """The price row in force on a day (today), None when there is none in that currency."""
        rows = self.prices.filter(currency=currency, effective_on__lte=day or clock.today())
        return rows.order_by("-effective_on").first()


class Price(models.Model):
    """List price and cost of a product in a currency from a day on (per unit, without tax)."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES, default="TWD")
    effective_on = models.DateField(_("effective from"), default=clock.today)
    list_price = models.DecimalField(_("list price"), **MONEY, validators=[MinValueValidator(Decimal(0))])
    cost = models.DecimalField(_("cost"), **MONEY, validators=[MinValueValidator(Decimal(0))])

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["-effective_on"]
        constraints = [
            models.UniqueConstraint(fields=["product", "currency", "effective_on"], name="price_once_a_day"),
            models.CheckConstraint(condition=models.Q(list_price__gte=0, cost__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.currency} {self.list_price}"

    @classmethod
    def in_force(cls, products: Iterable[int], currency: str, day: Any = None) -> dict[int, Price]:
        """The price rows in force on a day (today) of several products, by the product's key; one query."""
        keys = set(products)
        rows = cls.objects.filter(product__in=keys, currency=currency, effective_on__lte=day or clock.today())
        return {row.product_id: row for row in rows.order_by("effective_on")} if keys else {}


class ExchangeRate(models.Model):
    """How much one unit of a currency is worth in the base currency, from a day on."""

    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCIES)
    effective_on = models.DateField(_("effective from"), default=clock.today)
    rate = models.DecimalField(
        _("rate"), max_digits=14, decimal_places=6, validators=[MinValueValidator(Decimal("0.000001"))]
    )

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "-effective_on"]
        constraints = [models.UniqueConstraint(fields=["currency", "effective_on"], name="exchangerate_once_a_day")]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate}"


class Rates:
    """The exchange rates of several currencies into the base currency, by day; a rate that is missing is never guessed."""

    def __init__(self, base: str, currencies: Iterable[str]):
        """Load them with one query (none when there is only the base currency)."""
        self.base = base
        self._rows: dict[str, list[tuple[date, Decimal]]] = {}
        foreign = set(currencies) - {base}
        rows = ExchangeRate.objects.filter(currency__in=foreign).order_by("currency", "effective_on") if foreign else ()
        for row in rows:
            self._rows.setdefault(row.currency, []).append((row.effective_on, row.rate))

    def on(self, currency: str, day: date) -> Decimal | None:
        """What one unit was worth in the base currency on a day; None when no rate was in force yet."""
        if currency == self.base:
            return Decimal(1)
        rows = self._rows.get(currency, [])
        place = bisect_right(rows, day, key=lambda row: row[0])
        return rows[place - 1][1] if place else None
