"""The filters of lists and board, kept in the URL; what cannot be read is as if it were not asked."""

from __future__ import annotations

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, MarketInsight, Opportunity, Segment
from kernel import clock
from kernel.models import Promise
from kernel.permissions import holding
from kernel.settings import per_request

MAX_WORDS = 100


def owners() -> list[tuple[int, str]]:
    """Those who own customers and opportunities, as choices; a list's page reads no whole person for each."""
    rows = holding("customers.change_opportunity").order_by("name", "pk")
    return per_request("owners", lambda: list(rows.values_list("pk", "name")))


def segments() -> list[tuple[int, str]]:
    """The segments as choices."""
    return per_request("segments", lambda: list(Segment.objects.order_by("name").values_list("pk", "name")))


class Searchable(django_filters.FilterSet):
    """A filter with a search box."""

    q = django_filters.CharFilter(label=_("Search"), method="search", max_length=MAX_WORDS)

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """What the rows' own search finds; a NUL finds nothing."""
        return rows.none() if "\x00" in text else rows.search(text[:MAX_WORDS])  # type: ignore[attr-defined]


STATES = [choice for choice in Customer.State.choices if choice[0] != Customer.State.MERGED]


class CustomerFilter(Searchable):
    """By words, owner, grade, segment and state."""

    owner = django_filters.ChoiceFilter(choices=owners, empty_label=_("All owners"))
    segment = django_filters.ChoiceFilter(choices=segments, empty_label=_("All segments"))
    grade = django_filters.ChoiceFilter(choices=Customer.Grade.choices, empty_label=_("All grades"))
    state = django_filters.ChoiceFilter(choices=STATES, empty_label=_("All states"))

    class Meta:
        model = Customer
        fields = ["q", "owner", "segment", "grade", "state"]


class OpportunityFilter(Searchable):
    """By words, owner, segment, grade of the customer, and whether something on it is overdue."""

    owner = django_filters.ChoiceFilter(choices=owners, empty_label=_("All owners"))
    segment = django_filters.ChoiceFilter(choices=segments, empty_label=_("All segments"))
    grade = django_filters.ChoiceFilter(
        field_name="customer__grade", choices=Customer.Grade.choices, empty_label=_("All grades")
    )
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="only_overdue", widget=forms.CheckboxInput)

    class Meta:
        model = Opportunity
        fields = ["q", "owner", "segment", "grade", "overdue"]

    def only_overdue(self, rows: QuerySet, _name: str, wanted: bool) -> QuerySet:
        """Those on which a promise (a time budget, a follow-up) is past its time."""
        return rows.filter(pk__in=overdue_keys()) if wanted else rows


def overdue_keys() -> QuerySet:
    """The keys of opportunities with an overdue promise: read once and hashed, not looked up for each opportunity."""
    late = Promise.objects.open().filter(due_at__lt=clock.now(), model=Opportunity._meta.label_lower)
    return late.order_by().values("row")


class OpportunityListFilter(OpportunityFilter):
    """The list's filter: also by state, closed ones included."""

    state = django_filters.ChoiceFilter(choices=Opportunity.State.choices, empty_label=_("All stages"))

    class Meta(OpportunityFilter.Meta):
        fields = ["q", "state", "owner", "segment", "grade", "overdue"]


ANALYSED = [("no", _("Still to analyse")), ("yes", _("Analysed"))]


class InsightFilter(django_filters.FilterSet):
    """By what they say, whether they are analysed, segment, kind and channel."""

    q = django_filters.CharFilter(method="containing")
    analysed = django_filters.ChoiceFilter(choices=ANALYSED, method="by_analysis", empty_label=_("Analysed or not"))
    segment = django_filters.ChoiceFilter(choices=segments, empty_label=_("All segments"))
    kind = django_filters.ChoiceFilter(choices=MarketInsight.Kind.choices, empty_label=_("All kinds"))
    channel = django_filters.ChoiceFilter(choices=MarketInsight.Channel.choices, empty_label=_("All channels"))

    class Meta:
        model = MarketInsight
        fields = ["analysed", "segment", "kind", "channel"]

    def containing(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Those that hold the words in content, source or competitor."""
        words = text.replace("\x00", "").strip()[:100]
        return rows.filter(Q(content__icontains=words) | Q(source__icontains=words) | Q(competitor__icontains=words))

    def by_analysis(self, rows: QuerySet, name: str, answer: str) -> QuerySet:
        """Those with an analysis, or fresh ones that still need it."""
        return rows.analysed() if answer == "yes" else rows.fresh().filter(analysed_at=None)
