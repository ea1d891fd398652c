"""The scorecard of screening: four criteria, weighted, with the weights and the pass mark of its day."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models.contacting import EvidenceQuerySet
from customers.models.opportunities import Opportunity
from kernel import clock
from kernel.settings import define, setting

CRITERIA = ("scale", "position", "potential", "willingness")

define("customers.weight_scale", 25, _("Scorecard: weight of the customer's scale"), clause="3.1.2b")
define("customers.weight_position", 20, _("Scorecard: weight of the industry position"), clause="3.1.2b")
define("customers.weight_potential", 30, _("Scorecard: weight of the growth potential"), clause="3.1.2b")
define("customers.weight_willingness", 25, _("Scorecard: weight of the willingness"), clause="3.1.2b")
define("customers.pass_mark", Decimal("3.0"), _("Scorecard: pass mark (1 to 5)"), clause="3.1.2b")

ONE_TO_FIVE = {"validators": [MinValueValidator(1), MaxValueValidator(5)]}


class Scorecard(models.Model):
    """How promising a customer is 篩選評分表: 1 to 5 on four criteria, each with a reason. Clause 3.1.2b."""

    opportunity = models.OneToOneField(Opportunity, editable=False, on_delete=models.PROTECT, related_name="scorecard")
    scale = models.PositiveSmallIntegerField(_("scale"), **ONE_TO_FIVE)
    scale_reason = models.CharField(_("reason for the scale"), max_length=200)
    position = models.PositiveSmallIntegerField(_("industry position"), **ONE_TO_FIVE)
    position_reason = models.CharField(_("reason for the position"), max_length=200)
    potential = models.PositiveSmallIntegerField(_("growth potential"), **ONE_TO_FIVE)
    potential_reason = models.CharField(_("reason for the potential"), max_length=200)
    willingness = models.PositiveSmallIntegerField(_("willingness"), **ONE_TO_FIVE)
    willingness_reason = models.CharField(_("reason for the willingness"), max_length=200)
    weight_scale = models.PositiveSmallIntegerField(editable=False)
    weight_position = models.PositiveSmallIntegerField(editable=False)
    weight_potential = models.PositiveSmallIntegerField(editable=False)
    weight_willingness = models.PositiveSmallIntegerField(editable=False)
    pass_mark = models.DecimalField(max_digits=4, decimal_places=2, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now, editable=False)
    carried_from = models.ForeignKey(Opportunity, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": 1 for name in CRITERIA}, **{f"{name}__lte": 5 for name in CRITERIA}),
                name="scorecard_one_to_five",
            )
        ]

    def __str__(self) -> str:
        return str(self.total)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the weights and the pass mark in force today: a later change of the settings changes no scorecard."""
        for name in CRITERIA:
            setattr(self, f"weight_{name}", setting(f"customers.weight_{name}"))
        self.pass_mark = setting("customers.pass_mark")
        super().save(*args, **kwargs)

    @property
    def total(self) -> Decimal:
        """The weighted mean of the four scores, 1.00 to 5.00, rounded half up."""
        weights = [Decimal(getattr(self, f"weight_{name}")) for name in CRITERIA]
        scores = [Decimal(getattr(self, name)) for name in CRITERIA]
        if not sum(weights):
            weights = [Decimal(1)] * len(CRITERIA)
        points = sum(w * s for w, s in zip(weights, scores, strict=True))
        return (points / sum(weights)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

    @property
    def passes(self) -> bool:
        """Whether it reaches the pass mark."""
        return self.total >= self.pass_mark

    @property
    def subject(self) -> str:
        """What exactly the manager agrees to: other scores, weights or mark need a new agreement."""
        scores = ",".join(str(getattr(self, name)) for name in CRITERIA)
        return f"total={self.total};mark={self.pass_mark.normalize():f};scores={scores}"

    @property
    def rows(self) -> list[tuple[Any, int, str, int]]:
        """Criterion, score, reason and weight, for the page."""
        return [
            (
                self._meta.get_field(n).verbose_name,
                getattr(self, n),
                getattr(self, f"{n}_reason"),
                getattr(self, f"weight_{n}"),
            )
            for n in CRITERIA
        ]
