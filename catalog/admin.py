"""Products with their prices, and exchange rates: rows with effective dates are added, those in force stay as they were."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from catalog.models import ExchangeRate, Price, Product
from kernel import clock
from kernel.admin import DATES, KeptAdmin
from kernel.forms import BylawModelForm

ADD, CHANGE, VIEW = "catalog.add_product", "catalog.change_product", "catalog.view_product"


class PriceForm(BylawModelForm):
    """List price and cost from a day on; once that day is over the row is only read."""

    class Meta:
        model = Price
        fields = ["currency", "effective_on", "list_price", "cost"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.effective_on < clock.today():
            for field in self.fields.values():
                field.disabled = True


class PriceInline(admin.TabularInline):
    """The prices of a product, the newest first."""

    model = Price
    form = PriceForm
    extra = 1
    formfield_overrides = DATES

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever keeps products sees cost here; the catalog's pages for others do not show it."""
        return request.user.has_perm(CHANGE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As above; the form closes past rows."""
        return request.user.has_perm(CHANGE)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As above."""
        return request.user.has_perm(CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Prices stay: contracts name the day."""
        return False


@admin.register(Product)
class ProductAdmin(KeptAdmin):
    """Products and services that are sold."""

    may_view, may_add, may_change = (VIEW,), (ADD,), (CHANGE,)
    list_display = ("code", "name", "unit", "category", "is_service", "is_discontinued")
    list_filter = ("is_discontinued", "is_service", "category")
    search_fields = ("code", "name", "name_en")
    fields = ("code", "name", "name_en", "specification", "unit", "category", "is_service", "is_discontinued")
    inlines = (PriceInline,)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(KeptAdmin):
    """Exchange rates into the base currency, kept by finance."""

    may_view = ("catalog.view_exchangerate",)
    may_add = ("catalog.add_exchangerate",)
    may_change = ("catalog.change_exchangerate",)
    list_display = ("currency", "rate", "effective_on")
    list_filter = ("currency",)
    fields = ("currency", "rate", "effective_on")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Until the end of its first day."""
        return super().has_change_permission(request, obj) and (obj is None or obj.effective_on >= clock.today())
