"""Saved views: a list with its filters under a name, one's own or shared with those who may open the list."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kernel import clock

# page → the right that opens it
PAGES = {
    "customer_list": "customers.view_customer",
    "opportunity_list": "customers.view_opportunity",
    "insight_list": "customers.view_marketinsight",
}
LONGEST = 1_000  # characters of filters


class SavedViewQuerySet(models.QuerySet):
    """Saved views as people reach them."""

    def visible_to(self, user: Any) -> SavedViewQuerySet:
        """His own and those that others shared, of lists that he may open."""
        pages = [page for page, right in PAGES.items() if user.has_perm(right)]
        return self.filter(Q(owner=user) | Q(is_shared=True), page__in=pages)


class SavedView(models.Model):
    """A list as somebody filtered it 常用篩選."""

    class Page(models.TextChoices):
        CUSTOMERS = "customer_list", _("Customers")
        OPPORTUNITIES = "opportunity_list", _("Opportunities")
        INSIGHTS = "insight_list", _("Market insights")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(_("list"), max_length=20, choices=Page.choices, editable=False)
    name = models.CharField(_("name of the view"), max_length=40)
    query = models.CharField(max_length=LONGEST, blank=True, editable=False)
    is_shared = models.BooleanField(_("shared with everybody who may open the list"), default=False)
    at = models.DateTimeField(default=clock.now)
    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        default_permissions = ()
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="savedview_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The list as it was filtered; what the reader may not see is not in it."""
        return f"{reverse(f'customers:{self.page}')}?{self.query}"
