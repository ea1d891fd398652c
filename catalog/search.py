"""What the catalogue lets be found: products, by those who keep them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from kernel.panels import Hit, search_source
from kernel.searching import Finder

KEEP = "catalog.change_product"


@search_source(50, _("Products"))
def products(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Products by code or name, without any price; their page is where they are kept, so others are not led there."""
    if not finder.finds(Product) or not user.has_perm(KEEP):
        return []
    rows = Product.objects.visible_to(user).order_by("code")
    return [
        Hit(p.code, f"{p.name} {p.category}".strip(), reverse("admin:catalog_product_change", args=[p.pk]))
        for p in finder.first(rows, Product, limit)
    ]
