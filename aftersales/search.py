"""What after-sales service lets be found: feedback and survey campaigns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from aftersales.models import Campaign, Feedback
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


@search_source(36, _("Survey campaigns"))
def campaigns(user: Any, finder: Finder, limit: int) -> list[Hit]:
    """Campaigns by number or title."""
    if not finder.finds(Campaign):
        return []
    rows = Campaign.objects.visible_to(user).order_by("-pk")
    return [Hit(str(c), c.get_state_display(), c.get_absolute_url()) for c in finder.first(rows, Campaign, limit)]
