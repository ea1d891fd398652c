"""Market research: the segments, and in each half of the story what was learned of them and what it means."""

from __future__ import annotations

from functools import partial
from typing import Any

from config.demo.company import MIDDLE, START
from config.demo.plan import Plan
from config.demo.reading import number, read
from config.demo.world import World, save
from customers.models import MarketInsight, Segment
from kernel import clock

ROUNDS = (START - 1, MIDDLE + 2)  # working days ago
SELLERS = ("lin.sales", "chen.sales", "hsu.sales", "huang.sales")


def research(world: World) -> None:
    """Make the segments now and plan both rounds of insights."""
    for place, row in enumerate(read("segments")["segments"]):
        world.segments[row["key"]] = save(Segment(name=row["name"], description=row["description"]))
        for turn, (facts, start) in enumerate(zip(row["rounds"], ROUNDS, strict=True)):
            plan = Plan(f"market:{row['key']}:{turn}", ago=start - 5)
            _plan_round(world, plan, row["key"], facts, SELLERS[(place + turn) % len(SELLERS)])
            world.plans.append(plan)


def _plan_round(world: World, plan: Plan, segment: str, facts: dict[str, Any], seller: str) -> None:
    for gap, kind in ((0, "industry"), (1, "competitor"), (1, "demand")):
        by = world["wu.service"] if kind == "demand" and number(plan.name, 3) == 0 else world[seller]
        plan.add(gap, by, partial(_learn, world, segment, kind, facts[kind], by))
    analyst = world["chou.manager"] if number(plan.name, 2) else world[seller]
    plan.add(1, analyst, partial(_analyse, world, segment, facts, analyst))


def _learn(world: World, segment: str, kind: str, fact: list[str], by: Any) -> None:
    channel, source, content, *rest = fact
    competitor = rest[0] if rest else ""
    names = {"channel": channel, "source": source, "content": content, "competitor": competitor}
    save(MarketInsight(segment=world.segments[segment], kind=kind, observed_on=clock.today(), by=by, **names))


def _analyse(world: World, segment: str, facts: dict[str, Any], by: Any) -> None:
    """Write down what the latest demand means: for whom, and which opportunity it opens. Clause 3.1.1b."""
    insight = MarketInsight.objects.filter(segment=world.segments[segment], kind="demand").latest("pk")
    insight.target_segment, insight.opportunity_seen = facts["target"], facts["chance"]
    insight.analysed_by, insight.analysed_at = by, clock.now()
    save(insight)
