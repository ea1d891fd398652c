"""What manager and legal do with a contract, and how its drafter amends it."""

from __future__ import annotations

from typing import Any

from config.demo import signing
from config.demo.deal import Deal
from config.demo.reading import number
from config.demo.world import save
from contracts import reviewing, services
from contracts.models import ReviewOpinion, ReviewPoint, Side
from contracts.models.reviews import POINTS
from kernel.advance import advance


def first_reviewer(deal: Deal) -> Any:
    """Who reviews it first: the manager, and the director what the manager drafted himself."""
    manager = deal.world["chou.manager"]
    return deal.world["fang.director"] if deal.owner == manager else manager


def legal_of(deal: Deal) -> Any:
    """Who of legal reviews this contract."""
    return deal.world[("shen.legal", "lo.legal")[number(f"{deal.key}:reviewer", 2)]]


def _judge(deal: Deal, side: Side, by: Any) -> None:
    """Every point in order; one in some contracts with a remark."""
    verdicts = {point.value: (ReviewPoint.Verdict.OK.value, "") for point in POINTS[side]}
    remarked = POINTS[side][number(f"{deal.key}:{side}", len(POINTS[side]))].value
    if number(f"{deal.key}:remark", 2):
        verdicts[remarked] = (ReviewPoint.Verdict.REMARK.value, signing.text(deal, "remark"))
    else:
        verdicts[remarked] = (ReviewPoint.Verdict.OK.value, signing.text(deal, "point_note"))
    reviewing.judge(contract=signing.contract_of(deal), by=by, verdicts=verdicts)


def manager_approves(deal: Deal) -> None:
    """The manager goes through his points and approves."""
    manager = first_reviewer(deal)
    _judge(deal, Side.MANAGER, manager)
    advance(signing.contract_of(deal), "approve_terms", by=manager)


def legal_approves(deal: Deal) -> None:
    """Legal goes through its points and approves."""
    reviewer = legal_of(deal)
    _judge(deal, Side.LEGAL, reviewer)
    advance(signing.contract_of(deal), "approve_text", by=reviewer)


def _oppose(deal: Deal, by: Any, subject: str, text: str, *, kind: str, wording: str = "") -> None:
    contract = signing.contract_of(deal)
    clause = contract.clauses.filter(subject=subject).first()
    reviewing.give_opinion(contract=contract, by=by, text=text, kind=kind, clause=clause, proposed_wording=wording)


def manager_returns(deal: Deal) -> None:
    """The manager wants other payment terms."""
    manager, text = first_reviewer(deal), signing.text
    _oppose(deal, manager, "payment", text(deal, "manager_opinion"), kind=ReviewOpinion.Kind.BLOCKING)
    advance(signing.contract_of(deal), "return_terms", by=manager, comment=text(deal, "return_terms"))


def legal_returns(deal: Deal) -> None:
    """Legal wants the template's liability clause back, and advises on the acceptance parts."""
    reviewer, text, kinds = legal_of(deal), signing.text, ReviewOpinion.Kind
    wording = text(deal, "legal_wording")
    _oppose(deal, reviewer, "liability", text(deal, "legal_opinion"), kind=kinds.BLOCKING, wording=wording)
    _oppose(deal, reviewer, "specification", text(deal, "legal_advice"), kind=kinds.ADVISORY)
    advance(signing.contract_of(deal), "return_text", by=reviewer, comment=text(deal, "return_text"))


def _answer(deal: Deal, text: str) -> None:
    for opinion in signing.contract_of(deal).opinions.filter(answered_at=None):
        reviewing.answer_opinion(opinion=opinion, by=deal.owner, answer=text)


def amend_for_legal(deal: Deal) -> None:
    """Put the template's wording back, answer, submit to legal again."""
    clause = signing.contract_of(deal).clauses.get(subject="liability")
    clause.text = clause.template_clause.text
    save(clause)
    services.recalculate(signing.contract_of(deal), by=deal.owner)
    _answer(deal, signing.text(deal, "legal_answer"))
    advance(signing.contract_of(deal), "resubmit_to_legal", by=deal.owner)


def amend_for_manager(deal: Deal) -> None:
    """More with the deposit and less at the end, answer, submit to the manager again."""
    contract = signing.contract_of(deal)
    contract.payment_terms = signing.text(deal, "payment_amended")
    save(contract)
    instalments = list(contract.instalments.all())
    first, last = instalments[0], instalments[-1]
    first.percent, last.percent = (first.percent or 0) + 5, (last.percent or 0) - 5
    save(first)
    save(last)
    services.recalculate(signing.contract_of(deal), by=deal.owner)
    _answer(deal, signing.text(deal, "manager_answer"))
    advance(signing.contract_of(deal), "resubmit_to_manager", by=deal.owner)


def _accept(deal: Deal, by: Any) -> None:
    for opinion in signing.contract_of(deal).opinions.open().filter(by=by, answered_at__isnull=False):
        reviewing.accept_opinion(opinion=opinion, by=by)


def manager_accepts(deal: Deal) -> None:
    """The manager takes the answer and approves."""
    _accept(deal, first_reviewer(deal))
    manager_approves(deal)


def legal_accepts(deal: Deal) -> None:
    """Legal takes the answers and approves."""
    _accept(deal, legal_of(deal))
    legal_approves(deal)
