"""What a contract needs before each step: the guards of clauses 3.2.1 to 3.2.3, which are its checklist too."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from contracts import content as contents
from contracts.models.parts import REQUIRED_SUBJECTS
from contracts.models.reviews import POINTS, ReviewPoint, Side
from contracts.models.signing import Signing
from contracts.placeholders import fill, unknown_in
from customers.models import Risk, TermSheet
from documents.models import Attachment
from kernel.money import in_figures, quantize
from kernel.steps import Missing, missing, requirement

if TYPE_CHECKING:
    from contracts.models.contracts import Contract

SIGNED_COPY, CUSTOMER_PAPER = "signed_copy", "customer_paper"
EDIT, REVIEW, SIGNING, CUSTODY, SEAL, EXPLAIN = (
    "contracts:contract_edit",
    "contracts:contract_review",
    "contracts:contract_signing",
    "contracts:contract_custody",
    "contracts:sealrequest_create",
    "contracts:contract_explain",
)


def intends(opportunity: Any) -> bool:
    """Whether its customer is willing: in negotiation or follow-up, with the intention yes. Clause 3.2.1a."""
    if opportunity.state not in ("negotiation", "follow_up"):
        return False
    return TermSheet.objects.filter(opportunity=opportunity, intention=TermSheet.Intention.YES).exists()


class Rows:
    """What hangs on a contract, each read once per instance, and what follows from it."""

    @cached_property
    def clause_rows(self: Any) -> list[Any]:
        """Its clauses in order."""
        return list(self.clauses.all())

    @property
    def standard_terms(self) -> list[Any]:
        """Its clauses that limit liability and must be pointed out to the customer."""
        return [c for c in self.clause_rows if c.is_standard_term and c.text.strip()]

    @cached_property
    def line_rows(self: Any) -> list[Any]:
        """Its priced lines in order."""
        return list(self.lines.all())

    @cached_property
    def instalment_rows(self: Any) -> list[Any]:
        """Its instalments in order."""
        return list(self.instalments.all())

    @cached_property
    def opinion_rows(self: Any) -> list[Any]:
        """All opinions, oldest first."""
        return list(self.opinions.select_related("by", "answered_by"))

    @cached_property
    def point_rows(self: Any) -> list[Any]:
        """The reviewers' checklists on the version under review."""
        return list(self.points.filter(version_number=self.text_version).select_related("by"))

    @cached_property
    def signed_copy(self: Any) -> Attachment | None:
        """The signed copy uploaded last."""
        return Attachment.objects.of(self).filter(purpose=SIGNED_COPY).first()

    @cached_property
    def previous_version(self: Any) -> Any:
        """The version submitted last."""
        return self.versions.first()

    @cached_property
    def signing_row(self: Any) -> Any:
        """What was entered about the signing so far; where a page has read it with the contract it is not asked again."""
        if "signing" in self._state.fields_cache:
            return self._state.fields_cache["signing"]
        return Signing.objects.filter(contract=self).select_related("our_signatory").first()

    @cached_property
    def seal_request_rows(self: Any) -> list[Any]:
        """The seal requests on it, newest first."""
        return list(self.seal_requests.select_related("seal", "requested_by").order_by("-pk"))

    @cached_property
    def is_intended(self: Any) -> bool:
        """Whether the customer of its opportunity is willing."""
        return intends(self.opportunity)

    @cached_property
    def high_risks(self: Any) -> list[Any]:
        """Open high risks of its opportunity, else of its customer. Clause 1.3.4."""
        return list(Risk.objects.high_open_for(self.opportunity or self.customer))

    @cached_property
    def content(self) -> dict[str, Any]:
        """The canonical content as it stands."""
        return contents.content_of(self)

    @cached_property
    def text_hash(self) -> str:
        """The digest of the whole text as it stands."""
        return contents.text_hash(self.content)

    @cached_property
    def commercial_hash(self) -> str:
        """The digest of what is commercial as it stands."""
        return contents.commercial_hash(self.content)

    def open_opinions(self, side: str = "", *, blocking: bool = True) -> list[Any]:
        """Opinions not settled yet, of one side if named."""
        return [o for o in self.opinion_rows if o.is_open and (o.is_blocking or not blocking) and side in ("", o.side)]


class ContractEvidence(Rows):
    """The guards; each method is a line of a checklist."""

    # --- drafting (3.2.1) --------------------------------------------------------------------------
    @requirement(
        "3.2.1a", _("It starts from a customer who intends to cooperate, or from a signed main contract"), part="agreed"
    )
    def has_intention(self: Contract) -> bool | Missing:
        """The opportunity is in negotiation or follow-up and the intention is yes; or the main contract is signed."""
        if self.main_contract_id:
            return self.main_contract.is_concluded or missing(_("The main contract is not signed yet."))
        if self.opportunity_id is None:
            return missing(_("No opportunity is named."))
        return self.is_intended or missing(
            _("The opportunity is not in negotiation or follow-up with the intention “yes”.")
        )

    @requirement("3.2.1b", _("Every required clause is filled in"), at=EDIT, part="clauses")
    def has_all_clauses(self: Contract) -> bool | Missing:
        """Each matter of clause 3.2.1b has a block; no required block is empty; the empty ones are named."""
        empty = [c.heading for c in self.clause_rows if c.is_required and not fill(c.text, {}).strip()]
        settled = {c.subject for c in self.clause_rows if c.text.strip()}
        present = {c.subject for c in self.clause_rows}
        absent = [str(s.label) for s in REQUIRED_SUBJECTS if s not in settled and s not in present]
        names = [_("%(clause)s: empty") % {"clause": name} for name in empty]
        names += [_("%(clause)s: no such clause") % {"clause": name} for name in absent]
        names += [f"[[{name}]]" for c in self.clause_rows for name in unknown_in(c.text)]
        return missing(*names) if names else True

    @requirement("3.2.1b", _("What is sold is listed with quantity and price"), at=EDIT, part="lines")
    def has_lines(self: Contract) -> bool | Missing:
        """At least one line, unless it is a framework agreement."""
        return bool(self.line_rows) or self.kind == "framework" or missing(_("There is no line yet."))

    @requirement("3.2.1b", _("Payment, delivery and period of performance are settled"), at=EDIT, part="terms")
    def has_terms(self: Contract) -> bool | Missing:
        """Payment terms, delivery terms, start and end of the period."""
        names = ("payment_terms", "delivery_terms", "period_start", "period_end")
        lacking = [self._meta.get_field(name).verbose_name for name in names if not getattr(self, name)]
        return missing(*lacking) if lacking else True

    @requirement("3.2.1b", _("The instalments add up to the contract amount"), at=EDIT, part="instalments")
    def has_exact_instalments(self: Contract) -> bool | Missing:
        """No instalment at all (one payment), or their sum is the total; the difference is named."""
        if not self.instalment_rows:
            return True
        left = quantize(self.total - sum((i.amount for i in self.instalment_rows), Decimal(0)), self.currency)
        if not left:
            return True
        amount = {"amount": in_figures(abs(left), self.currency)}
        return missing((_("%(amount)s too little") if left > 0 else _("%(amount)s too much")) % amount)

    @requirement(
        "3.2.1c",
        _("It is drawn up on an approved company template, or on the customer's paper with a reason"),
        at=EDIT,
        part="source",
    )
    def has_source(self: Contract) -> bool | Missing:
        """A version that legal approved; or the customer's own paper, uploaded, with the reason.

        A draft keeps the version that it began with: one replaced meanwhile is listed by the clause, not refused.
        """
        if not self.own_paper:
            if self.template is None:
                return missing(_("No template is named."))
            return self.template.approved_by_id is not None or missing(_("Legal has not approved this template."))
        lacking = [] if self.own_paper_reason.strip() else [_("The reason is missing.")]
        lacking += [] if self.own_paper_sha256 else [_("The customer's paper is not uploaded.")]
        return missing(*lacking) if lacking else True

    # --- reviewing (3.2.2) -------------------------------------------------------------------------
    @requirement("3.2.2a", _("Each point of the manager's checklist is in order"), at=REVIEW)
    def has_manager_points(self: Contract) -> bool | Missing:
        """Company interest, business need, risk control, legal risk, loopholes, clear and exact terms."""
        return self._judged(Side.MANAGER)

    @requirement("3.2.2c", _("Each point of the legal checklist is in order"), at=REVIEW)
    def has_legal_points(self: Contract) -> bool | Missing:
        """Legal risk, loopholes, clear and exact terms."""
        return self._judged(Side.LEGAL)

    @requirement("1.3.4", _("No high risk is open without the manager's acceptance"), part="risks")
    def has_no_high_risk(self: Contract) -> bool | Missing:
        """High risks of the opportunity or customer are accepted or controlled first."""
        risks = self.high_risks
        return missing(*[r.text for r in risks]) if risks else True

    @requirement("3.2.2b", _("The text is the one that was submitted"))
    def is_the_submitted_text(self: Contract) -> bool:
        """Nothing changed since the drafter submitted it."""
        return self.text_hash == self.submitted_hash

    # --- amending (3.2.3a) -------------------------------------------------------------------------
    @requirement("3.2.3a", _("Every blocking opinion is answered"), part="clauses")
    def has_answers(self: Contract) -> bool | Missing:
        """The drafter answers each before he submits again."""
        open_ = [o for o in self.open_opinions() if o.answered_at is None]
        return missing(*[o.text for o in open_]) if open_ else True

    @requirement("3.2.3a", _("The manager's blocking opinions are settled"), part="clauses")
    def has_settled_manager_opinions(self: Contract) -> bool | Missing:
        """Each is accepted by its author, or waived by him."""
        return self._settled(Side.MANAGER)

    @requirement("3.2.3a", _("Every blocking opinion is answered and accepted by its author"), part="clauses")
    def has_settled_opinions(self: Contract) -> bool | Missing:
        """Of both sides, before the contract is ready to sign."""
        return self._settled("")

    # --- signing and archiving (3.2.1a, 3.2.3b, 3.2.3c) ------------------------------------------------
    @requirement("3.2.1a", _("The opportunity stands in follow-up with its evidence complete"), of="opportunity")
    def has_complete_opportunity(self: Contract) -> bool | Missing:
        """What the opportunity still lacks is listed; a supplementary agreement has none."""
        if self.opportunity_id is None or self.opportunity.state == "won":
            return True
        lacking = [i.label for i in self.opportunity.signing_checklist() if not i.met]
        return missing(*lacking) if lacking else True

    @requirement("3.2.2b", _("The text is exactly the one that was approved"))
    def is_the_approved_text(self: Contract) -> bool:
        """The digest of the text equals the approved one (SECURITY B18)."""
        return bool(self.approved_hash) and self.text_hash == self.approved_hash

    @requirement(
        "3.2.1c", _("Standard terms were pointed out and explained to the customer"), at=EXPLAIN, part="standard"
    )
    def has_explained_terms(self: Contract) -> bool | Missing:
        """Each flagged clause in its present wording; those not explained, or changed since, are named."""
        lacking = [c.heading for c in self.standard_terms if not c.is_explained]
        return missing(*lacking) if lacking else True

    @requirement("3.2.3b", _("Signatories of both sides, the day it was sent, and both signing dates"), at=SIGNING)
    def has_signatures(self: Contract) -> bool | Missing:
        """Names each that is missing; we do not sign before the text was approved, also not for an earlier text."""
        names = ("our_signatory", "customer_signatory", "sent_on", "our_signed_on", "customer_signed_on")
        row = self.signing_row
        lacking = [Signing._meta.get_field(n).verbose_name for n in names if not (row and getattr(row, n))]
        if row and row.our_signed_on and self.approved_on and row.our_signed_on < self.approved_on:
            lacking.append(_("The text was approved only on %(day)s.") % {"day": self.approved_on})
        return missing(*lacking) if lacking else True

    @requirement("3.2.3b", _("On paper: the seal keeper sealed exactly this text"), at=SEAL)
    def has_seal(self: Contract) -> bool | Missing:
        """A sealed request for the very digest that was approved; an electronic signature needs no seal."""
        if self.signing_row and self.signing_row.method != Signing.Method.PAPER:
            return True
        states = {r.state for r in self.seal_request_rows if r.text_hash == self.approved_hash}
        if "sealed" in states:
            return True
        return missing(
            _("The seal is asked for and not on the paper yet.")
            if states & {"requested", "approved"}
            else _("No seal is asked for.")
        )

    @requirement("3.2.3b", _("The signed copy is uploaded (PDF)"), at=SIGNING)
    def has_signed_copy(self: Contract) -> bool | Missing:
        """A PDF that was checked by content, uploaded since this text was approved: an older one shows another text."""
        if self.signed_copy is None:
            return False
        return self.signed_copy.at >= self.state_at or missing(_("The copy is older than the approval of this text."))

    @requirement("3.2.3c", _("Custodian, place of the paper and electronic copy"), at=CUSTODY)
    def has_custody(self: Contract) -> bool | Missing:
        """Who keeps it, where, and that the copy is here."""
        lacking = [] if self.custodian_id else [self._meta.get_field("custodian").verbose_name]
        lacking += [] if self.paper_location.strip() else [self._meta.get_field("paper_location").verbose_name]
        lacking += [] if self.signed_copy else [_("electronic copy")]
        return missing(*lacking) if lacking else True

    def _judged(self: Contract, side: str) -> bool | Missing:
        points = {p.point: p for p in self.point_rows if p.side == side}
        lacking = [p.label for p in POINTS[Side(side)] if p not in points]
        issues = [
            _("%(point)s: not in order") % {"point": p.get_point_display()}
            for p in points.values()
            if p.verdict == ReviewPoint.Verdict.ISSUE
        ]
        return missing(*lacking, *issues) if lacking or issues else True

    def _settled(self: Contract, side: str) -> bool | Missing:
        open_ = self.open_opinions(side)
        return missing(*[o.text for o in open_]) if open_ else True
