"""What the kernel keeps beside the records: promises, notices, exceptions that wait for the manager."""

from datetime import timedelta

from benchmarks.seed import World, insert
from kernel import clock
from kernel.models import Agreement, Notice, Promise

NOTICES, UNREAD, WAITING = 200, 15, 60
OPEN_STAGES = ("research", "screening", "first_contact", "needs", "negotiation", "follow_up")


def fill(world: World) -> None:
    """A stage budget per open record, a kept one per closed; each person's notices; exceptions asked for."""
    now = clock.now()
    promises = [_stage(o, o.stands, o.owner, now) for o in world.opportunities if o.stands in OPEN_STAGES]
    promises += [
        _stage(o, o.stands, o.owner, now, kind="follow_up") for o in world.opportunities if o.stands == "follow_up"
    ]
    promises += [_kept(o, now) for o in world.opportunities if o.stands not in OPEN_STAGES]
    holders = {
        "manager_review": "contracts.review_contract",
        "legal_review": "contracts.legal_review_contract",
        "signed": "contracts.archive_contract",
    }
    fresh = type(world.contracts[0]).objects.in_bulk()
    waiting = (c for c in fresh.values() if c.state in (*holders, "revising", "ready_to_sign"))
    promises += [_stage(c, c.state, c.drafted_by, now, permission=holders.get(c.state, "")) for c in waiting]
    insert(promises, None)
    people = [p for group in world.people.values() for p in group]
    insert([_notice(world, p, n, now) for p in people for n in range(NOTICES)], None)
    insert([_agreement(o, n, now) for n, o in enumerate(world.opportunities[:WAITING])], world.manager)


def _stage(record: object, what: str, owner: object, now: object, kind: str = "stage", permission: str = "") -> Promise:
    due = now + timedelta(hours=record.pk % 160 - 30)
    return Promise(
        kind=kind,
        clause="1.3.2",
        model=record.label_of(),
        row=record.pk,
        file=record.customer_id,
        title=str(record)[:200],
        what=what,
        url=f"/{record._meta.model_name}/{record.pk}/",
        owed_by=None if permission else owner,
        permission=permission,
        made_at=now - timedelta(3),
        due_at=due,
        remind_at=due,
        escalate_at=due,
    )


def _kept(record: object, now: object) -> Promise:
    promise = _stage(record, "follow_up", record.owner, now)
    promise.state, promise.due_at, promise.ended_at = Promise.State.KEPT, now - timedelta(20), now - timedelta(22)
    return promise


def _notice(world: World, person: object, number: int, now: object) -> Notice:
    record = world.opportunities[(person.pk * 31 + number) % len(world.opportunities)]
    at = now - timedelta(hours=(NOTICES - number) * 5)
    return Notice(
        to=person,
        kind="decide",
        params={"title": str(record)},
        model=record.label_of(),
        row=record.pk,
        url="/approvals/",
        effect=f"bench:{person.pk}:{number}",
        at=at,
        read_at=None if number >= NOTICES - UNREAD else at,
        mailed_at=at,
    )


def _agreement(record: object, number: int, now: object) -> Agreement:
    return Agreement(
        clause="3.1.5c",
        model=record.label_of(),
        row=record.pk,
        file=record.customer_id,
        title=f"低於毛利底線：{record}"[:200],
        subject="margin=12.50;sheet=bench",
        reason="策略客戶",
        asked_by=record.owner,
        asked_at=now - timedelta(hours=number),
        state_at=now - timedelta(hours=number),
    )
