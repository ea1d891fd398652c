"""What is known of the markets, told by segment and by competitor. Clauses 2.2.2c, 2.2.1d."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q

from customers.models import MarketInsight
from customers.names import name_key

READ = 2_000  # insights that name a competitor, the newest first
SHOWN = 50
KINDS = MarketInsight.Kind.choices


@dataclass
class Competitor:
    """One competitor, however its name is written: how often, where, and what was said last."""

    name: str
    latest: date
    last: str
    total: int = 0
    segments: list[str] = field(default_factory=list)


def by_segment(user: Any, since: date) -> list[dict[str, Any]]:
    """How much was observed in each segment, by kind, and when last; the busiest first. One query."""
    rows = MarketInsight.objects.visible_to(user).filter(observed_on__gte=since).order_by()
    counts = {kind: Count("pk", filter=Q(kind=kind)) for kind, _label in KINDS}
    analysed = Count("pk", filter=Q(analysed_at__isnull=False))
    groups = rows.values("segment", "segment__name").annotate(
        **counts, analysed=analysed, total=Count("pk"), latest=Max("observed_on")
    )
    return [
        {
            **row,
            "key": row["segment"],
            "name": row["segment__name"],
            "kinds": [(label, row[kind]) for kind, label in KINDS],
        }
        for row in groups.order_by("-total", "segment__name")
    ]


def by_competitor(user: Any, since: date) -> list[Competitor]:
    """What was observed of each competitor, the most talked of first. One query."""
    rows = MarketInsight.objects.visible_to(user).filter(observed_on__gte=since).exclude(competitor="")
    values = rows.order_by("-observed_on", "-pk").values_list("competitor", "observed_on", "content", "segment__name")
    found: dict[str, Competitor] = {}
    for name, day, content, segment in values[:READ]:
        one = found.setdefault(name_key(name), Competitor(name, day, content))
        one.total += 1
        if segment not in one.segments:
            one.segments.append(segment)
    return sorted(found.values(), key=lambda c: (-c.total, c.name))[:SHOWN]
