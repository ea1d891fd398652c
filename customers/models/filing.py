"""Customers as people reach them: who sees which, how they are found by name."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from customers import names
from customers.models.access import ADD, LOG, MANAGE, VIEW_ALL, reached_by

LIVING = ["active", "pooled"]
POOLED = "pooled"


class CustomerQuerySet(models.QuerySet):
    """Customers as people reach them."""

    def living(self) -> CustomerQuerySet:
        """Those that are worked with or may be claimed."""
        return self.filter(state__in=LIVING)

    def unmerged(self) -> CustomerQuerySet:
        """Without those that went into another: their file is the other's."""
        return self.filter(merged_into=None)

    def visible_to(self, user: Any) -> CustomerQuerySet:
        """All for the manager, the director and customer service; a salesperson's own and the pool's; else who is in a contract."""
        if not user.has_perm("customers.view_customer"):
            return self.none()
        if sees_all(user):
            return self
        seen = self._own(user) | reached_by(user)
        return self.filter(seen | Q(state=POOLED) if user.has_perm(ADD) else seen)

    def open_to(self, user: Any) -> CustomerQuerySet:
        """Those whose whole file this person may read: a pooled one shows the others its name only."""
        rows = self.visible_to(user)
        return rows if sees_all(user) else rows.filter(self._own(user) | reached_by(user))

    def told_to(self, user: Any) -> CustomerQuerySet:
        """Those of whom this person reads what was said and thought: talk, note, profile, risks; whoever comes to a customer
        through its contract or order (legal, finance, the custodian, departments) reads its facts only (SECURITY C).
        """
        rows = self.visible_to(user)
        return rows if sees_all(user) else rows.filter(self._own(user))

    def served_by(self, user: Any) -> CustomerQuerySet:
        """Those that this person owns, helps with or serves: he reads their contacts' numbers in full."""
        if user.has_perm(MANAGE) or user.has_perm(LOG):
            return self.visible_to(user)
        return self.visible_to(user).filter(self._own(user))

    def search(self, text: str) -> CustomerQuerySet:
        """By name in either script, pinyin, initials, its numbers or where its paper is; everything for an empty text."""
        if not text.strip():
            return self
        word, key = text.strip().upper(), names.name_key(text)
        # the folded keys find a name however it is typed; the name itself is compared as written, which is cheap
        found = Q(number__contains=word) | Q(registration_number__startswith=word)
        found |= Q(name__contains=text.strip()) | Q(paper_location__istartswith=text.strip())
        if key:
            found |= Q(name_key__contains=key) | Q(pinyin__startswith=key) | Q(initials__startswith=key)
        return self.filter(found)

    def _own(self, user: Any) -> Q:
        # asked of each customer, not read as lists: somebody may have 90,000 of them
        helps = self.model.collaborators.through.objects.filter(user_id=user.pk, customer_id=OuterRef("pk"))
        deals = self.model._meta.get_field("opportunities").related_model._base_manager.filter(customer=OuterRef("pk"))
        return Q(owner=user) | Q(Exists(helps)) | Q(Exists(deals.filter(Q(owner=user) | Q(follower=user))))


def sees_all(user: Any) -> bool:
    """Whether this person reads every customer's file."""
    return user.has_perm(VIEW_ALL) or user.has_perm(LOG)
