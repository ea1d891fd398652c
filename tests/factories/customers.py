"""Customers and opportunities for tests: valid and boring; a stage is reached by giving its evidence and taking its step."""

from datetime import timedelta
from decimal import Decimal

from catalog.models import Price, Product
from customers.models import (
    Contact,
    Customer,
    CustomerProfile,
    Demonstration,
    FollowUp,
    Interaction,
    MarketInsight,
    Need,
    Opportunity,
    Proposal,
    Question,
    Scorecard,
    Segment,
    TermSheet,
    TermSheetLine,
)
from documents.services import register
from kernel import clock
from kernel.advance import advance, begin

STAGES = list(Opportunity.PATH)
FORWARD = {
    "research": "screen",
    "screening": "make_contact",
    "first_contact": "explore_needs",
    "needs": "negotiate",
    "negotiation": "follow",
}


def make_customer(owner, name="Hongzhou Automation Co., Ltd.", **fields):
    """A customer of this salesperson."""
    return begin(Customer(owner=owner, name=name, **fields), by=owner)


def make_contact(customer, name="Chiu Chih-hung", **fields):
    """A named person at the customer."""
    values = {"phone": "03-578-1234", "email": "chiu@example.com", "title": "Director", "is_primary": True}
    return Contact.objects.create(customer=customer, name=name, **{**values, **fields})


def make_segment(name="Semiconductor equipment"):
    """A segment of the market."""
    return Segment.objects.get_or_create(name=name)[0]


def make_insight(segment, by, kind="industry", **fields):
    """Something learned about a segment, yesterday."""
    values = {
        "channel": "web",
        "source": "Trade journal",
        "content": "Orders grow",
        "observed_on": clock.today() - timedelta(1),
    }
    return MarketInsight.objects.create(segment=segment, by=by, kind=kind, **{**values, **fields})


def make_product(code="ARM-18", price="1000", cost="600"):
    """A product with a price and a cost."""
    product, created = Product.objects.get_or_create(code=code, defaults={"name": "Wafer arm"})
    if created:
        Price.objects.create(product=product, list_price=Decimal(price), cost=Decimal(cost))
    return product


def make_opportunity(owner, customer=None, name="Wafer arms", stage="research", **fields):
    """An opportunity of this salesperson, walked to a stage by real steps."""
    customer = customer or make_customer(owner)
    values = {"expected_value": Decimal(730000), "currency": "TWD"}
    record = begin(Opportunity(customer=customer, owner=owner, name=name, **{**values, **fields}), by=owner)
    return walk(record, owner, stage)


def walk(record, by, stage):
    """Give each stage its evidence and take its step until the record stands in the stage asked for."""
    while record.state != stage:
        EVIDENCE[record.state](record, by)
        data = {"follower": by} if record.state == "negotiation" else {}
        advance(record, FORWARD[record.state], by=by, data=data)
        record = Opportunity.objects.get(pk=record.pk)
    return record


def research(record, by):
    """Three fresh insights on its segment, one of them analysed."""
    record.segment = record.segment or make_segment()
    record.save()
    for kind in ("industry", "competitor", "demand"):
        make_insight(record.segment, by, kind)
    insight = record.segment.insights.last()
    insight.target_segment, insight.opportunity_seen = "Fabs that expand", "They lack arms"
    insight.analysed_by, insight.analysed_at = by, clock.now()
    insight.save()


def screen(record, by, score=4, decision="ordinary"):
    """A decision, and a scorecard with the same score throughout."""
    record.screening, record.screening_reason = decision, "Fits our line"
    record.screened_by, record.screened_at = by, clock.now()
    record.save()
    give_scorecard(record, by, score)


def give_scorecard(record, by, score=4):
    """A scorecard with the same score on each criterion."""
    names = ("scale", "position", "potential", "willingness")
    values = {**dict.fromkeys(names, score), **{f"{n}_reason": "As seen" for n in names}}
    return Scorecard.objects.update_or_create(opportunity=record, defaults={**values, "by": by})[0]


def give_profile(customer, **fields):
    """A profile whose decision process is to be confirmed."""
    values = {
        "basic_facts": "200 people",
        "business_scope": "Arms",
        "operating_condition": "Sound",
        "decision_tbc": True,
    }
    return CustomerProfile.objects.update_or_create(customer=customer, defaults={**values, **fields})[0]


def meet(record, by, **fields):
    """A visit with everything noted."""
    contact = record.customer.contacts.first() or make_contact(record.customer)
    values = {
        "channel": "visit",
        "contact": contact,
        "summary": "First visit",
        "introduced": True,
        "willingness": "Interested",
        "needs_concerns": "Clean room class",
        "next_step": "Send the proposal",
    }
    return Interaction.objects.create(customer=record.customer, opportunity=record, by=by, **{**values, **fields})


def learn_needs(record, by):
    """Needs, a sent proposal, a demonstration, an answered question."""
    contact = record.customer.contacts.first() or make_contact(record.customer)
    Need.objects.get_or_create(
        opportunity=record,
        defaults={"needs": "Move wafers", "pain_points": "Slow", "expected_solution": "Arms", "by": by},
    )
    document = register(record=record, kind="proposal", title="Arms for the line", by=by)
    Proposal.objects.create(
        opportunity=record,
        title="Arms for the line",
        summary="18 arms",
        document=document,
        sent_on=clock.today(),
        sent_to=contact,
        by=by,
    )
    Demonstration.objects.create(opportunity=record, held_at=clock.now(), presenter=by, notes="Went well", by=by)
    now = clock.now()
    Question.objects.create(
        opportunity=record, text="How fast?", answer="7.5 s", answered_by=by, answered_at=now, accepted_at=now, by=by
    )


def agree_terms(record, by, intention="yes", unit_price="1000", unit_cost="600", assessed=True, **fields):
    """A whole term sheet with one line at a margin of 40 percent, assessed."""
    values = {
        "form_of_cooperation": "Purchase",
        "price_terms": "Fixed",
        "payment_terms": "30 / 60 / 10",
        "delivery_terms": "DDP",
        "after_sales": "Two years",
        "intention": intention,
    }
    sheet, _created = TermSheet.objects.update_or_create(opportunity=record, defaults={**values, **fields})
    sheet.lines.all().delete()
    TermSheetLine.objects.create(
        sheet=sheet,
        product=make_product(),
        description="Wafer arm",
        specification="Class 1",
        quantity=Decimal(10),
        unit="pcs",
        unit_price=Decimal(unit_price),
        unit_cost=Decimal(unit_cost) if unit_cost else None,
    )
    sheet = TermSheet.objects.get(pk=sheet.pk)
    return assess(sheet, by) if assessed else sheet


def assess(sheet, by):
    """The assessment of the terms as they stand."""
    sheet.our_interest, sheet.fairness, sheet.risks = "A reference", "Market price", "Delivery is tight"
    sheet.assessed_by, sheet.assessed_at, sheet.assessed_digest = by, clock.now(), sheet.digest
    sheet.save()
    return sheet


def follow_up(record, by, **fields):
    """A follow-up without problems."""
    contact = record.customer.contacts.first() or make_contact(record.customer)
    values = {"contact": contact, "progress_reported": "Contract in draft", "decision_state": "Board on Friday"}
    return FollowUp.objects.create(opportunity=record, by=by, **{**values, **fields})


EVIDENCE = {
    "research": research,
    "screening": screen,
    "first_contact": meet,
    "needs": learn_needs,
    "negotiation": agree_terms,
    "follow_up": follow_up,
}


def state_of(record, name):
    """Whether one requirement of the forward step is met, and what it says is missing."""
    record = Opportunity.objects.get(pk=record.pk)
    step = record.forward_step()
    item = next(i for i in record.checklist(step) if i.name == name)
    return item.met, [str(d) for d in item.details]
