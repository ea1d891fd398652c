"""Pairs of customers that may be the same: found by comparing, settled by merging or by saying that they are two."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models.access import MANAGE
from customers.models.customers import Customer
from kernel import clock

REASONS = {
    "name": _("same name"),
    "number": _("same registration number"),
    "phone": _("same phone"),
    "near": _("similar name"),
}


class PairQuerySet(models.QuerySet):
    """Pairs as people reach them."""

    def visible_to(self, user: Any) -> PairQuerySet:
        """Those of two customers whose files this person keeps or may read in full."""
        if not user.has_perm("customers.change_customer"):
            return self.none()
        seen = Customer.objects.open_to(user).values("pk")
        return self.filter(first__in=seen, second__in=seen)

    def open(self) -> PairQuerySet:
        """Those about which nobody has decided, of customers that are still there."""
        return self.filter(settled_at=None).exclude(first__state="merged").exclude(second__state="merged")

    def of(self, customer: Customer) -> PairQuerySet:
        """Those in which a customer stands."""
        return self.filter(Q(first=customer) | Q(second=customer))


class DuplicatePair(models.Model):
    """Two customers 疑似重複客戶 that look the same, why, and who said that they are not. Clause 4.2.1c."""

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("likeness"))
    why = models.CharField(max_length=40)
    found_at = models.DateTimeField(default=clock.now)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(_("why they are two customers"), max_length=300, blank=True)
    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        default_permissions = ()
        ordering = ["-score", "-id"]
        indexes = [models.Index(fields=["-score", "-id"], condition=Q(settled_at=None), name="duplicatepair_open")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicatepair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicatepair_in_order"),
            models.CheckConstraint(
                condition=Q(settled_at=None) | (Q(settled_by__isnull=False) & ~Q(reason="")),
                name="duplicatepair_settled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} = {self.second}?"

    def get_absolute_url(self) -> str:
        """Where it is settled."""
        return reverse("customers:duplicate_settle", args=[self.pk])

    @property
    def reasons(self) -> list[Any]:
        """Why they look the same, in words."""
        return [REASONS[code] for code in self.why.split() if code in REASONS]

    @property
    def reason_words(self) -> str:
        """The same as one text, for a file."""
        return ", ".join(map(str, self.reasons))

    def may_be_settled_by(self, user: Any) -> bool:
        """Whether this person decides about both: the owner of the two, or the manager."""
        if not user.has_perm("customers.change_customer"):
            return False
        return user.has_perm(MANAGE) or {self.first.owner_id, self.second.owner_id} == {user.pk}
