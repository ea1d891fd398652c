"""The way of each contract from the draft to where it stands today: reviews, returns, signing, archive, end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from config.demo import collecting, evidence, ordering, referring, reviews, seals
from config.demo.deal import Deal
from config.demo.papers import paper
from config.demo.reading import number, read
from config.demo.world import save
from contracts import library, services
from contracts.models import Contract, ContractClause, Instalment, Signing
from kernel import clock
from kernel.advance import advance

PERIOD = {"sale": 120, "service": 365, "framework": 365}  # days


def lay_out(deal: Deal) -> None:
    """Plan the acts around the deal's contract, as far as its fate says."""
    deal.act(1, draft)
    FATES[deal.fate](deal)


def text(deal: Deal, name: str) -> Any:
    """A text about contracts in the script of this one."""
    return read("reviews")[deal.script][name]


def contract_of(deal: Deal) -> Contract:
    """The contract as it stands in the database."""
    return Contract.objects.select_related("customer__owner", "drafted_by", "template").get(pk=deal.contract_pk)


def take(deal: Deal, gap: int, name: str, *, by: Any = None, comment: str = "") -> None:
    """Plan a step of the contract."""
    who = by or deal.owner
    deal.plan.add(gap, who, lambda: _take(deal, name, who, comment))


def _take(deal: Deal, name: str, by: Any, comment: str = "") -> None:
    advance(contract_of(deal), name, by=by, comment=comment)


# --- drafting ----------------------------------------------------------------------------------------
def draft(deal: Deal) -> None:
    """Draft it from the opportunity on the template that fits, or on the customer's own paper."""
    own = deal.row.get("own_paper", False)
    contract = services.draft_from_opportunity(
        opportunity=deal.opportunity,
        by=deal.owner,
        template=None if own else deal.world.templates[template_code(deal)],
        own_paper_reason=text(deal, "own_paper") if own else "",
        script=deal.script,
    )
    deal.contract_pk = contract.pk
    deal.world.contracts[deal.key] = contract.pk


def template_code(deal: Deal) -> str:
    """The template for what is sold, in the customer's script."""
    if "框架" in deal.row["name"]:
        return f"framework-{deal.script}"
    return f"{'service' if deal.is_service else 'sale'}-{deal.script}"


def fill(deal: Deal) -> None:
    """Period of performance and instalments; on the customer's own paper also its file and its clauses."""
    contract = contract_of(deal)
    if contract.own_paper:
        take_over_paper(deal, contract)
    start = clock.today() + timedelta(days=7)
    contract.period_start, contract.period_end = start, start + timedelta(days=PERIOD[contract.kind])
    contract.delivery_on = contract.delivery_on or contract.period_end
    save(contract)
    plan = text(deal, "service_instalments" if deal.is_service else "instalments")
    for position, (name, percent, condition) in enumerate(plan, start=1):
        due = None if condition else contract.delivery_on
        save(
            Instalment(
                contract=contract, position=position, name=name, percent=percent, condition=condition, due_on=due
            )
        )
    services.recalculate(contract, by=deal.owner)


def take_over_paper(deal: Deal, contract: Contract) -> None:
    """The customer's paper as he sent it, its clauses written off from it; they say what ours say."""
    ours = {c.subject: c.text for c in deal.world.templates[template_code(deal)].clauses.all()}
    lines = [contract.customer_name, *(c.heading for c in contract.clause_rows)]
    services.upload_customer_paper(
        contract=contract, file=paper(contract.number, contract.title, lines, script=deal.script), by=deal.owner
    )
    for clause in contract.clause_rows:
        clause.text = ours[clause.subject]
        save(clause)


def depart_from_template(deal: Deal) -> None:
    """The customer asks for another liability clause."""
    clause = contract_of(deal).clauses.get(subject="liability")
    clause.text = text(deal, "deviation")
    save(clause)
    services.recalculate(contract_of(deal), by=deal.owner)


def _submitted(deal: Deal) -> None:
    deal.act(1, fill)
    take(deal, 0, "submit")


def _approved_by_manager(deal: Deal) -> None:
    deal.act(1 + number(f"{deal.key}:slow", 3), reviews.manager_approves, by=reviews.first_reviewer(deal))


def _approved_by_legal(deal: Deal) -> None:
    _keep_in_touch(deal, "reviewed")
    reviewer = reviews.legal_of(deal)
    deal.act(1 + number(f"{deal.key}:legal", 3), reviews.legal_approves, by=reviewer)


def _keep_in_touch(deal: Deal, salt: str) -> None:
    if deal.stage != "negotiation":
        deal.act(1, evidence.follow_up, salt)


# --- fates -------------------------------------------------------------------------------------------
def _in_manager_review(deal: Deal) -> None:
    _submitted(deal)


def _in_legal_review(deal: Deal) -> None:
    _submitted(deal)
    _approved_by_manager(deal)
    _keep_in_touch(deal, "legal")
    referring.consult(deal, reviews.legal_of(deal))


def _returned_by_manager(deal: Deal) -> None:
    _submitted(deal)
    deal.act(2, reviews.manager_returns, by=reviews.first_reviewer(deal))


def _returned_by_legal(deal: Deal) -> None:
    deal.act(1, fill)
    deal.act(0, depart_from_template)
    take(deal, 0, "submit")
    _approved_by_manager(deal)
    _keep_in_touch(deal, "legal")
    deal.act(1, reviews.legal_returns, by=reviews.legal_of(deal))


def _ready(deal: Deal) -> None:
    turn = number(deal.key, 3)
    if turn == 0:
        _returned_by_legal(deal)
        deal.act(1, reviews.amend_for_legal)
        deal.act(1, reviews.legal_accepts, by=reviews.legal_of(deal))
    elif turn == 1:
        _returned_by_manager(deal)
        deal.act(2, reviews.amend_for_manager)
        deal.act(1, reviews.manager_accepts, by=reviews.first_reviewer(deal))
        _approved_by_legal(deal)
    else:
        _submitted(deal)
        take(deal, 0, "withdraw", comment=text(deal, "withdraw"))
        take(deal, 1, "submit")
        _approved_by_manager(deal)
        _approved_by_legal(deal)
    deal.act(1, send)


def _waiting_for_the_seal(deal: Deal) -> None:
    _ready(deal)
    seals.plan_waiting_seal(deal)


def _signed(deal: Deal) -> None:
    _ready(deal)
    deal.act(1, evidence.follow_up, "seal")
    seals.plan_seal(deal)
    deal.act(1, record_signing)
    take(deal, 0, "sign")


def _archived(deal: Deal) -> None:
    _signed(deal)
    deal.act(1 + number(f"{deal.key}:archive", 4), archive, by=deal.world["kao.custodian"])
    ordering.begin(deal)


def _running(deal: Deal) -> None:
    _archived(deal)
    collecting.begin(deal)


def _fulfilled(deal: Deal) -> None:
    _archived(deal)
    collecting.settle(deal)
    take(deal, 3, "fulfil", comment=text(deal, "fulfil"))


def _ending(deal: Deal) -> None:
    _archived(deal)
    deal.act(21 if deal.fate == "terminating" else 8, collecting.ask_to_end, text(deal, "terminate"))


def _terminated(deal: Deal) -> None:
    _ending(deal)
    take(deal, 1, "terminate", by=deal.world["chou.manager"])


def _rejected(deal: Deal) -> None:
    _submitted(deal)
    take(deal, 2, "reject", by=deal.world["chou.manager"], comment=text(deal, "reject"))


def _voided(deal: Deal) -> None:
    deal.act(1, fill)
    _keep_in_touch(deal, "void")
    take(deal, 1, "void", comment=text(deal, "void"))


def _in_draft(deal: Deal) -> None:
    _keep_in_touch(deal, "draft")


FATES: dict[str, Callable[[Deal], None]] = {
    "draft": _in_draft,
    "manager_review": _in_manager_review,
    "legal_review": _in_legal_review,
    "revising_manager": _returned_by_manager,
    "revising_legal": _returned_by_legal,
    "ready_to_sign": _waiting_for_the_seal,
    "signed": _signed,
    "archived": _running,
    "fulfilled": _fulfilled,
    "terminating": _ending,
    "terminated": _terminated,
    "rejected": _rejected,
    "voided": _voided,
}


# --- signing and archive -------------------------------------------------------------------------------
def send(deal: Deal) -> None:
    """Send the approved text to the customer."""
    contract = contract_of(deal)
    row = services.signing_of(contract)
    row.our_signatory, row.sent_on = deal.world["fang.director"], clock.today()
    row.method = Signing.Method.ELECTRONIC if deal.language == "en" else Signing.Method.PAPER
    save(row)


def record_signing(deal: Deal) -> None:
    """The standard terms were explained; both sides have signed; the copy is uploaded."""
    contract = contract_of(deal)
    library.explain(clauses=contract.standard_terms, on=clock.today(), how=ContractClause.Way.MEETING, by=deal.owner)
    row = services.signing_of(contract)
    row.customer_signatory, row.our_signed_on, row.customer_signed_on = deal.contact.name, row.sent_on, clock.today()
    save(row)
    services.upload_signed_copy(contract=contract, file=signed_copy(deal, contract), by=deal.owner)


def signed_copy(deal: Deal, contract: Contract) -> Any:
    """The scan of the last page, with both seals."""
    figures = f"{contract.currency} {contract.total:,.2f}"
    lines = [contract.number, contract.our_name, contract.customer_name, figures, contract.payment_terms]
    lines += [f"{line.description} × {line.quantity.normalize():f} {line.unit}" for line in contract.line_rows]
    lines.append(f"SHA-256 {contract.approved_hash}")
    seals = (contract.our_name, contract.customer_name)
    return paper(contract.number, contract.title, lines, script=deal.script, seals=seals)


def archive(deal: Deal) -> None:
    """The custodian puts the paper in its place and the contract in the ledger."""
    contract, by = contract_of(deal), deal.world["kao.custodian"]
    contract.custodian, contract.paper_location = (
        by,
        f"{text(deal, 'paper')} {number(deal.key, 8) + 1}-{number(deal.key, 5) + 1}",
    )
    save(contract)
    _take(deal, "archive", by)
