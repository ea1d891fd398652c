"""The clause desk: the contract as paper, each clause with its differences and the opinions in its margin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from contracts import custody
from contracts.agreed import agreed_terms, may_compare
from contracts.content import values_of
from contracts.differences import NEW, ClauseDifference, Effort, Piece, compare_contents, compare_texts, deviations
from contracts.models import Contract
from contracts.models.access import ARCHIVE, CHANGE
from contracts.models.collecting import VIEW
from contracts.models.stages import DRAFTERS
from contracts.placeholders import fill
from contracts.preview import MARGIN, margin_of
from kernel.models import StateChange
from kernel.money import in_capitals
from kernel.permissions import may
from kernel.timeline import changes_of

SUPPLEMENTS = 30  # shown on the main contract's page
CHINESE = "零一二三四五六七八九十"


@dataclass
class PaperClause:
    """One clause on the paper: its number, its text as pieces, its deviation from the template, its opinions."""

    clause: Any
    number: str
    pieces: list[Piece]
    deviation: ClauseDifference | None
    opinions: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class TrailNode:
    """One stage of the review trail: its state, who, when."""

    sign: str
    label: Any
    state: str
    who: Any = None
    at: Any = None
    note: str = ""


def desk(contract: Contract, user: Any) -> dict[str, Any]:
    """The context of the contract's page beside its lifecycle."""
    versions = list(contract.versions.select_related("by"))
    before = _before(contract, versions)
    comparison = compare_contents(before.content, contract.content) if before else None
    departures = deviations(contract)
    open_ = [o for o in contract.opinion_rows if o.is_open]
    return {
        "paper": _paper(contract, before, departures),
        "general": [o for o in contract.opinion_rows if o.clause_id is None],
        "removed": [d for d in departures if d.kind == "removed"],
        "departures": departures,
        "comparison": comparison,
        "before": before,
        "versions": versions,
        "open_opinions": open_,
        "trail": _trail(contract),
        "side": contract.side_of(user),
        "points": contract.point_rows,
        "may_edit": contract.may_be_edited_by(user),
        "may_answer": may(only=DRAFTERS)(contract, user) and not contract.is_concluded,
        "mine": {o.pk for o in open_ if o.is_authored_by(user)},
        "capitals": in_capitals(contract.total, contract.currency, contract.script),
        "signing": contract.signing_row if contract.state == "ready_to_sign" or contract.is_concluded else None,
        "attachment": contract.signed_copy,
        "seal_requests": contract.seal_request_rows if contract.approved_version else [],
        "standard_terms": contract.standard_terms,
        "may_explain": may(CHANGE, only=DRAFTERS)(contract, user)
        and bool(contract.steps())
        and not contract.is_concluded,
        "supplements": supplements_of(contract, user),
        "original": original_of(contract, user),
        **_against_the_terms(contract, user),
        "plan": _plan(contract, user),
        **_figures(contract, user),
    }


def clause_number(position: int, script: str) -> str:
    """第一條, 第十二条, or 12."""
    if script == "en":
        return f"{position}."
    tens, ones = divmod(position, 10)
    digits = (CHINESE[tens] if tens > 1 else "") + ("十" if tens else "") + (CHINESE[ones] if ones else "")
    return f"第{digits if position < 100 else position}{'條' if script == 'hant' else '条'}"


def _before(contract: Contract, versions: list[Any]) -> Any:
    """The version that the paper is compared with: the one before in review, else the one that was returned."""
    in_review = contract.state in ("manager_review", "legal_review")
    number = contract.text_version - 1 if in_review else contract.text_version
    return next((v for v in versions if v.number == number), None)


def _paper(contract: Contract, before: Any, departures: list[ClauseDifference]) -> list[PaperClause]:
    values = values_of(contract)
    old = {c["key"]: c["text"] for c in before.content["clauses"]} if before else None
    deviation = {d.key: d for d in departures}
    rows, effort = [], Effort()
    for number, clause in enumerate(contract.clause_rows, start=1):
        text = fill(clause.text, values)
        if old is None:
            pieces = [Piece("same", text)]
        else:
            pieces = compare_texts(old[clause.pk], text, effort) if clause.pk in old else [Piece(NEW, text)]
        opinions = [o for o in contract.opinion_rows if o.clause_id == clause.pk]
        rows.append(
            PaperClause(clause, clause_number(number, contract.script), pieces, deviation.get(clause.pk), opinions)
        )
    return rows


def supplements_of(contract: Contract, user: Any) -> list[Contract]:
    """The supplementary agreements and renewals that this person sees of a concluded contract; one query."""
    if not contract.is_concluded:
        return []
    rows = Contract.objects.visible_to(user).filter(main_contract=contract).exclude(state="voided")
    return list(rows.select_related(None).order_by("pk")[:SUPPLEMENTS])


@dataclass(frozen=True)
class Original:
    """Where the paper original is: in its place, or with whom; and whether this person lends it now."""

    loan: Any
    may_lend: bool


def original_of(contract: Contract, user: Any) -> Original | None:
    """Where the original is; None before it is in custody. One query. Clause 3.2.3c."""
    if not custody.may_be_lent(contract):
        return None
    loan = contract.loans.outstanding().select_related("borrower").first()
    return Original(loan, loan is None and user.has_perm(ARCHIVE))


def _plan(contract: Contract, user: Any) -> list[tuple[Any, bool]]:
    """The collection plan of a signed contract, for who sees what customers pay; shown only, acts have their own page."""
    if not (contract.is_concluded and user.has_perm(VIEW)):
        return []
    return [(row, False) for row in contract.planned_rows]


def _against_the_terms(contract: Contract, user: Any) -> dict[str, Any]:
    """The contract beside the term sheet, as long as something may still be mended."""
    if contract.is_concluded or not may_compare(user):
        return {"may_compare": False}
    return {"may_compare": True, "agreed": agreed_terms(contract, user)}


def _figures(contract: Contract, user: Any) -> dict[str, Any]:
    """Figures of the aside; margin only for those who may see it."""
    return {"margin": margin_of(contract)} if user.has_perm(MARGIN) else {}


def _trail(contract: Contract) -> list[TrailNode]:
    """Drafting, manager, legal, signing, archive: done, waiting or to come."""
    done = {}
    for change in changes_of(contract):
        done[change.step] = change
        if change.to_state in ("draft", "revising"):
            for step in ("approve_terms", "approve_text") if change.step != "return_text" else ("approve_text",):
                done.pop(step, None)
    stages = (
        (
            _("drafted")[:1].upper(),
            _("Drafting"),
            ("draft", "revising"),
            ("submit", "resubmit_to_manager", "resubmit_to_legal"),
            contract.drafted_by,
        ),
        (_("manager")[:1].upper(), _("Manager review"), ("manager_review",), ("approve_terms",), None),
        (_("legal")[:1].upper(), _("Legal review"), ("legal_review",), ("approve_text",), None),
        (_("signing")[:1].upper(), _("Signing by both sides"), ("ready_to_sign",), ("sign",), None),
        (_("archive")[:1].upper(), _("Archive and ledger"), ("signed",), ("archive",), None),
    )
    return [_node(contract, done, *stage) for stage in stages]


def _node(
    contract: Contract, done: dict[str, StateChange], sign: str, label: Any, states: Any, steps: Any, who: Any
) -> TrailNode:
    change = next((done[s] for s in reversed(steps) if s in done), None)
    if contract.state in states:
        return TrailNode(sign, label, "wait", who, contract.state_at)
    if change is None:
        return TrailNode(sign, label, "void" if contract.state in ("rejected", "voided") else "idle")
    return TrailNode(sign, label, "ok", change.signature, change.at, change.comment)
