"""Verbs over several records of customer development: screening, proposals, follow-ups, agreements."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from customers.models import FollowUp, Interaction, Need, Opportunity, Proposal, Question, Scorecard
from documents.services import attach, register
from kernel import calendar, clock, promises
from kernel.advance import begin
from kernel.models import Agreement, Promise
from kernel.models.agreements import ask, name_request
from kernel.settings import define, setting

define("customers.answer_hours", 16, gettext_lazy("Time to answer a customer's question"),
       unit=gettext_lazy("working hours"), clause="1.3.3")  # fmt: skip
define("customers.carry_days", 180, gettext_lazy("Evidence of an earlier opportunity is carried over for"),
       unit=gettext_lazy("days"), clause="3.1")  # fmt: skip

FOLLOW_UP, ANSWER, NEXT_STEP = "follow_up", "answer", "next_step"
promises.name_kind(FOLLOW_UP, gettext_lazy("Follow-up with %(what)s"))
promises.name_kind(ANSWER, gettext_lazy("Answer to the customer: %(what)s"))
promises.name_kind(NEXT_STEP, gettext_lazy("Next step: %(what)s"))
name_request("3.1.2b", gettext_lazy("Scorecard below the pass mark: %(title)s"))
name_request("3.1.5c", gettext_lazy("Terms below the floor margin: %(title)s"))


# --- opportunities ---------------------------------------------------------------------------------
def open_opportunity(opportunity: Opportunity, *, by: Any) -> Opportunity:
    """Begin an opportunity; of a customer who came before, fresh evidence is carried over, marked with its source."""
    with transaction.atomic():
        earlier = opportunity.customer.opportunities.exclude(pk=opportunity.pk).order_by("-id").first()
        opportunity.carried_from = earlier
        opportunity.segment = opportunity.segment or opportunity.customer.segment
        begin(opportunity, by=by)
        if earlier:
            _carry_over(earlier, opportunity)
        return opportunity


def _carry_over(earlier: Opportunity, opportunity: Opportunity) -> None:
    """Copy scorecard, needs and the last whole interaction, each with its true author and date. Clause 3.1."""
    oldest = clock.now() - timedelta(days=setting("customers.carry_days"))
    fresh = {"opportunity": earlier, "at__gte": oldest}
    for row in (
        Scorecard.objects.filter(**fresh).first(),
        Need.objects.filter(**fresh).first(),
        Interaction.objects.filter(**fresh).exclude(willingness="").exclude(needs_concerns="").order_by("-at").first(),
    ):
        if row:
            row.pk, row.opportunity, row.carried_from, row._state.adding = None, opportunity, earlier, True
            row.save()


def decide_screening(opportunity: Opportunity, *, by: Any) -> None:
    """Save the screening decision; key development puts the customer on its list. Clause 3.1.2a."""
    with transaction.atomic():
        opportunity.screened_by, opportunity.screened_at = by, clock.now()
        opportunity.save()
        customer = opportunity.customer
        if opportunity.screening == Opportunity.Screening.KEY and not customer.on_key_list:
            customer.on_key_list = True
            customer.save()


def save_proposal(proposal: Proposal, *, file: Any, by: Any, number: str = "") -> Proposal:
    """Register a proposal with its file under a number, or its next version under the one it has. Clause 3.1.4b.

    A new version was sent to nobody yet. Raises ValidationError for a file that may not come in.
    """
    with transaction.atomic():
        stored = attach(record=proposal.opportunity, file=file, by=by, purpose="proposal")
        known = proposal.document
        if known:
            proposal.sent_on = proposal.sent_to = None
        proposal.document = register(
            record=proposal.opportunity,
            kind="proposal",
            title=proposal.title,
            by=by,
            attachment=stored,
            number=known.number if known else number,
            version=known.version + 1 if known else 1,
        )
        proposal.by = by
        proposal.save()
        return proposal


# --- what is asked and answered ----------------------------------------------------------------------
def raise_question(question: Question, *, by: Any) -> Question:
    """Note what the customer asks; the answer is promised within the hours that the setting gives. Clause 1.3.3."""
    with transaction.atomic():
        question.by = by
        question.save()
        due = calendar.add_working_hours(clock.now(), setting("customers.answer_hours"))
        owner = question.assigned_to or question.opportunity.owner_of()
        promises.make(
            question,
            ANSWER,
            due_at=due,
            clause="1.3.3",
            what=question.text,
            owed_by=owner,
            owed_to=str(question.opportunity.customer),
        )
        return question


def answer_question(question: Question, *, by: Any) -> None:
    """Note the answer given; the promise is kept. A new answer waits for the customer's word again. Clause 3.1.4c."""
    with transaction.atomic():
        question.answered_by, question.answered_at, question.accepted_at = by, clock.now(), None
        question.save()
        promises.keep(question, ANSWER)


def accept_answer(question: Question) -> None:
    """The customer takes the question as answered. Clause 3.1.4c."""
    question.accepted_at = clock.now()
    question.version += 1
    question.save()


def close_question(question: Question) -> None:
    """The problem is solved: nothing is owed on it any more. Clause 3.1.6a."""
    with transaction.atomic():
        question.closed_at = clock.now()
        question.version += 1
        question.save()
        promises.keep(question, ANSWER)


# --- contact and follow-up ---------------------------------------------------------------------------
def log_interaction(interaction: Interaction, *, by: Any) -> Interaction:
    """Note a contact; the next step announced before is done, the one announced now is promised. Clause 3.1.3b."""
    with transaction.atomic():
        interaction.by = by
        interaction.save()
        _keep_next_steps(interaction.customer_id, interaction.opportunity_id)
        if interaction.next_step and interaction.next_on:
            promises.make(
                interaction,
                NEXT_STEP,
                due_at=end_of(interaction.next_on),
                clause="3.1.3b",
                what=interaction.next_step,
                owed_by=by,
                owed_to=str(interaction.customer),
            )
        return interaction


def _keep_next_steps(customer: int, opportunity: int | None) -> None:
    model = Interaction._meta.label_lower
    owed = Promise.objects.open().filter(kind=NEXT_STEP, model=model, file=customer).values_list("row", flat=True)
    for row in Interaction.objects.filter(pk__in=list(owed), opportunity=opportunity):
        promises.keep(row, NEXT_STEP)


def record_follow_up(follow_up: FollowUp, *, by: Any) -> FollowUp:
    """Note a follow-up: its promise is kept and the next one is scheduled by itself. Clauses 3.1.6a, 3.1.6b."""
    with transaction.atomic():
        follow_up.by = by
        follow_up.save()
        opportunity = follow_up.opportunity
        if follow_up.problems.strip():
            problem = Question(
                opportunity=opportunity, kind="problem", text=follow_up.problems, raised_by=follow_up.contact
            )
            raise_question(problem, by=by)
        promises.keep(opportunity, FOLLOW_UP)
        _keep_next_steps(opportunity.customer_id, opportunity.pk)
        if opportunity.state == Opportunity.State.FOLLOW_UP:
            schedule_follow_up(opportunity)
        return follow_up


def schedule_follow_up(opportunity: Opportunity) -> Promise:
    """Promise the next follow-up within the cadence of the grade; missed, it goes to the manager after M days."""
    due = end_of(clock.today() + timedelta(days=opportunity.cadence_days()))
    promise = promises.make(
        opportunity,
        FOLLOW_UP,
        due_at=due,
        clause="3.1.6b",
        what=str(opportunity.customer),
        owed_by=opportunity.owner_of(),
        owed_to=str(opportunity.customer),
    )
    promise.escalate_at = due + timedelta(days=setting("customers.escalate_after_days"))
    promise.save(update_fields=["escalate_at"])
    return promise


def schedule_missing_follow_ups(limit: int = 500) -> int:
    """Promise a follow-up on each opportunity in follow-up that has none open; returns how many. May run twice."""
    owed = Promise.objects.open().filter(model="customers.opportunity", kind=FOLLOW_UP).values("row")
    rows = Opportunity.objects.filter(state=Opportunity.State.FOLLOW_UP).exclude(pk__in=owed)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_schedule_if_none(pk) for pk in keys)


def _schedule_if_none(pk: int) -> bool:
    with transaction.atomic():
        row = Opportunity.objects.select_for_update(of=("self",)).select_related("customer", "owner").get(pk=pk)
        is_owed = Promise.objects.of(row).open().filter(kind=FOLLOW_UP).exists()
        if row.state != Opportunity.State.FOLLOW_UP or is_owed:
            return False
        schedule_follow_up(row)
        return True


def name_follower(opportunity: Opportunity, *, before: Any) -> None:
    """Save who follows up from now on; what was promised is his. Clause 3.1.6a."""
    with transaction.atomic():
        opportunity.save()
        if before:
            promises.hand_over(opportunity, before=before, after=opportunity.follower)


def end_of(day: date) -> datetime:
    """The end of that working day, or of the first one after it, in the company's time zone."""
    if not calendar.is_working_day(day):
        day = calendar.next_working_day(day)
    start = datetime.combine(day, time.min, timezone.get_default_timezone())
    return calendar.add_working_hours(start, calendar.hours_per_day())


# --- agreements of the manager -----------------------------------------------------------------------
def ask_for_score(opportunity: Opportunity, *, reason: str, by: Any) -> Agreement:
    """Ask the manager to agree to a scorecard below the pass mark. Clause 3.1.2b."""
    card = opportunity.scorecard
    return ask(opportunity, "3.1.2b", card.subject, title=str(opportunity), reason=reason, by=by)


def ask_for_margin(opportunity: Opportunity, *, reason: str, by: Any) -> Agreement:
    """Ask the manager to agree to terms below the floor margin. Clause 3.1.5c."""
    return ask(opportunity, "3.1.5c", opportunity.term_sheet.subject, title=str(opportunity), reason=reason, by=by)
