"""The company's seals, and how a contract on paper comes to be sealed: asked for, approved, compared, entered."""

from __future__ import annotations

from config.demo import reviews
from config.demo.deal import Deal
from config.demo.world import World, save
from contracts import sealing
from contracts.models import Contract, Seal, SealRequest
from kernel.advance import advance

SEALS = (("合同專用章", Seal.Kind.CONTRACT), ("公司印章", Seal.Kind.COMPANY))
PURPOSE = {
    "hant": "與客戶簽訂合同，雙方各執一份",
    "hans": "与客户签订合同，双方各执一份",
    "en": "Signing, one copy each",
}


def make_seals(world: World) -> None:
    """Two seals, kept apart, both by the custodian."""
    for name, kind in SEALS:
        save(Seal(name=name, kind=kind, keeper=world["kao.custodian"]))


def plan_seal(deal: Deal) -> None:
    """Plan the whole way of a seal; an electronic contract needs none."""
    if deal.language != "en":
        deal.act(0, ask)
        deal.act(0, approve, by=reviews.first_reviewer(deal))
        deal.act(0, apply_seal, by=deal.world["kao.custodian"])


def plan_waiting_seal(deal: Deal) -> None:
    """Plan two seals on their way: one with the keeper, who refused a paper already; one still before the manager."""
    if deal.language != "en":
        deal.act(0, ask)
        deal.act(0, approve, by=reviews.first_reviewer(deal))
        deal.act(0, refuse_paper, by=deal.world["kao.custodian"])
        deal.act(0, ask, 1)


def ask(deal: Deal, which: int = 0) -> None:
    """The drafter asks for the contract seal, or for the company's."""
    contract = Contract.objects.get(pk=deal.contract_pk)
    request = SealRequest(seal=Seal.objects.get(name=SEALS[which][0]), copies=2, purpose=PURPOSE[deal.script])
    sealing.ask_for_seal(contract=contract, request=request, by=deal.owner)


def approve(deal: Deal) -> None:
    """The manager sees that the text is the approved one."""
    advance(_request(deal), "approve", by=reviews.first_reviewer(deal))


def apply_seal(deal: Deal) -> None:
    """The keeper reads the paper, finds it equal, and seals it."""
    _compare(deal, _request(deal).pages)


def refuse_paper(deal: Deal) -> None:
    """A page is missing: the keeper enters it as refused and waits for the whole paper."""
    _compare(deal, _request(deal).pages - 1 or 2)


def _compare(deal: Deal, pages: int) -> None:
    request = _request(deal)
    read = sealing.Read(request.number, request.text_version, request.text_hash[: sealing.SHORTEST_HASH], pages)
    sealing.record_comparison(request=request, by=deal.world["kao.custodian"], copies=request.copies, read=read)


def _request(deal: Deal) -> SealRequest:
    return SealRequest.objects.select_related("seal").get(contract=deal.contract_pk, seal__name=SEALS[0][0])
