"""The way of each opportunity through the stages to where it stands today, with its turns."""

from __future__ import annotations

from config.demo import evidence, signing
from config.demo.deal import Deal
from config.demo.reading import read
from config.demo.world import World, chance
from customers.models import Opportunity

ORDER = Opportunity.PATH
# The turns that lead back: where the deal had been, and where it stands now.
BEYOND = {"research": "screening", "first_contact": "needs"}


def deals(world: World) -> list[Deal]:
    """Every opportunity of the data with its plan."""
    found = []
    for stage, rows in read("opportunities").items():
        for row in rows:
            deal = Deal(world, stage, row)
            _lay_out(deal)
            world.plans.append(deal.plan)
            found.append(deal)
    return found


def _lay_out(deal: Deal) -> None:
    last = {"won": "follow_up", "lost": deal.row.get("from", "")}.get(deal.stage, deal.stage)
    reached = BEYOND[deal.stage] if deal.twist == "sent_back" else last
    deal.act(0, evidence.open_deal)
    for stage in ORDER[: ORDER.index(reached)]:
        THROUGH[stage](deal)
    if deal.twist == "sent_back":
        deal.step(3, "send_back", comment=deal.words("sent_back"))
    elif deal.stage == "lost":
        _lose(deal)
    else:
        INSIDE[last](deal)


# --- through each stage ------------------------------------------------------------------------------
def _research(deal: Deal) -> None:
    deal.step(2 + _more(deal, 4), "screen")


def _screening(deal: Deal) -> None:
    deal.act(1 + _more(deal, 2), evidence.score)
    key = bool(deal.row.get("key"))
    decision = "key_development" if key else "ordinary"
    deal.act(0, evidence.decide, decision, deal.words("screening_key" if key else "screening"))
    if key:
        deal.act(1, _profile_without_decision)
    if deal.twist == "score_agreed":
        deal.act(0, evidence.ask_for_score)
        deal.act(1, evidence.answer_request, "agree", deal.words("agree_score"), by=deal.world["chou.manager"])
    deal.step(1, "make_contact")


def _first_contact(deal: Deal) -> None:
    deal.act(1 + _more(deal, 3), _first_call)
    deal.act(3 + _more(deal, 3), evidence.call, "second")
    deal.step(1 + _more(deal, 2), "explore_needs")


def _needs(deal: Deal) -> None:
    deal.act(2 + _more(deal, 3), evidence.learn_needs)
    deal.act(0, evidence.ask, "one")
    deal.act(3 if chance(f"{deal.key}:late", 20) else 1, evidence.answer)
    deal.act(1 + _more(deal, 3), evidence.propose)
    if chance(f"{deal.key}:service", 35):
        service = deal.world["wu.service" if chance(deal.key, 50) else "liu.service"]
        deal.act(1, evidence.service_call, service, by=service)
    deal.act(2 + _more(deal, 4), evidence.demonstrate)
    deal.act(0, evidence.accept_answers)
    if deal.row.get("key"):
        deal.act(0, _profile_with_decision)
    deal.step(1, "negotiate")


def _negotiation(deal: Deal) -> None:
    _agree_terms(deal)
    if deal.twist == "margin_agreed":
        deal.act(0, evidence.ask_for_margin)
        deal.act(1, evidence.answer_request, "agree", deal.words("agree_margin"), by=deal.world["chou.manager"])
    deal.step(1, "follow", follower=deal.owner)


def _agree_terms(deal: Deal) -> None:
    deal.act(1 + _more(deal, 4), evidence.write_terms)
    if deal.row.get("risk"):
        deal.act(0, _name_high_risk)
    elif chance(f"{deal.key}:risk", 25):
        deal.act(0, evidence.name_risk)
        deal.act(3, evidence.control_risk)
    deal.act(2 + _more(deal, 3), evidence.call, "terms")
    deal.act(1 + _more(deal, 2), evidence.intend, "yes")
    deal.act(0, evidence.assess_terms)


# --- inside the stage where it stands today -------------------------------------------------------------
def _in_research(deal: Deal) -> None:
    """Nothing more than what is known of the segment."""


def _in_screening(deal: Deal) -> None:
    if deal.twist == "score_waiting":
        deal.act(1, evidence.score)
        deal.act(0, evidence.decide, "ordinary", deal.words("screening"))
        deal.act(0, evidence.ask_for_score)
    elif chance(f"{deal.key}:scored", 60):
        deal.act(1, evidence.score)


def _in_first_contact(deal: Deal) -> None:
    deal.act(2, _promising_call)


def _in_needs(deal: Deal) -> None:
    deal.act(2, evidence.learn_needs)
    deal.act(1, evidence.ask, "one")
    if chance(f"{deal.key}:answered", 60):
        deal.act(1, evidence.answer)
        deal.act(1, evidence.propose)
    if deal.twist == "reopened":
        _lose_and_reopen(deal)


def _in_negotiation(deal: Deal) -> None:
    if deal.fate:
        _agree_terms(deal)
        signing.lay_out(deal)
    elif deal.twist == "margin_waiting":
        deal.act(2, evidence.write_terms)
        deal.act(3, evidence.assess_terms)
        deal.act(1, evidence.ask_for_margin)
    else:
        deal.act(2, evidence.write_terms)
        _lose_and_reopen(deal)


def _in_follow_up(deal: Deal) -> None:
    deal.act(deal.cadence - 1, evidence.follow_up, "one")
    if deal.fate:
        signing.lay_out(deal)
    else:
        deal.act(deal.cadence, _follow_up_with_problem)
        deal.act(1, evidence.assign_problem)
        if deal.row["ago"] < deal.cadence:
            deal.act(1, evidence.solve_problem)


def _lose(deal: Deal) -> None:
    if deal.row["reason"] == "unsuitable":
        deal.act(1, evidence.decide, "unsuitable", deal.row["why"])
    elif deal.row["from"] == "negotiation":
        deal.act(2, evidence.write_terms)
        deal.act(4, evidence.intend, "no")
    else:
        deal.act(4, evidence.call, "last")
    deal.step(1 + _more(deal, 5), "lose", comment=deal.row["why"], lost_reason=deal.row["reason"])


def _lose_and_reopen(deal: Deal) -> None:
    deal.step(3, "lose", comment=deal.words("lost_then"), lost_reason="no_need")
    deal.step(9, "reopen", comment=deal.words("reopen_why"))
    deal.act(0, evidence.call, "again")


# --- small things --------------------------------------------------------------------------------------
def _more(deal: Deal, upto: int) -> int:
    """Some days more, different at each place of the plan."""
    return deal.choose(range(upto), f"gap{len(deal.plan.acts)}")


def _first_call(deal: Deal) -> None:
    evidence.call(deal, "first", first=True, next_days=5)


def _promising_call(deal: Deal) -> None:
    evidence.call(deal, "first", first=chance(f"{deal.key}:told", 60), next_days=4)


def _follow_up_with_problem(deal: Deal) -> None:
    evidence.follow_up(deal, "two", problem=True)


def _name_high_risk(deal: Deal) -> None:
    evidence.name_risk(deal, high=True)


def _profile_without_decision(deal: Deal) -> None:
    evidence.describe_customer(deal, decision_known=False)


def _profile_with_decision(deal: Deal) -> None:
    evidence.describe_customer(deal, decision_known=True)


THROUGH = {
    "research": _research,
    "screening": _screening,
    "first_contact": _first_contact,
    "needs": _needs,
    "negotiation": _negotiation,
}
INSIDE = {
    "research": _in_research,
    "screening": _in_screening,
    "first_contact": _in_first_contact,
    "needs": _in_needs,
    "negotiation": _in_negotiation,
    "follow_up": _in_follow_up,
}
