"""The filters of lists and board, kept in the URL; what cannot be read is as if it were not asked."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, MarketInsight, Opportunity, Segment
from kernel import clock
from kernel.models import Promise
from kernel.permissions import holders_of

MAX_WORDS = 100


def owners(_request: Any) -> QuerySet:
    """Those who own customers and opportunities."""
    keys = holders_of("customers.change_opportunity")
    return get_user_model().objects.filter(pk__in=keys, is_active=True).order_by("name", "pk")


class Searchable(django_filters.FilterSet):
    """A filter with a search box."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=MAX_WORDS)

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """What the rows' own search finds; a NUL finds nothing."""
        return rows.none() if "\x00" in text else rows.search(text[:MAX_WORDS])  # type: ignore[attr-defined]


class CustomerFilter(Searchable):
    """By words, owner, grade, segment and state."""

    owner = django_filters.ModelChoiceFilter(queryset=owners, empty_label=_("All owners"))
    segment = django_filters.ModelChoiceFilter(queryset=Segment.objects.all(), empty_label=_("All segments"))
    grade = django_filters.ChoiceFilter(choices=Customer.Grade.choices, empty_label=_("All grades"))
    state = django_filters.ChoiceFilter(choices=Customer.State.choices, empty_label=_("All states"))

    class Meta:
        model = Customer
        fields = ["q", "owner", "segment", "grade", "state"]


class OpportunityFilter(Searchable):
    """By words, owner, segment, grade of the customer, and whether something on it is overdue."""

    owner = django_filters.ModelChoiceFilter(queryset=owners, empty_label=_("All owners"))
    segment = django_filters.ModelChoiceFilter(queryset=Segment.objects.all(), empty_label=_("All segments"))
    grade = django_filters.ChoiceFilter(
        field_name="customer__grade", choices=Customer.Grade.choices, empty_label=_("All grades")
    )
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="only_overdue", widget=forms.CheckboxInput)

    class Meta:
        model = Opportunity
        fields = ["q", "owner", "segment", "grade", "overdue"]

    def only_overdue(self, rows: QuerySet, _name: str, wanted: bool) -> QuerySet:
        """Those on which a promise (a time budget, a follow-up) is past its time."""
        return rows.filter(Exists(overdue_promises())) if wanted else rows


def overdue_promises() -> QuerySet:
    """The overdue promises of an outer opportunity."""
    late = Promise.objects.open().filter(due_at__lt=clock.now(), model=Opportunity._meta.label_lower)
    return late.filter(row=OuterRef("pk"))


class OpportunityListFilter(OpportunityFilter):
    """The list's filter: also by state, closed ones included."""

    state = django_filters.ChoiceFilter(choices=Opportunity.State.choices, empty_label=_("All stages"))

    class Meta(OpportunityFilter.Meta):
        fields = ["q", "state", "owner", "segment", "grade", "overdue"]


class InsightFilter(django_filters.FilterSet):
    """By segment, kind and channel."""

    segment = django_filters.ModelChoiceFilter(queryset=Segment.objects.all(), empty_label=_("All segments"))
    kind = django_filters.ChoiceFilter(choices=MarketInsight.Kind.choices, empty_label=_("All kinds"))
    channel = django_filters.ChoiceFilter(choices=MarketInsight.Channel.choices, empty_label=_("All channels"))

    class Meta:
        model = MarketInsight
        fields = ["segment", "kind", "channel"]
