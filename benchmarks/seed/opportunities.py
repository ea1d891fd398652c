"""20,000 opportunities in every stage, each walked along its legal path on dates of its own."""

from datetime import timedelta
from decimal import Decimal

from benchmarks.seed import World
from customers.models import Opportunity
from kernel import clock
from kernel.importing import Old, Walked, import_history
from kernel.models import NumberSeries

STAGES = list(Opportunity.PATH)
# of a hundred opportunities, how many stand where
SHARES = {
    "research": 10,
    "screening": 8,
    "first_contact": 12,
    "needs": 10,
    "negotiation": 8,
    "follow_up": 6,
    "won": 26,
    "lost": 20,
}
STATES = [state for state, share in SHARES.items() for _n in range(share)]
YEAR, BUSY = 2025, 12  # opportunities of the busy customer


def fill(world: World) -> None:
    """Two thirds of the customers have some; the first customer has many."""
    olds = [_old(world, n) for n in range(world.volume.opportunities)]
    world.opportunities = import_history(olds, by=world.manager)
    for record, old in zip(world.opportunities, olds, strict=True):
        record.reached = old.reached  # the stage it came to, for its evidence
        record.stands = old.path[-1].state if old.path else "research"
    NumberSeries.objects.create(key="opportunity", year=YEAR, next=world.volume.opportunities + 1)
    helpers = Opportunity.collaborators.through
    helpers.objects.bulk_create(
        helpers(opportunity_id=o.pk, user_id=world.random.choice(world.people["salesperson"]).pk)
        for o in world.opportunities[::20]
    )


def _old(world: World, number: int) -> Old:
    customer = (
        world.customers[0]
        if number < BUSY
        else world.customers[int(len(world.customers) * world.random.random() ** 1.6)]
    )
    owner = customer.owner or world.random.choice(world.people["salesperson"])
    state = STATES[number % len(STATES)] if number >= BUSY else STATES[number * 9 % len(STATES)]
    last = (
        world.random.randrange(len(STAGES))
        if state == "lost"
        else len(STAGES) - 1
        if state == "won"
        else STAGES.index(state)
    )
    opened = clock.now() - timedelta(world.random.randint(2, 60) if state in STAGES else world.random.randint(60, 700))
    path = _path(opened, state, last, owner)
    record = Opportunity(
        number=f"OP-{YEAR}-{number + 1:05d}",
        customer=customer,
        name=f"晶圓傳送手臂 {number % 40 + 2} 台",
        owner=owner,
        segment=customer.segment,
        expected_value=Decimal(world.random.randint(80, 9_000) * 1_000),
        currency=world.random.choice(("TWD", "TWD", "CNY", "USD")),
        expected_close_on=(opened + timedelta(120)).date(),
        product=world.random.choice(world.products),
        source="inquiry",
        opened_on=opened.date(),
        state_at=opened,
        lost_from=STAGES[last] if state == "lost" else "",
        lost_reason="price" if state == "lost" else "",
        closed_on=path[-1].at.date() if state in ("won", "lost") else None,
        follower=owner if last == len(STAGES) - 1 else None,
        **_screening(owner, opened, last),
    )
    old = Old(record, path)
    old.reached = last
    return old


def _path(opened: object, state: str, last: int, owner: object) -> list[Walked]:
    states = [*STAGES[1 : last + 1], *([state] if state in ("won", "lost") else [])]
    step = (clock.now() - opened) / (len(states) + 1)
    return [Walked(s, opened + step * (n + 1), owner) for n, s in enumerate(states)]


def _screening(owner: object, opened: object, last: int) -> dict[str, object]:
    if last < STAGES.index("first_contact"):
        return {}
    return {
        "screening": "ordinary",
        "screening_reason": "產線與我方產品相合",
        "screened_by": owner,
        "screened_at": opened,
    }
