"""The whole story: everything is planned, laid on the calendar and played day by day under the moving clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from aftersales.improving import count_effects
from aftersales.reminding import remind_stalled
from config.demo import (
    clients,
    collecting,
    company,
    files,
    forms_of_contract,
    goods,
    imports,
    improving,
    market,
    seals,
    service,
    shelf,
    stages,
    supplying,
    surveying,
)
from config.demo.plan import Days, Event
from config.demo.world import World, acting, history_of_its_time, save
from contracts import reminders
from contracts.models import Contract, ContractLine
from contracts.services import draft_from_main, recalculate
from customers.duplicates import compare
from customers.models import Customer
from customers.reviews import schedule_reviews
from customers.services import schedule_missing_follow_ups
from kernel import audit, checking, clock, feeds, jobs, settings
from kernel.models import Letter, Notice
from orders import purchasing

MORNING = time(8, 30)
MAIN, ADDED = "dongli:電池殼體量測儀", "PR-0050"
TURNED = {"kingsway": 26, "qingdaohaiyi": 60, "dongguanlixin": 75}  # entered at least so many working days ago


def tell() -> World:
    """Play the whole story, all or nothing; then the audit chain is sealed. Returns what was made."""
    world = World(Days(clock.today()))
    first = _at(world.days.ago(company.START), time(8, 0))
    with transaction.atomic(), history_of_its_time():
        with clock.at(first):
            company.found(world)
            with acting(world["chou.manager"]):
                seals.make_seals(world)
                market.research(world)
        _plan(world)
        _play(world)
        _put_mail_away(clock.now() - timedelta(days=1))
    while audit.seal():
        pass
    checking.check()  # what an administrator finds on the page of the audit trail
    feeds.new_link(world["chen.sales"])
    return world


def _plan(world: World) -> None:
    forms_of_contract.plan_templates(world)
    shelf.plan_library(world)
    shelf.plan_loans(world)
    first_deals = dict(TURNED)
    for deal in stages.deals(world):
        key = deal.row["customer"]
        first_deals[key] = max(first_deals.get(key, 0), deal.plan.start)
    clients.plan_customers(world, first_deals)
    supplying.plan_supply(world)
    files.plan_files(world)
    service.plan_feedback(world)
    improving.plan_measures(world)
    surveying.plan_surveys(world)
    imports.plan_imports(world)
    goods.plan_goods(world)
    by = world["chen.sales"]
    offered = world.plan("quotations", ago=3)
    for gap, step in enumerate((collecting.quote, collecting.send_quotations, collecting.answer_quotation)):
        offered.add(min(gap, 1), by, partial(step, by))
    world.plan("supplement", ago=1).add(0, by, partial(_draft_supplement, world, by))


def _play(world: World) -> None:
    """Each working day in turn: the jobs of the night before, then what people did."""
    now = clock.now()
    events = [e for plan in world.plans for e in plan.events(world.days) if e.at < now]
    events.sort(key=lambda e: (e.at, e.order))
    by_day = {day: list(found) for day, found in groupby(events, key=lambda e: clock.local(e.at).date())}
    for ago in range(company.START, -1, -1):
        day = world.days.ago(ago)
        morning = _at(day, MORNING)
        if morning < now:
            with clock.at(morning):
                _run_jobs()
        for event in by_day.get(day, ()):
            _do(event)
    _run_jobs()
    for customer in Customer.objects.order_by("pk"):
        compare(customer)


def _do(event: Event) -> None:
    with clock.at(event.at), acting(event.by):
        event.do()


def _run_jobs() -> None:
    """What the beat schedule does in a day; mail is not sent, see `_put_mail_away`."""
    settings.forget()
    schedule_missing_follow_ups()
    schedule_reviews()
    jobs.remind_due()
    jobs.escalate_overdue()
    reminders.remind_expiries()
    purchasing.warn_of_late()
    purchasing.remind_qualifications()
    count_effects()
    remind_stalled()
    surveying.run_jobs()


def _put_mail_away(before: datetime) -> None:
    """Notices of the story were read and mailed long ago: nothing older than a day goes out now."""
    for notice in Notice.objects.filter(mailed_at=None, at__lt=before):
        notice.mailed_at = notice.claimed_at = notice.at
        notice.read_at = notice.at + timedelta(hours=1)
        notice.tries = 1
        notice.save(update_fields=["mailed_at", "claimed_at", "read_at", "tries"])
    for letter in Letter.objects.filter(mailed_at=None, at__lt=before):
        letter.mailed_at = letter.claimed_at = letter.at
        letter.save(update_fields=["mailed_at", "claimed_at"])


def _draft_supplement(world: World, by: Any) -> None:
    """The customer of a concluded contract orders something more."""
    main = Contract.objects.get(pk=world.contracts[MAIN])
    title = "增購掃描測頭補充協議"
    contract = draft_from_main(main=main, relation=Contract.Relation.SUPPLEMENTARY, by=by, title=title)
    product = world.products[ADDED]
    save(
        ContractLine(
            contract=contract, product=product, description=product.name, specification=product.specification,
            quantity=2, unit=product.unit, unit_price=product.price_on("TWD").list_price, tax_rate=contract.tax_rate,
        )
    )  # fmt: skip
    recalculate(contract, by=by)


def _at(day: Any, moment: time) -> datetime:
    return datetime.combine(day, moment, timezone.get_default_timezone())
