"""All customers through the import's door, each with its contacts; the first is a busy one."""

from datetime import timedelta
from typing import Any

from benchmarks.seed import World, insert
from customers.models import Contact, Customer, CustomerProfile
from kernel import clock
from kernel.importing import Old, Walked, import_history
from kernel.models import NumberSeries

FIRST, SECOND = "鴻宏精聯台華新永大正光明泰興隆昌盛豐遠達", "洲業科展信義和平安康群創力奇美元亨利貞東南西北"
TRADES = ("自動化", "半導體", "光電", "精密", "電子", "機械", "材料", "能源", "生技", "電機", "科技", "模具", "儀器", "航太", "車業", "包裝",
          "紡織", "食品", "化工", "鋼鐵", "塑膠", "陶瓷", "印刷", "醫材", "物流", "資訊", "通訊", "照明", "家電", "橡膠", "玻璃", "水泥",
          "造紙", "製藥", "農機", "船舶", "工具", "五金", "感測", "雷射", "真空", "水務", "環保", "建材")  # fmt: skip
PLACES = ("", "台北", "新竹", "台中", "高雄", "蘇州", "東莞")
NAMES = ("邱志鴻", "何佩珊", "沈文彬", "葉書豪", "蘇郁婷", "江柏翰")
YEAR = 2025
IN_POOL = 40  # one of so many is in the public pool


def fill(world: World) -> None:
    """Customers with numbers, keys, owners; one or two contacts each; a profile for each third."""
    olds = [_old(world, n) for n in range(world.volume.customers)]
    world.customers = import_history(olds, by=world.manager)
    NumberSeries.objects.create(key="customer", year=YEAR, next=world.volume.customers + 1)
    contacts = [_contact(world, c, n) for i, c in enumerate(world.customers) for n in range(1 + i % 2)]
    insert(contacts, world.manager)
    for contact in contacts:
        world.contacts.setdefault(contact.customer_id, contact)
    profiles = [_profile(c) for c in world.customers[::3]]
    insert(profiles, world.manager)
    helpers = Customer.collaborators.through
    helpers.objects.bulk_create(
        helpers(customer_id=c.pk, user_id=world.random.choice(world.people["salesperson"]).pk)
        for c in world.customers[::25]
    )


def company_name(number: int) -> str:
    """A name of its own for each number."""
    rest, trade = divmod(number, len(TRADES))
    rest, second = divmod(rest, len(SECOND))
    place, first = divmod(rest, len(FIRST))
    return f"{PLACES[place]}{FIRST[first]}{SECOND[second]}{TRADES[trade]}股份有限公司"


def _owner(world: World, number: int) -> Any:
    """One after the other, or for so many of a hundred the first: the salesperson with the very large book."""
    people = world.people["salesperson"]
    return people[0] if number % 100 < world.volume.largest_book else people[number % len(people)]


def _old(world: World, number: int) -> Old:
    owner = _owner(world, number)
    pooled = number % IN_POOL == IN_POOL - 1
    since = clock.now() - timedelta(world.random.randint(30, 900))
    customer = Customer(
        number=f"KH-{YEAR}-{number + 1:05d}",
        name=company_name(number),
        region=world.random.choice(("TW", "TW", "TW", "CN", "other")),
        industry=TRADES[number % len(TRADES)],
        segment=world.random.choice(world.segments),
        grade=world.random.choice(("A", "B", "C", "C", "key")),
        address=f"新竹縣竹北市台元街 {number % 300 + 1} 號",
        phone=f"03-{5_500_000 + number}",
        source="展會",
        owner=None if pooled else owner,
        imported=True,
        created_at=since,
    )
    customer.short_name = customer.name[:4]
    customer.fill_keys()
    return Old(customer, [Walked(Customer.State.POOLED, since, owner)] if pooled else [])


def _contact(world: World, customer: Customer, number: int) -> Contact:
    return Contact(
        customer=customer,
        name=world.random.choice(NAMES),
        title=("設備處長", "採購經理")[number],
        phone=f"0912-{customer.pk:06d}",
        email=f"contact{number}@c{customer.pk}.example",
        is_primary=number == 0,
    )


def _profile(customer: Customer) -> CustomerProfile:
    return CustomerProfile(
        customer=customer,
        basic_facts="員工二百人，年營業額十二億",
        business_scope="晶圓搬運與檢測設備",
        operating_condition="近三年獲利",
        decision_process="設備處提案，總經理核定",
        decision_tbc=False,
    )
