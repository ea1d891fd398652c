"""What customer development lets be found: customers, contacts, opportunities, market insights."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer, MarketInsight, Opportunity, Risk, Segment
from kernel.panels import Hit, search_source
from kernel.searching import Finder


@search_source(10, _("Customers"))
def customers(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Customers by name, number or registration number, also those of what was merged into them. Clause 4.2.1b."""
    rows = Customer.objects.visible_to(user).unmerged().order_by("pinyin", "pk")
    hits = {c.pk: c for c in finder.first(rows, Customer, limit)}
    merged = Customer.objects.filter(merged_into__isnull=False).order_by("pk")
    gone = finder.first(merged, Customer, limit, are_few=True)
    if gone:  # apart from the others: together they would be looked for among all customers
        hits |= {c.pk: c for c in rows.filter(pk__in=[c.merged_into_id for c in gone])[:limit]}
    shown = sorted(hits.values(), key=lambda c: (c.pinyin, c.pk))[:limit]
    return [Hit(c.name, c.number, c.get_absolute_url()) for c in shown]


@search_source(11, _("Contacts"))
def contacts(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Contacts by name. Clause 4.2.1b."""
    if not finder.finds(Contact):
        return []
    rows = Contact.objects.visible_to(user).select_related("customer").order_by("pk")
    return [
        Hit(c.name, f"{c.customer} {c.title}".strip(), reverse("customers:contact_detail", args=[c.pk]))
        for c in finder.first(rows, Contact, limit)
    ]


@search_source(12, _("Opportunities"))
def opportunities(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Opportunities by name or number, or by their customer."""
    rows = Opportunity.objects.visible_to(user).prefetch_related("customer").order_by("-pk")
    # one after the other: either has an index of its own, both together would read all opportunities
    found = [*finder.first(rows, Opportunity, limit), *finder.first(rows, Customer, limit, "customer")]
    hits = {o.pk: o for o in found}
    shown = [hits[pk] for pk in sorted(hits, reverse=True)[:limit]]
    return [Hit(o.name, f"{o.number} {o.customer}", o.get_absolute_url()) for o in shown]


@search_source(40, _("Market insights"))
def insights(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Market insights by source, competitor, or the words they begin with."""
    if not finder.finds(MarketInsight):
        return []
    rows = MarketInsight.objects.visible_to(user).select_related("segment").order_by("-pk")
    insight_list = reverse("customers:insight_list")
    return [
        Hit(i.content[:80], f"{i.segment} {i.source}", f"{insight_list}?segment={i.segment_id}&kind={i.kind}")
        for i in finder.first(rows, MarketInsight, limit)
    ]


@search_source(41, _("Segments"))
def segments(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Segments by name; a hit leads to what is known of it. Clause 3.1.1a."""
    if not finder.finds(Segment):
        return []
    rows = Segment.objects.visible_to(user).order_by("name", "pk")
    insight_list = reverse("customers:insight_list")
    return [
        Hit(s.name, s.description[:80], f"{insight_list}?segment={s.pk}") for s in finder.first(rows, Segment, limit)
    ]


@search_source(42, _("Risks"))
def risks(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Risks by the words they begin with. Clause 1.3.4."""
    if not finder.finds(Risk):
        return []
    rows = Risk.objects.visible_to(user).select_related("customer").order_by("-pk")
    return [
        Hit(str(r), f"{r.customer} {r.get_state_display()}", r.get_absolute_url())
        for r in finder.first(rows, Risk, limit)
    ]
