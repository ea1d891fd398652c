"""What the catalog adds to the main menu: products and rates for those who keep them."""

from django.utils.translation import gettext_lazy as _

from kernel.panels import navigation_item

ADMINISTRATION = _("Administration")

navigation_item(
    953,
    ADMINISTRATION,
    "admin:catalog_product_changelist",
    "box",
    _("Products and prices"),
    permission="catalog.change_product",
)
navigation_item(
    954,
    ADMINISTRATION,
    "admin:catalog_exchangerate_changelist",
    "loop",
    _("Exchange rates"),
    permission="catalog.change_exchangerate",
)
