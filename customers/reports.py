"""Read-only figures of customer development: the live checks of its clauses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Customer, DuplicatePair, Interaction, MarketInsight, Risk
from kernel import clock
from kernel.clauses import LISTED, Case, Result, promised
from kernel.permissions import holders_of
from kernel.settings import define, setting

define("customers.relation_days", 180, gettext_lazy("A customer without any contact for this long is listed"),
       unit=gettext_lazy("days"), clause="2.2.2a")  # fmt: skip
define("customers.market_news_days", 31, gettext_lazy("Each salesperson reports market news at least every"),
       unit=gettext_lazy("days"), clause="2.2.2c")  # fmt: skip
define("customers.duplicate_days", 30, gettext_lazy("Possible duplicates are settled within"),
       unit=gettext_lazy("days"), clause="4.2.1c")  # fmt: skip


def related() -> Result:
    """Active customers with a contact in time are kept, those nobody spoke with for too long are broken. Clause 2.2.2a."""
    since = clock.now() - timedelta(days=setting("customers.relation_days"))
    spoken = Interaction.objects.filter(customer=OuterRef("pk"), at__gte=since)
    rows = Customer.objects.filter(state=Customer.State.ACTIVE, imported=False)
    silent = rows.filter(~Exists(spoken), created_at__lt=since)
    count = silent.count()
    return Result(kept=rows.count() - count, broken=count, cases=_cases(silent.select_related("owner")))


def _cases(rows: QuerySet) -> list[Case]:
    why = str(_("no contact for too long"))
    found = rows.order_by("created_at")[:LISTED]
    return [Case(c.name, c.get_absolute_url(), why, c.created_at, str(c.owner or "")) for c in found]


def market_news() -> Result:
    """Salespeople who reported an insight or a changed need in time are kept, the others broken. Clause 2.2.2c."""
    since = clock.now() - timedelta(days=setting("customers.market_news_days"))
    people = get_user_model().objects.filter(pk__in=holders_of("customers.add_marketinsight"), is_active=True)
    people = people.filter(groups__name="salesperson", joined_on__lt=since.date())
    told = Exists(MarketInsight.objects.filter(by=OuterRef("pk"), at__gte=since))
    changed = Exists(Interaction.objects.filter(by=OuterRef("pk"), need_changed=True, at__gte=since))
    silent = people.filter(~told, ~changed)
    why = str(_("no market insight and no changed need reported"))
    cases = [Case(str(p), "", why) for p in silent.order_by("name")[:LISTED]]
    return Result(kept=people.filter(told | changed).count(), broken=silent.count(), cases=cases)


def risks_cared_for() -> Result:
    """Open high risks past their date, or without a measure, break clause 1.3.4; all others keep it."""
    rows = Risk.objects.alias(weight=F("likelihood") * F("impact"))
    late = Q(due_on__lt=clock.today()) | Q(measure="")
    broken = rows.filter(late, state=Risk.State.OPEN, weight__gte=setting("customers.high_risk"))
    why = str(_("a high risk without a measure in time"))
    found: Any = broken.select_related("owner").order_by("pk")[:LISTED]
    cases = [Case(str(r), r.get_absolute_url(), why, r.state_at, str(r.owner)) for r in found]
    count = broken.count()
    return Result(kept=Risk.objects.count() - count, broken=count, cases=cases)


def files_kept() -> Result:
    """Reviews made in time and pairs settled keep clause 4.2.1c; late reviews and pairs open for too long break it."""
    reviewed, paired = promised("file_review").run("4.2.1c"), _duplicates_settled()
    cases = [*reviewed.cases, *paired.cases][:LISTED]
    return Result(kept=reviewed.kept + paired.kept, broken=reviewed.broken + paired.broken, cases=cases)


def _duplicates_settled() -> Result:
    oldest = clock.now() - timedelta(days=setting("customers.duplicate_days"))
    late = DuplicatePair.objects.open().filter(found_at__lt=oldest)
    why = str(_("looks like another customer and nobody has decided"))
    found: Any = late.select_related("first__owner", "second").order_by("found_at")[:LISTED]
    cases = [Case(str(p), p.get_absolute_url(), why, p.found_at, str(p.first.owner or "")) for p in found]
    return Result(kept=DuplicatePair.objects.filter(settled_at__isnull=False).count(), broken=late.count(), cases=cases)
