"""OrderContact: customer service talks to the customer while his order runs, and asks how satisfied he is (3.3.6c)."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel import clock
from kernel.settings import define
from orders.models.access import OfOrder
from orders.models.orders import Order

define(
    "orders.contact_days",
    14,
    _("Talk to the customer of a running order at least every"),
    unit=_("days"),
    clause="3.3.6c",
)
define("orders.low_score", 2, _("A satisfaction score up to this feeds an improvement measure"), clause="3.3.6c")


class OrderContact(models.Model):
    """One talk with the customer about his order. Clause 3.3.6c."""

    class How(models.TextChoices):
        PHONE = "phone", pgettext_lazy("channel", "Phone")
        EMAIL = "email", _("E-mail")
        VISIT = "visit", _("Visit")
        LINK = "link", _("By his link")

    is_append_only = True
    may_be_redacted = True  # a person is erased from its words; that it was done is written before

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="contacts", editable=False)
    at = models.DateTimeField(_("when"), default=clock.now)
    how = models.CharField(_("how"), max_length=8, choices=How.choices, default=How.PHONE)
    score = models.PositiveSmallIntegerField(
        _("satisfaction"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    remarks = models.TextField(_("what he said"), blank=True, max_length=2_000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    objects = OfOrder.as_manager()

    class Meta:
        verbose_name = _("contact about an order")
        verbose_name_plural = _("contacts about orders")
        default_permissions = ()
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="ordercontact_score_within"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.score or ''}"
