"""What the lawyers of the demo company ask each other, hand to each other, and let others know of."""

from __future__ import annotations

from typing import Any

from config.demo.deal import Deal
from config.demo.reading import read
from contracts.models import Contract
from kernel import referrals
from kernel.models import Referral


def consult(deal: Deal, reviewer: Any) -> None:
    """Of what waits for legal, one contract is handed to the other lawyer; on the customer's own paper he is asked."""
    other = next(deal.world[key] for key in ("shen.legal", "lo.legal") if deal.world[key] != reviewer)
    if deal.row.get("own_paper", False):
        deal.act(0, _ask_and_copy, reviewer, other, by=reviewer)
        deal.act(0, _answer, by=other)
    else:
        deal.act(0, _hand_over, reviewer, other, by=reviewer)


def _contract(deal: Deal) -> Contract:
    return Contract.objects.select_related("customer__owner", "drafted_by", "template").get(pk=deal.contract_pk)


def _text(deal: Deal, name: str) -> str:
    text: str = read("referrals")[deal.script][name]
    return text


def _ask_and_copy(deal: Deal, reviewer: Any, other: Any) -> None:
    referrals.ask(_contract(deal), to=other, why=_text(deal, "ask"), by=reviewer)
    people = {person.pk: person for person in (deal.owner, deal.world["chou.manager"])}
    referrals.copy(_contract(deal), to=people.values(), why=_text(deal, "copy"), by=reviewer)


def _answer(deal: Deal) -> None:
    question = Referral.objects.of(_contract(deal)).get(kind=Referral.Kind.ASK)
    referrals.answer(question, text=_text(deal, "answer"), by=question.to)


def _hand_over(deal: Deal, reviewer: Any, other: Any) -> None:
    referrals.transfer(_contract(deal), to=other, why=_text(deal, "transfer"), by=reviewer)
