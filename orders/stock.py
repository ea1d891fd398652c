"""Verbs of stock: received, issued to a plan, adjusted; the movement and what is on hand in one transaction (3.3.3a)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from orders.models import Material, PlanMaterial, StockMovement

Kind = StockMovement.Kind


def move(material: Material, change: Decimal, *, kind: str, by: Any, reason: str = "") -> StockMovement:
    """Add to (or take from) what is on hand and keep the movement. Raises ValidationError below zero."""
    with transaction.atomic():
        row = Material.objects.select_for_update().get(pk=material.pk)
        if row.on_hand + change < 0:
            left = f"{row.on_hand.normalize():f} {row.unit}"
            raise ValidationError(_("Only %(left)s are on hand.") % {"left": left}, code="quantity")
        row.on_hand += change
        row._history_user = by
        row.save()
        return StockMovement.objects.create(
            material=row, kind=kind, change=change, balance=row.on_hand, reason=reason, by=by
        )  # fmt: skip


def issue(need: PlanMaterial, quantity: Decimal, *, by: Any) -> PlanMaterial:
    """Hand material out to a plan, never more than it still needs nor than is on hand. Raises ValidationError."""
    with transaction.atomic():
        row = PlanMaterial.objects.select_for_update().select_related("plan", "material").get(pk=need.pk)
        if quantity <= 0 or quantity > row.to_issue:
            left = f"{row.to_issue.normalize():f} {row.material.unit}"
            raise ValidationError(_("The plan still needs %(left)s.") % {"left": left}, code="quantity")
        move(row.material, -quantity, kind=Kind.ISSUE, by=by, reason=row.plan.number)
        row.issued += quantity
        row._history_user = by
        row.save()
        return row


def adjust(material: Material, counted: Decimal, *, reason: str, by: Any) -> StockMovement | None:
    """Put what is on hand right after counting it, with the reason; nothing where it was right already."""
    with transaction.atomic():
        row = Material.objects.select_for_update().get(pk=material.pk)
        if counted == row.on_hand:
            return None
        return move(row, counted - row.on_hand, kind=Kind.ADJUSTMENT, by=by, reason=reason)
