"""Market research: segments and what was learned about them, with its analysis."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from kernel import clock
from kernel.searching import Searchable
from kernel.settings import define, setting
from kernel.wording import Worded, labelled

define(
    "customers.insight_days", 90, _("Market insights count as evidence for this long"), unit=_("days"), clause="3.1.1a"
)


class SegmentQuerySet(models.QuerySet):
    """Segments as people reach them."""

    def visible_to(self, user: Any) -> SegmentQuerySet:
        """Whoever works with market insights."""
        return self if user.has_perm("customers.view_marketinsight") else self.none()


class Segment(Searchable, models.Model):
    """A part of the market 客戶群體 that insights and opportunities belong to. Clause 3.1.1a."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    description = models.TextField(_("description"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()
    objects = SegmentQuerySet.as_manager()

    SEARCHED = ("name",)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class InsightQuerySet(models.QuerySet):
    """Market insights as people reach them."""

    def visible_to(self, user: Any) -> InsightQuerySet:
        """Whoever works with market insights."""
        return self if user.has_perm("customers.view_marketinsight") else self.none()

    def fresh(self) -> InsightQuerySet:
        """Those that still count as evidence."""
        return self.filter(observed_on__gte=oldest_fresh_day())

    def analysed(self) -> InsightQuerySet:
        """Those with a target segment and an opportunity seen in it."""
        return self.filter(analysed_at__isnull=False)


def oldest_fresh_day() -> date:
    """The first day whose insights still count as evidence. Clause 3.1.1a."""
    return clock.today() - timedelta(days=setting("customers.insight_days"))


class MarketInsight(Searchable, Worded):
    """Something learned about a market 市場信息, and what it means for us. Clauses 3.1.1a, 3.1.1b, 2.2.2c."""

    class Channel(models.TextChoices):
        WEB = "web", _("Web")
        REPORT = "report", _("Industry report")
        EXHIBITION = "exhibition", _("Exhibition")
        REFERRAL = "referral", _("Referral")
        OTHER = "other", _("Other")

    class Kind(models.TextChoices):
        INDUSTRY = "industry", _("Industry")
        COMPETITOR = "competitor", _("Competitors")
        DEMAND = "demand", _("Demand")

    segment = models.ForeignKey(Segment, verbose_name=_("segment"), on_delete=models.PROTECT, related_name="insights")
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=160)
    observed_on = models.DateField(_("date"), default=clock.today)
    content = models.TextField(_("content"))
    competitor = models.CharField(_("competitor"), max_length=120, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, editable=False, on_delete=models.PROTECT, related_name="market_insights"
    )
    at = models.DateTimeField(default=clock.now, editable=False)
    target_segment = models.TextField(_("target segment"), blank=True)
    opportunity_seen = models.TextField(_("opportunity seen in it"), blank=True)
    analysed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    analysed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    SEARCHED = ("source", "competitor", "content")
    history = HistoricalRecords()
    objects = InsightQuerySet.as_manager()

    class Meta:
        verbose_name = _("market insight")
        verbose_name_plural = _("market insights")
        ordering = ["-observed_on", "-id"]
        indexes = [models.Index(fields=["segment", "kind", "observed_on"], name="insight_of_segment")]
        constraints = [
            models.CheckConstraint(
                condition=Q(analysed_at=None) | (~Q(target_segment="") & ~Q(opportunity_seen="")),
                name="insight_analysis_is_whole",
            )
        ]

    def __str__(self) -> str:
        return labelled(self.get_kind_display(), self.content[:60])

    @property
    def is_fresh(self) -> bool:
        """Whether it still counts as evidence."""
        return self.observed_on >= oldest_fresh_day()
