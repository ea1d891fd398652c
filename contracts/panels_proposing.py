"""What proposals written here add to the opportunity's page."""

from __future__ import annotations

from typing import Any

from kernel.panels import section

WITH_PROPOSALS = ("needs", "negotiation", "follow_up", "won", "lost")


@section("customers.opportunity", 185, "contracts/_proposals.html")
def proposals_of_opportunity(opportunity: Any, user: Any) -> dict[str, Any] | None:
    """The proposals written from a template, each with its version and validity; the page has read them already."""
    if opportunity.state not in WITH_PROPOSALS:
        return None
    texts = [proposal for proposal in opportunity.proposals.all() if proposal.made_from]
    may_write = opportunity.is_open and opportunity.may_be_changed_by(user)
    return {"texts": texts, "may_write": may_write} if texts or may_write else None
