"""The evidence of each stage that an opportunity has left, and 40,000 interactions."""

from datetime import timedelta
from decimal import Decimal

from benchmarks.seed import World, insert
from customers.models import (
    Demonstration,
    FollowUp,
    Interaction,
    Need,
    Proposal,
    Question,
    Scorecard,
    TermSheet,
    TermSheetLine,
)
from customers.models.scorecards import CRITERIA
from documents.models import Document
from kernel import clock
from kernel.models import NumberSeries
from kernel.settings import setting

YEAR, BUSY = 2025, 60  # interactions of the busy customer
TALK = {
    "introduced": True,
    "willingness": "願意進一步了解",
    "needs_concerns": "潔淨室等級與交期",
    "next_step": "寄送方案",
}


def fill(world: World) -> None:
    """Insert stage by stage; an opportunity that came to stage n has the evidence of the stages before."""
    by = world.manager
    at_least = {n: [o for o in world.opportunities if o.reached >= n] for n in range(6)}
    insert([_scorecard(world, o) for o in at_least[2]], by)
    insert([_interaction(world, n) for n in range(world.volume.interactions)], by)
    insert(
        [
            Need(
                opportunity=o,
                needs="搬運晶圓",
                pain_points="速度不足",
                expected_solution="雙手臂",
                by=o.owner,
                at=o.state_at,
            )
            for o in at_least[4]
        ],
        by,
    )
    documents = insert([_document(o, n) for n, o in enumerate(at_least[4])], by)
    NumberSeries.objects.create(key="proposal", year=YEAR, next=len(documents) + 1)
    insert([_proposal(world, o, d) for o, d in zip(at_least[4], documents, strict=True)], by)
    insert(
        [
            Demonstration(opportunity=o, held_at=o.state_at, presenter=o.owner, notes="順利", by=o.owner, at=o.state_at)
            for o in at_least[4]
        ],
        by,
    )
    insert([_question(o) for o in at_least[4]], by)
    sheets = insert([_sheet(o) for o in at_least[5]], by)
    insert([_line(world, s, n) for s in sheets for n in (1, 2)], by)
    insert([_follow_up(world, o) for o in at_least[5]], by)


def _scorecard(world: World, record: object) -> Scorecard:
    scores = {name: world.random.randint(3, 5) for name in CRITERIA}
    reasons = {f"{name}_reason": "依實地拜訪所見" for name in CRITERIA}
    weights = {f"weight_{name}": setting(f"customers.weight_{name}") for name in CRITERIA}
    return Scorecard(
        opportunity=record,
        by=record.owner,
        at=record.state_at,
        pass_mark=setting("customers.pass_mark"),
        **scores,
        **reasons,
        **weights,
    )


def _interaction(world: World, number: int) -> Interaction:
    record = world.opportunities[number % 12] if number < BUSY else world.random.choice(world.opportunities)
    at = clock.now() - timedelta(hours=world.random.randint(1, 9_000))
    return Interaction(
        customer_id=record.customer_id,
        opportunity=record if record.reached >= 2 else None,
        contact=world.contacts[record.customer_id],
        channel=world.random.choice(("phone", "email", "visit")),
        at=at,
        created_at=at,
        by=record.owner,
        summary="說明產品規格與交期，客戶詢問保固",
        next_on=(at + timedelta(7)).date(),
        **TALK,
    )


def _document(record: object, number: int) -> Document:
    return Document(
        number=f"FA-{YEAR}-{number + 1:05d}",
        kind="proposal",
        title=f"{record.name}方案",
        model="customers.opportunity",
        row=record.pk,
        file=record.customer_id,
        by=record.owner,
        registered_at=record.state_at,
    )


def _proposal(world: World, record: object, document: Document) -> Proposal:
    return Proposal(
        opportunity=record,
        title=document.title,
        summary="雙手臂方案",
        document=document,
        sent_on=record.state_at.date(),
        sent_to=world.contacts[record.customer_id],
        by=record.owner,
        at=record.state_at,
    )


def _question(record: object) -> Question:
    at = record.state_at
    return Question(
        opportunity=record,
        text="每小時搬運幾片？",
        raised_at=at,
        answer="四百八十片",
        answered_by=record.owner,
        answered_at=at,
        accepted_at=at,
        by=record.owner,
    )


def _sheet(record: object) -> TermSheet:
    return TermSheet(
        opportunity=record,
        form_of_cooperation="買賣",
        price_terms="固定價",
        payment_terms="三成訂金、六成交貨、一成驗收",
        delivery_terms="DDP",
        after_sales="保固二年",
        currency=record.currency,
        intention="yes",
        our_interest="指標客戶",
        fairness="依市價",
        risks="交期緊",
        assessed_by=record.owner,
        assessed_at=record.state_at,
    )


def _line(world: World, sheet: TermSheet, position: int) -> TermSheetLine:
    return TermSheetLine(
        sheet=sheet,
        position=position,
        product=world.products[position],
        description="晶圓傳送手臂",
        specification="Class 1 潔淨室",
        quantity=Decimal(world.random.randint(1, 30)),
        unit="台",
        unit_price=Decimal(1_000),
        unit_cost=Decimal(600),
    )


def _follow_up(world: World, record: object) -> FollowUp:
    return FollowUp(
        opportunity=record,
        contact=world.contacts[record.customer_id],
        at=record.state_at,
        created_at=record.state_at,
        by=record.owner,
        progress_reported="合約擬稿中",
        decision_state="週五董事會",
    )
