"""Verbs of a review: opinions given, answered, accepted or waived, and the checklist of points (clauses 3.2.2, 3.2.3a)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract, ContractClause, ReviewOpinion, ReviewPoint, Side
from contracts.models.access import CHANGE
from contracts.models.reviews import POINTS
from contracts.models.stages import DRAFTERS
from kernel import clock, notices
from kernel.permissions import may

notices.say("opinion", gettext_lazy("%(who)s left an opinion — %(title)s"))
notices.say("opinion_answered", gettext_lazy("%(who)s answered your opinion — %(title)s"))


def give_opinion(
    *,
    contract: Contract,
    by: Any,
    text: str,
    kind: str = ReviewOpinion.Kind.BLOCKING,
    clause: ContractClause | None = None,
    proposed_wording: str = "",
) -> ReviewOpinion:
    """Leave an opinion on a clause or the whole contract, during one's own review. Raises PermissionDenied otherwise."""
    side = contract.side_of(by)
    if not side:
        raise PermissionDenied
    opinion = ReviewOpinion(
        contract=contract,
        clause=clause,
        clause_key=clause.pk if clause else None,
        about=clause.heading if clause else "",
        version_number=contract.text_version,
        side=side,
        kind=kind,
        text=text,
        proposed_wording=proposed_wording,
        by=by,
        at=clock.now(),
    )
    opinion._history_user = by
    opinion.save()
    notices.tell(
        [contract.owner_id],
        "opinion",
        effect=f"opinion:{opinion.pk}",
        record=contract,
        who=str(by),
        title=str(contract)[:200],
    )
    return opinion


def may_answer(opinion: ReviewOpinion, by: Any) -> bool:
    """Whether this person drafts the contract that the opinion is about."""
    return may(CHANGE, only=DRAFTERS)(opinion.contract, by)


def answer_opinion(*, opinion: ReviewOpinion, by: Any, answer: str) -> ReviewOpinion:
    """The drafter answers an open opinion. Raises PermissionDenied for others, ValidationError for a settled one."""
    if not may_answer(opinion, by):
        raise PermissionDenied
    row = _locked(opinion)
    row.answer, row.answered_by, row.answered_at = answer, by, clock.now()
    _save(row, by)
    effect = f"opinion_answered:{row.pk}:{row.answered_at:%Y%m%d%H%M%S}"
    notices.tell(
        [row.by_id], "opinion_answered", effect=effect, record=row.contract, who=str(by), title=str(row.contract)[:200]
    )
    return row


def accept_opinion(*, opinion: ReviewOpinion, by: Any) -> ReviewOpinion:
    """Its author takes the answer as settling it. Raises PermissionDenied for others, ValidationError without an answer."""
    row = _locked(opinion)
    if not row.is_authored_by(by):
        raise PermissionDenied
    if row.answered_at is None:
        raise ValidationError(_("The opinion is not answered yet."))
    row.accepted_by, row.accepted_at = by, clock.now()
    return _save(row, by)


def waive_opinion(*, opinion: ReviewOpinion, by: Any, reason: str) -> ReviewOpinion:
    """Its author drops it, with the reason. Raises PermissionDenied for others, ValidationError without a reason."""
    row = _locked(opinion)
    if not row.is_authored_by(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_("Give a reason: the person concerned will read it."))
    row.waived_at, row.waive_reason = clock.now(), reason.strip()
    return _save(row, by)


def judge(*, contract: Contract, by: Any, verdicts: Mapping[str, tuple[str, str]]) -> None:
    """Enter a reviewer's checklist on the version under review: point → (verdict, note). Clause 3.2.2a.

    Raises PermissionDenied outside one's own review, ValidationError for a remark or issue without its note.
    """
    side = contract.side_of(by)
    if not side:
        raise PermissionDenied
    with transaction.atomic():
        known = {p.point: p for p in contract.points.filter(version_number=contract.text_version, side=side)}
        for point, (verdict, note) in verdicts.items():
            _judge(contract, known.get(point), side, point, verdict, note.strip(), by)


def judge_all(*, contract: Contract, by: Any, note: str = "") -> None:
    """Find every point of one's checklist in order."""
    verdicts = {
        point.value: (ReviewPoint.Verdict.OK.value, note)
        for point in POINTS[Side(contract.side_of(by) or Side.MANAGER)]
    }
    judge(contract=contract, by=by, verdicts=verdicts)


def _judge(
    contract: Contract, row: ReviewPoint | None, side: str, point: str, verdict: str, note: str, by: Any
) -> None:
    if verdict != ReviewPoint.Verdict.OK and not note:
        raise ValidationError(_("Say what is not in order: the drafter will read it."))
    row = row or ReviewPoint(contract=contract, version_number=contract.text_version, side=side, point=point)
    if row.pk and (row.verdict, row.note) == (verdict, note):
        return
    row.verdict, row.note, row.by, row.at = verdict, note, by, clock.now()
    row._history_user = by
    row.save()


def _locked(opinion: ReviewOpinion) -> ReviewOpinion:
    row = ReviewOpinion.objects.select_for_update(of=("self",)).get(pk=opinion.pk)
    if not row.is_open:
        raise ValidationError(_("This opinion is already settled."))
    return row


def _save(row: ReviewOpinion, by: Any) -> ReviewOpinion:
    row._history_user = by
    row.save()
    return row
