"""How signing is kept, read from what happened: the order of the reviews, the templates used, the archive (clause 3.2)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from contracts.custody import RETURN
from contracts.models import Contract, ContractTemplate
from contracts.models.evidence import SIGNED_COPY
from documents.models import Attachment
from kernel import clock
from kernel.clauses import LISTED, Case, Result, promise_result
from kernel.models import Promise, StateChange
from kernel.promises import STAGE

CONTRACT, TEMPLATE = Contract._meta.label_lower, ContractTemplate._meta.label_lower
TO_MANAGER = ("submit", "resubmit_to_manager")  # the steps after which the manager has to decide anew
ENDS = ("retire", "supersede", "expire")  # the steps that take a template out of force


def manager_before_legal() -> Result:
    """Each approval by legal follows one by the manager of what was submitted last, and other people gave it.

    Counts approvals, not contracts: one that was amended is approved once more. Clause 3.2.2b.
    """
    approvals = StateChange.objects.filter(model=CONTRACT, step="approve_text", imported=False)
    earlier = StateChange.objects.filter(
        model=CONTRACT, row=OuterRef("row"), pk__lt=OuterRef("pk"), step__in=("approve_terms", *TO_MANAGER)
    ).order_by("-pk")
    found = approvals.annotate(
        last_step=Subquery(earlier.values("step")[:1]),
        manager=Subquery(earlier.values("by")[:1]),
        manager_for=Subquery(earlier.values("on_behalf_of")[:1]),
    )
    is_first = Q(last_step="approve_terms")
    same = Q()
    for legal in ("by", "on_behalf_of"):
        same |= Q(manager=F(legal)) | Q(manager_for=F(legal))
    broken = found.filter(Q(last_step=None) | ~is_first | (is_first & same))
    total = approvals.count()
    links = {c.pk: c.get_absolute_url() for c in Contract.objects.filter(pk__in=broken.values("row"))[:LISTED]}
    cases = [
        Case(
            change.title,
            links.get(change.row, ""),
            _("one person decided both reviews")
            if change.last_step == "approve_terms"
            else _("legal approved a text that the manager had not approved"),
            change.at,
            str(change.by or ""),
        )
        for change in broken.select_related("by").order_by("-pk")[:LISTED]
    ]
    number = broken.count()
    return Result(kept=total - number, broken=number, cases=cases)


def template_used() -> Result:
    """Submitted contracts stand on a version that was in force that day; those on the customer's own paper are listed.

    Broken is a version that was not approved, had ended or not begun; and own paper without reason or file. Clause 3.2.1c.
    """
    rows = Contract.objects.exclude(state__in=("draft", "voided")).exclude(imported=True).select_related("drafted_by")
    own = rows.filter(own_paper=True)
    unfounded = Q(own_paper_reason="") | Q(own_paper_sha256="")
    on_template = _with_template(rows.filter(own_paper=False))
    outside = Q(template=None) | Q(template__approved_by=None) | Q(had_ended=True)
    outside |= Q(template__effective_until__lt=F("submitted_day")) | Q(template__effective_from__gt=F("submitted_day"))
    misused = on_template.filter(outside)
    cases = [
        *_cases(misused.select_related("template"), _why_not_in_force),
        *_cases(own.filter(unfounded), lambda _contract: _("The customer's own paper lacks its reason or its file.")),
        *_cases(own.exclude(unfounded), lambda contract: contract.own_paper_reason),
    ]
    wrong, agreed = misused.count() + own.filter(unfounded).count(), own.exclude(unfounded).count()
    return Result(kept=on_template.exclude(outside).count(), broken=wrong, agreed=agreed, cases=cases[:LISTED])


def _with_template(rows: QuerySet) -> QuerySet:
    """With the moment of its submission, and whether its template had been taken out of force by then."""
    submitted = StateChange.objects.filter(model=CONTRACT, row=OuterRef("pk"), step="submit").order_by("-pk")
    ended = StateChange.objects.filter(
        model=TEMPLATE, row=OuterRef("template"), step__in=ENDS, at__lt=OuterRef("submitted_at")
    )
    rows = rows.annotate(submitted_at=Subquery(submitted.values("at")[:1]))
    return rows.annotate(submitted_day=TruncDate("submitted_at"), had_ended=Exists(ended))


def _cases(rows: QuerySet, why: Any) -> list[Case]:
    return [
        Case(str(c), c.get_absolute_url(), why(c), c.drafted_at, str(c.drafted_by))
        for c in rows.order_by("-pk")[:LISTED]
    ]


def _why_not_in_force(contract: Contract) -> str:
    if contract.template is None:
        return _("No template is named.")
    return _("%(template)s was not in force when it was submitted.") % {"template": contract.template}


def archived_in_time() -> Result:
    """Signed contracts are archived within the stage's time, with custodian, place and copy; loans come back. Clause 3.2.3c.

    What was signed before the product was in use (imported) has no time here, and its text is on paper only.
    """
    stages = Promise.objects.filter(model=CONTRACT, kind=STAGE, what="signed")
    late = Q(state=Promise.State.BROKEN) | Q(state=Promise.State.OPEN, due_at__lt=clock.now())
    copies = Attachment.objects.filter(model=CONTRACT, row=OuterRef("pk"), purpose=SIGNED_COPY)
    rows = Contract.objects.filter(imported=False, signed_on__isnull=False).annotate(
        was_late=Exists(stages.filter(late, row=OuterRef("pk"))), has_copy=Exists(copies)
    )
    in_custody = Q(archived_on__isnull=False)
    lacking = in_custody & (Q(custodian=None) | Q(paper_location="") | Q(has_copy=False))
    broken = rows.filter(Q(was_late=True) | lacking)
    kept = rows.filter(in_custody).exclude(Q(was_late=True) | lacking).count()
    loans = promise_result(Promise.objects.filter(kind=RETURN))
    cases = [
        Case(str(c), c.get_absolute_url(), _why_not_kept(c), c.state_at, str(c.custodian or ""))
        for c in broken.select_related("custodian").order_by("-pk")[:LISTED]
    ]
    return Result(kept=kept + loans.kept, broken=broken.count() + loans.broken, cases=[*cases, *loans.cases][:LISTED])


def _why_not_kept(contract: Contract) -> str:
    if contract.archived_on is None:
        return _("signed and not archived in time")
    lacks = [] if contract.custodian_id else [_("custodian")]
    lacks += [] if contract.paper_location else [_("place of the paper")]
    lacks += [] if contract.has_copy else [_("electronic copy")]
    return _("lacks: %(what)s") % {"what": ", ".join(lacks)} if lacks else _("archived late")
