"""Requests to agree to a scorecard below the pass mark, with the scores and reasons that the decision turns on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from customers import margins
from customers.models import Opportunity, Scorecard
from kernel.models import Agreement
from kernel.panels import Remark, remark_source, section

CLAUSE = "3.1.2b"


def cards_of(requests: Sequence[Agreement]) -> dict[int, Scorecard]:
    """The scorecard of each request about one, by its key; one query. Clause 3.1.2b."""
    asked = [a for a in requests if (a.model, a.clause) == (Opportunity.label_of(), CLAUSE)]
    if not asked:
        return {}
    rows = Scorecard.objects.filter(opportunity__in={a.row for a in asked}).select_related("opportunity__customer")
    cards = {card.opportunity_id: card for card in rows}
    return {a.pk: cards[a.row] for a in asked if a.row in cards}


@remark_source("kernel.agreement")
def remarks(keys: Sequence[int], user: Any) -> dict[int, Remark]:
    """Beside each request of customer development what its decision turns on; the requests are read once."""
    requests = list(Agreement.objects.filter(pk__in=keys))
    return margins.remarks_on(requests, user) | _remarks_on(requests)


def _remarks_on(requests: Sequence[Agreement]) -> dict[int, Remark]:
    """Who the customer is, and how far the score falls short."""
    found = cards_of(requests)
    return {
        key: Remark(
            title=_("Scorecard below the pass mark: %(title)s") % {"title": card.opportunity.name},
            party=str(card.opportunity.customer),
            facts=(_("%(total)s of 5, pass mark %(mark)s") % {"total": card.total, "mark": card.pass_mark},),
        )
        for key, card in found.items()
    }


@section("kernel.agreement", 101, "customers/_score_request.html")
def card_of_request(request: Agreement, user: Any) -> dict[str, Any] | None:
    """On the request itself: each score with its reason and weight, as they stand now."""
    card = cards_of([request]).get(request.pk)
    return {"card": card, "is_changed": card.subject != request.subject} if card else None
