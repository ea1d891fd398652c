"""The lists of customer development as files: the columns and rows of their screens, nobody's phone numbers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from customers import (
    filebook,  # noqa: F401  (the whole file of a customer is taken out, too)
    reviews,
)
from customers.filters import CustomerFilter, InsightFilter, OpportunityListFilter
from customers.models import Customer, DuplicatePair, MarketInsight, Opportunity, Risk, Segment
from kernel.exports import Column
from kernel.lists import listed

CUSTOMERS = [
    Column("name", _("Customer"), width=34),
    Column("number", _("Number"), width=16),
    Column("get_state_display", _("State"), width=14),
    Column("get_grade_display", _("Customer grade"), width=12),
    Column("get_region_display", _("Region"), width=14),
    Column("industry", _("Industry")),
    Column("owner.name", _("Owner"), width=16),
]
OPPORTUNITIES = [
    Column("customer.name", _("Customer"), width=34),
    Column("number", _("Number"), width=16),
    Column("get_state_display", _("Stage"), width=16),
    Column("name", _("Matter"), width=34),
    Column("value_currency", _("Currency"), width=8),
    Column("value", _("Value"), "money"),
    Column("closed_on", _("Closed on"), "date"),
    Column("owner.name", _("Owner"), width=16),
]
INSIGHTS = [
    Column("observed_on", _("Date"), "date"),
    Column("segment.name", _("Segment")),
    Column("get_kind_display", _("Kind"), width=14),
    Column("get_channel_display", _("Channel"), width=16),
    Column("source", _("Source")),
    Column("content", _("Content"), width=60),
    Column("competitor", _("Competitor")),
    Column("target_segment", _("Target segment"), width=40),
    Column("opportunity_seen", _("Opportunity seen in it"), width=40),
    Column("by.name", _("Gathered by"), width=16),
]
DUPLICATES = [
    Column("first.number", _("Number"), width=16),
    Column("first.name", _("Customer"), width=34),
    Column("second.number", _("Number"), width=16),
    Column("second.name", _("looks like"), width=34),
    Column("score", _("Likeness"), "integer"),
    Column("reason_words", _("Why"), width=34),
]
REVIEWS = [
    Column("title", _("Customer"), width=34),
    Column("owed_by.name", _("Owner"), width=16),
    Column("due_at", _("Due"), "datetime"),
]
SEGMENTS = [Column("name", _("Name")), Column("description", _("Description"), width=60)]
RISKS = [
    Column("text", _("Risk"), width=50),
    Column("customer.name", _("Customer"), width=34),
    Column("likelihood", _("Likelihood"), "integer"),
    Column("impact", _("Impact"), "integer"),
    Column("get_state_display", _("State"), width=14),
    Column("owner.name", _("Owner"), width=16),
]


@listed("customers", _("Customers"), "customers.view_customer", CUSTOMERS)
def customers(user: Any, query: QueryDict) -> QuerySet:
    """Customers filed by name. Clause 2.2.2a."""
    rows = CustomerFilter(query, Customer.objects.visible_to(user).unmerged()).qs
    return rows.select_related("owner").order_by("pinyin", "pk")


@listed("duplicates", _("Possible duplicates"), "customers.change_customer", DUPLICATES)
def duplicates(user: Any, query: QueryDict) -> QuerySet:
    """Pairs that look the same, the likest first. Clause 4.2.1c."""
    rows = DuplicatePair.objects.visible_to(user).open().select_related("first", "second")
    return rows.order_by("-score", "-pk")


@listed("reviews", _("Files to review"), "customers.change_customer", REVIEWS)
def file_reviews(user: Any, query: QueryDict) -> QuerySet:
    """The files whose review is due, the oldest first. Clause 4.2.1c."""
    return reviews.due_for(user).select_related("owed_by").order_by("due_at", "pk")


@listed("opportunities", _("Opportunities"), "customers.view_opportunity", OPPORTUNITIES)
def opportunities(user: Any, query: QueryDict) -> QuerySet:
    """Opportunities, the latest change first."""
    rows = OpportunityListFilter(query, Opportunity.objects.visible_to(user)).qs
    return rows.select_related("customer", "owner", "follower").order_by("-state_at", "-pk")


@listed("insights", _("Market insights"), "customers.view_marketinsight", INSIGHTS)
def insights(user: Any, query: QueryDict) -> QuerySet:
    """Market insights, the newest first. Clause 3.1.1a."""
    rows = InsightFilter(query, MarketInsight.objects.visible_to(user)).qs
    return rows.select_related("segment", "by").order_by("-observed_on", "-pk")


@listed("segments", _("Segments"), "customers.view_marketinsight", SEGMENTS)
def segments(user: Any, query: QueryDict) -> QuerySet:
    """Segments by name."""
    return Segment.objects.visible_to(user).order_by("name", "pk")


@listed("risks", _("Risk register"), "customers.view_customer", RISKS)
def risks(user: Any, query: QueryDict) -> QuerySet:
    """The open risks. Clause 1.3.4."""
    rows = Risk.objects.visible_to(user).exclude(state=Risk.State.CLOSED)
    return rows.select_related("customer", "owner").order_by("-pk")
