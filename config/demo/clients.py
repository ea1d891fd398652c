"""The customers with their contacts, each entered some days before its first opportunity; pool, retirement, leavers."""

from __future__ import annotations

from functools import partial
from typing import Any

from config.demo.company import START, phone_of
from config.demo.reading import mainland_number, number, pick, read, taiwan_number
from config.demo.world import World, chance, save
from customers.models import Contact, Customer
from kernel import clock
from kernel.advance import advance, begin

LANGUAGES = {"TW": "zh-hant", "CN": "zh-hans"}
CURRENCIES = {"TW": "TWD", "CN": "CNY"}
SOURCES = {
    "zh-hant": ("展會", "客戶推薦", "網站詢問", "公會名錄"),
    "zh-hans": ("展会", "客户推荐", "网站询问"),
    "en": ("Exhibition", "Referral", "Website"),
}
EARLIEST = START - 1  # working days ago
PAPERS = ("A-1", "A-2", "A-3", "B-1", "B-2", "C-1")


def rows() -> dict[str, dict[str, Any]]:
    """Every customer of the data by key, with its owner and region."""
    found = {}
    for mailbox, regions in read("customers").items():
        for kind, by_region in regions.items():
            for region, block in by_region.items():
                for row in block["customers"]:
                    found[row["key"]] = {**row, "owner": f"{mailbox}.{kind}", "region": region}
    return found


def language_of(row: dict[str, Any]) -> str:
    """The language that one speaks with this customer."""
    return LANGUAGES.get(row["region"], "en")


def currency_of(row: dict[str, Any]) -> str:
    """The currency in which one quotes this customer."""
    return CURRENCIES.get(row["region"], "USD")


def plan_customers(world: World, first_deals: dict[str, int]) -> None:
    """Plan each customer's entry; `first_deals` says how many working days ago the first opportunity began."""
    for key, row in rows().items():
        before = first_deals.get(key, 40 + number(key, 50)) + 1 + number(key, 4)
        owner = world[row["owner"]]
        plan = world.plan(f"customer:{key}", ago=min(before, EARLIEST))
        plan.add(0, owner, partial(_enter, world, row, owner))
    _plan_turns(world)


def _enter(world: World, row: dict[str, Any], owner: Any) -> None:
    region, language = row["region"], language_of(row)
    web = f"https://www.{row['web']}.example" if row["web"] else ""
    customer = Customer(
        name=row["name"], short_name=row["short"], region=region, registration_number=_registration(row),
        industry=row["industry"], segment=world.segments[row["segment"]], grade=row["grade"],
        address=row["address"], ship_address=row["address"], website=web, phone=phone_of(region, row["key"]),
        source=pick(SOURCES[language], row["key"]), owner=owner, created_at=clock.now(),
        paper_location=pick(PAPERS, row["key"]), is_key=row.get("key_customer", False),
    )  # fmt: skip
    begin(customer, by=owner)
    if customer.is_key or chance(f"helps:{row['key']}", 30):
        customer.collaborators.add(world[pick(("wu.service", "liu.service"), row["key"])])
    for place, (name, title, mailbox) in enumerate(row["contacts"]):
        save(
            Contact(
                customer=customer, name=name, title=title, is_primary=not place, phone=phone_of(region, mailbox + name),
                email=f"{mailbox}@{row['web'] or row['key']}.example", wechat=mailbox if region == "CN" else "",
            )
        )  # fmt: skip
    world.customers[row["key"]] = customer


def _registration(row: dict[str, Any]) -> str:
    if row["region"] == "TW":
        return taiwan_number(row["serial"])
    if row["region"] == "CN":
        return mainland_number(row["area"], row["serial"])
    return f"{row['serial'] * 4_967 % 100_000_000:08d}" if row["serial"] else ""


def _plan_turns(world: World) -> None:
    """A customer given to the pool, one retired, one claimed from the pool, and a contact who left."""
    hsu, huang = world["hsu.sales"], world["huang.sales"]
    for key, by, step, ago, why in (
        ("qingdaohaiyi", hsu, "pool", 22, "本年度无设备预算，转入公海待认领。"),
        ("dongguanlixin", hsu, "retire", 17, "厂房已关停，工商登记注销。"),
        ("kingsway", hsu, "pool", 24, "贸易商客户，本季无暇跟进，转入公海。"),
        ("kingsway", huang, "claim", 19, "They now ask for their own incoming inspection."),
    ):
        plan = world.plan(f"turn:{key}:{step}", ago=ago)
        plan.add(0, by, partial(_take, world, key, step, by, why))
    lin = world["lin.sales"]
    world.plan("leaver", ago=15).add(0, lin, partial(_leave, world, "ruida"))


def _take(world: World, key: str, step: str, by: Any, why: str) -> None:
    advance(world.customers[key], step, by=by, comment=why)


def _leave(world: World, key: str) -> None:
    contact = world.customers[key].contacts.order_by("pk").last()
    contact.left_on, contact.left_reason = clock.today(), "轉任同集團其他公司，業務由生產副理接手。"
    save(contact)
