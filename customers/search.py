"""What customer development lets be found: customers, contacts, opportunities, market insights."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer, MarketInsight, Opportunity
from kernel.panels import Hit, search_source
from kernel.searching import Finder


@search_source(10, _("Customers"))
def customers(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Customers by name, number or registration number, also those of what was merged into them. Clause 4.2.1b."""
    keys = finder.keys(Customer)
    found = Q(pk__in=keys) | Q(
        pk__in=Customer.objects.filter(pk__in=keys, merged_into__isnull=False).values("merged_into")
    )
    rows = Customer.objects.visible_to(user).unmerged().filter(found).order_by("pinyin", "pk")
    return [Hit(c.name, c.number, c.get_absolute_url()) for c in rows[:limit]]


@search_source(11, _("Contacts"))
def contacts(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Contacts by name. Clause 4.2.1b."""
    rows = Contact.objects.visible_to(user).filter(pk__in=finder.keys(Contact)).select_related("customer")
    return [
        Hit(c.name, f"{c.customer} {c.title}".strip(), reverse("customers:contact_detail", args=[c.pk]))
        for c in rows.order_by("pk")[:limit]
    ]


@search_source(12, _("Opportunities"))
def opportunities(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Opportunities by name or number, or by their customer."""
    hits = Q(pk__in=finder.keys(Opportunity)) | Q(customer__in=finder.keys(Customer))
    rows = Opportunity.objects.visible_to(user).filter(hits).select_related("customer", "owner").order_by("-pk")
    return [Hit(o.name, f"{o.number} {o.customer}", o.get_absolute_url()) for o in rows[:limit]]


@search_source(40, _("Market insights"))
def insights(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Market insights by source, competitor, or the words they begin with."""
    rows = MarketInsight.objects.visible_to(user).filter(pk__in=finder.keys(MarketInsight)).select_related("segment")
    insight_list = reverse("customers:insight_list")
    return [
        Hit(i.content[:80], f"{i.segment} {i.source}", f"{insight_list}?segment={i.segment_id}&kind={i.kind}")
        for i in rows.order_by("-pk")[:limit]
    ]
