"""What a salesperson enters on the way from market research to follow-up, each as its form and service do it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from config.demo.deal import TAX, Deal
from config.demo.papers import paper
from config.demo.reading import number
from config.demo.world import save
from contracts import proposing
from contracts.models import ContractTemplate
from customers import services
from customers.models import (
    CustomerProfile,
    Demonstration,
    FollowUp,
    Interaction,
    Need,
    Opportunity,
    Proposal,
    Question,
    Risk,
    Scorecard,
    TermSheet,
    TermSheetLine,
)
from kernel import calendar, clock
from kernel.advance import advance, begin
from kernel.models import Agreement
from kernel.settings import setting

CRITERIA = ("scale", "position", "potential", "willingness")
GOOD = ((4, 4, 4, 3), (3, 4, 4, 4), (4, 3, 5, 3), (5, 4, 4, 4), (3, 3, 4, 4))
LOW = (2, 2, 3, 3)


def open_deal(deal: Deal) -> None:
    """Enter the opportunity."""
    value = sum((q * price * (100 - discount) / 100 for _p, q, discount, price, _c in deal.lines), Decimal(0))
    opportunity = Opportunity(
        customer=deal.customer, name=deal.row["name"], owner=deal.owner, expected_value=value.quantize(Decimal(1)),
        currency=deal.currency, source=deal.row["source"], product=deal.lines[0][0],
        expected_close_on=clock.today() + timedelta(days=75 + number(deal.key, 60)),
    )  # fmt: skip
    deal.pk = services.open_opportunity(opportunity, by=deal.owner).pk


# --- screening -------------------------------------------------------------------------------------
def score(deal: Deal) -> None:
    """Fill in the scorecard; one carried over is looked at again."""
    low = deal.twist in ("score_agreed", "score_waiting")
    scores, reasons = (LOW if low else deal.choose(GOOD, "score")), deal.words.rows("scores_low" if low else "scores")
    card = Scorecard.objects.filter(opportunity=deal.pk).first() or Scorecard(opportunity_id=deal.pk)
    for name, points, reason in zip(CRITERIA, scores, reasons, strict=True):
        setattr(card, name, points)
        setattr(card, f"{name}_reason", reason)
    card.by, card.at, card.carried_from = deal.owner, clock.now(), None
    save(card)


def decide(deal: Deal, decision: str, reason: str) -> None:
    """Decide whether to develop the customer."""
    opportunity = deal.opportunity
    opportunity.screening, opportunity.screening_reason = decision, reason
    opportunity.version += 1
    services.decide_screening(opportunity, by=deal.owner)


def describe_customer(deal: Deal, *, decision_known: bool) -> None:
    """The customer's profile; how it decides is often known only later."""
    profile = CustomerProfile.objects.filter(customer=deal.customer).first() or CustomerProfile(customer=deal.customer)
    profile.basic_facts, profile.business_scope = deal.words("profile_facts"), deal.words("profile_scope")
    profile.operating_condition = deal.words("profile_condition")
    if decision_known:
        profile.decision_process = deal.words("profile_decision")
    profile.decision_tbc = not (decision_known or profile.decision_process)
    save(profile)


def ask_for_score(deal: Deal) -> None:
    """Ask the manager to agree to the low score."""
    services.ask_for_score(deal.opportunity, reason=deal.words("ask_score"), by=deal.owner)


def answer_request(deal: Deal, step: str, comment: str) -> None:
    """The manager decides on what was asked last."""
    agreement = Agreement.objects.filter(model="customers.opportunity", row=deal.pk, state="requested").latest("pk")
    advance(agreement, step, by=deal.world["chou.manager"], comment=comment)


# --- contact and needs -------------------------------------------------------------------------------
def call(deal: Deal, salt: str, *, first: bool = False, next_days: int = 0) -> None:
    """Note a contact: the first with introduction and what the customer said, later ones shorter."""
    words = deal.words
    whole = {"introduced": True, "willingness": words("willingness"), "needs_concerns": words("concerns")}
    channel, _sign, summary = deal.words("introduced" if first else "contact_more", salt).partition("|")
    later = {"next_step": words("next_step", salt), "next_on": calendar.add_working_days(clock.today(), next_days)}
    interaction = Interaction(
        customer=deal.customer, opportunity_id=deal.pk, contact=deal.contact, at=clock.now(),
        channel=channel.lower(), summary=deal.words.write(summary),
        **(whole if first else {}), **(later if next_days else {}),
    )  # fmt: skip
    services.log_interaction(interaction, by=deal.owner)


def service_call(deal: Deal, by: Any) -> None:
    """Customer service notes that the customer called."""
    interaction = Interaction(
        customer=deal.customer, opportunity_id=deal.pk, contact=deal.contact, channel="phone", at=clock.now(),
        summary=deal.words("service_call"),
    )  # fmt: skip
    services.log_interaction(interaction, by=by)


def learn_needs(deal: Deal) -> None:
    """Needs, pain points and expected solution; a record carried over is brought up to date."""
    need = Need.objects.filter(opportunity=deal.pk).first() or Need(opportunity_id=deal.pk)
    need.needs, need.pain_points = deal.words("needs"), deal.words("pain")
    need.expected_solution = deal.words("solution")
    need.by, need.at, need.carried_from = deal.owner, clock.now(), None
    save(need)


def ask(deal: Deal, salt: str) -> None:
    """The customer asks something."""
    kind, text, _answer = deal.words.row("questions", salt)
    question = Question(opportunity=deal.opportunity, kind=kind.lower(), text=text, raised_by=deal.contact)
    services.raise_question(question, by=deal.owner)


def answer(deal: Deal) -> None:
    """Answer what is still open."""
    answers = {
        text: words for _kind, text, words in (map(deal.words.write, row) for row in deal.words.pool["questions"])
    }
    for question in Question.objects.filter(opportunity=deal.pk, answered_at=None).exclude(kind="problem"):
        question.answer = answers[question.text]
        question.version += 1
        services.answer_question(question, by=deal.owner)


def accept_answers(deal: Deal) -> None:
    """The customer takes what was answered as answered."""
    for question in Question.objects.filter(opportunity=deal.pk, accepted_at=None, answered_at__isnull=False):
        services.accept_answer(question)


def propose(deal: Deal) -> None:
    """Write the proposal, register it and send it."""
    mark = {"zh-hant": "項目方案", "zh-hans": "项目方案"}.get(deal.language, "Proposal")
    title = f"{deal.client['short']} {deal.row['name']} {mark}"
    summary = deal.words("proposal")
    if (template := deal.world.templates.get(f"proposal-{deal.script}")) and number(f"{deal.key}:written", 3) == 0:
        _write_proposal(deal, template, title[:160], summary)
        return
    lines = [deal.client["name"], summary, deal.words("needs"), deal.words("solution")]
    lines += [f"· {deal.describe(p)} × {q}" for p, q, *_rest in deal.lines]
    proposal = Proposal(
        opportunity=deal.opportunity, title=title[:160], summary=summary, sent_on=clock.today(), sent_to=deal.contact
    )
    services.save_proposal(proposal, file=paper(title[:60], title, lines, script=deal.script), by=deal.owner)


def _write_proposal(deal: Deal, template: ContractTemplate, title: str, summary: str) -> None:
    """One in three is written from the template, and sent the same day."""
    sections = proposing.sections_of(template, deal.opportunity, by=deal.owner)
    until = clock.today() + timedelta(days=30)
    proposal = proposing.write(
        proposing.Draft(deal.opportunity, str(template), template.script, title, summary, until, sections),
        by=deal.owner,
    )
    proposal.sent_on, proposal.sent_to = clock.today(), deal.contact
    proposal._history_user = deal.owner
    proposal.save()


def demonstrate(deal: Deal) -> None:
    """Show the machine; one customer in six knows it and asks for none."""
    if number(f"{deal.key}:waive", 6) == 0:
        shown = Demonstration(waived=True, waive_reason=deal.words("waive"))
    else:
        presenter = deal.world["pan.quality"] if number(deal.key, 2) else deal.owner
        shown = Demonstration(
            held_at=clock.now() - timedelta(minutes=90), presenter=presenter, notes=deal.words("demo_notes"),
            attendees=deal.client["contacts"][0][1],
        )  # fmt: skip
    shown.opportunity_id, shown.by, shown.at = deal.pk, deal.owner, clock.now()
    save(shown)


# --- negotiation -------------------------------------------------------------------------------------
def _terms_for(deal: Deal) -> dict[str, str]:
    """What differs between machines and services; whoever comes to a contract pays in the usual three parts."""
    words = deal.words
    names = {"form_of_cooperation": "cooperation", "payment_terms": "payment", "delivery_terms": "delivery"}
    names["after_sales"] = "after_sales"
    if deal.is_service:
        return {field: words(f"{name}_service") for field, name in names.items()}
    terms = {field: words(name) for field, name in names.items()}
    return {**terms, "payment_terms": words.rows("payment")[0]} if deal.fate else terms


def write_terms(deal: Deal) -> None:
    """The term sheet as offered; the customer has not decided yet."""
    words = deal.words
    sheet = TermSheet(
        opportunity=deal.opportunity, price_terms=words("price_terms"), **_terms_for(deal),
        delivery_on=clock.today() + timedelta(days=84), currency=deal.currency,
        tax_rate=TAX.get(deal.currency, Decimal(0)),
    )  # fmt: skip
    save(sheet)
    for position, (product, quantity, discount, price, cost) in enumerate(deal.lines):
        specification = deal.words.write(product.specification) if deal.language != "en" else ""
        save(
            TermSheetLine(
                sheet=sheet, position=position, product=product, description=deal.describe(product), quantity=quantity,
                specification=specification, unit=deal.words.write(product.unit) if deal.language != "en" else "set",
                unit_price=price, discount_percent=discount, unit_cost=cost,
            )
        )  # fmt: skip


def assess_terms(deal: Deal) -> None:
    """Weigh our interest, the risks and fairness to both."""
    sheet = TermSheet.objects.get(opportunity=deal.pk)
    sheet.our_interest, sheet.risks = deal.words("interest"), deal.words("sheet_risks")
    sheet.fairness = deal.words("fairness")
    sheet.assessed_by, sheet.assessed_at, sheet.assessed_digest = deal.owner, clock.now(), sheet.digest
    save(sheet)


def intend(deal: Deal, intention: str) -> None:
    """The customer says whether he wants to cooperate."""
    sheet = TermSheet.objects.get(opportunity=deal.pk)
    sheet.intention = intention
    save(sheet)


def ask_for_margin(deal: Deal) -> None:
    """Ask the manager to agree to terms below the floor margin."""
    services.ask_for_margin(deal.opportunity, reason=deal.words("ask_margin"), by=deal.owner)


def name_risk(deal: Deal, *, high: bool = False) -> None:
    """Enter a risk of the deal, a high one if asked for."""
    rows = [row for row in deal.words.pool["risks"] if not high or row[1] * row[2] >= setting("customers.high_risk")]
    text, likelihood, impact, measure = deal.choose(rows, "risk")
    text, measure = deal.words.write(text), deal.words.write(measure)
    risk = Risk(
        customer=deal.customer, opportunity_id=deal.pk, text=text, likelihood=likelihood, impact=impact,
        measure=measure, owner=deal.owner, due_on=clock.today() + timedelta(days=30),
    )  # fmt: skip
    begin(risk, by=deal.owner)


def control_risk(deal: Deal) -> None:
    """The measure against each open risk is taken; of a high one the manager confirms it."""
    manager = deal.world["chou.manager"]
    for risk in Risk.objects.filter(opportunity=deal.pk, state="open"):
        advance(risk, "report" if risk.is_high else "control", by=deal.owner, data={"measure": risk.measure})
        if risk.is_high:
            advance(risk, "confirm", by=deal.world["fang.director" if deal.owner == manager else "chou.manager"])


# --- follow-up ---------------------------------------------------------------------------------------
def follow_up(deal: Deal, salt: str, *, problem: bool = False) -> None:
    """Tell the customer how far we are and hear how far he is."""
    words = deal.words
    follow_up = FollowUp(
        opportunity=deal.opportunity, contact=deal.contact, channel=deal.choose(("phone", "email", "visit"), salt),
        at=clock.now(), progress_reported=words("progress", salt), decision_state=words("decision", salt),
        problems=words("problems", salt) if problem else "",
    )  # fmt: skip
    services.record_follow_up(follow_up, by=deal.owner)


def assign_problem(deal: Deal) -> None:
    """Give what the customer complained of to whoever can solve it."""
    for question in Question.objects.filter(opportunity=deal.pk, kind="problem", closed_at=None):
        question.assigned_to = deal.world[deal.choose(("pan.quality", "wu.service", "liu.service"), "problem")]
        save(question)


def solve_problem(deal: Deal) -> None:
    """It is solved."""
    for question in Question.objects.filter(opportunity=deal.pk, kind="problem", closed_at=None):
        services.close_question(question)
