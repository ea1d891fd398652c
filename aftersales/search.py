"""What after-sales service lets be found: feedback, improvement measures, survey campaigns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from aftersales.models import Campaign, Feedback, Measure
from kernel.panels import Hit, search_source
from kernel.searching import Finder


@search_source(35, _("Customer feedback"))
def feedback(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Feedback by number, customer or subject. Clause 4.2.2a."""
    if not finder.finds(Feedback):
        return []
    rows = Feedback.objects.visible_to(user).order_by("-pk")
    return [
        Hit(str(f), f"{f.customer_name} {f.get_state_display()}", f.get_absolute_url())
        for f in finder.first(rows, Feedback, limit)
    ]


@search_source(36, _("Improvement measures"))
def measures(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Measures by number or title. Clause 3.4.4c."""
    if not finder.finds(Measure):
        return []
    rows = Measure.objects.visible_to(user).order_by("-pk")
    return [Hit(str(m), str(m.get_state_display()), m.get_absolute_url()) for m in finder.first(rows, Measure, limit)]


@search_source(37, _("Survey campaigns"))
def campaigns(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Campaigns by number or title."""
    if not finder.finds(Campaign):
        return []
    rows = Campaign.objects.visible_to(user).order_by("-pk")
    return [Hit(str(c), c.get_state_display(), c.get_absolute_url()) for c in finder.first(rows, Campaign, limit)]
