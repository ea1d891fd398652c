"""The staff, the products with prices, the segments with their market insights, the company."""

from datetime import timedelta
from decimal import Decimal

from benchmarks.seed import World, insert
from catalog.models import Price, Product
from customers.models import MarketInsight, Segment
from kernel import clock
from organization.models import Company, Department, User
from organization.services import put_in_office

STAFF = {"director": 1, "legal": 2, "custodian": 2, "customer_service": 4, "finance": 1, "administrator": 1, "hr": 1}
FAMILIES, GIVEN = (
    "林陳黃張李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐",
    ("怡君", "志明", "雅婷", "俊傑", "淑芬", "冠宇", "佳穎", "建宏", "美玲", "承恩"),
)
SEGMENTS = (
    "半導體設備",
    "面板",
    "太陽能",
    "電池",
    "汽車零件",
    "食品機械",
    "醫療器材",
    "航太",
    "紡織",
    "物流自動化",
    "精密模具",
    "印刷電路板",
)
INSIGHTS = 25  # per segment and kind


def fill(world: World) -> None:
    """People by role; the manager is in office."""
    Company.objects.create(
        name="恆岳精機股份有限公司",
        registration_number="24566673",
        address="新竹市東區力行六路 8 號",
        bank_name="臺灣銀行",
        bank_account="012-345-678901",
    )
    department = Department.objects.create(code="sales", name="業務部")
    boss = _person(world, "manager", department)
    put_in_office(user=boss)
    world.people["sales_manager"] = [boss]
    for role, count in {**STAFF, "salesperson": world.volume.salespeople}.items():
        world.people[role] = [_person(world, f"{role}{n}", department, role, boss=boss) for n in range(count)]
    world.products = [
        Product.objects.create(code=f"ARM-{n:03d}", name=f"晶圓傳送手臂 {n} 型", unit="台") for n in range(60)
    ]
    Price.objects.bulk_create(
        Price(
            product=p,
            currency=c,
            effective_on=clock.today() - timedelta(400),
            list_price=Decimal(1000 + n * 70),
            cost=Decimal(600 + n * 40),
        )
        for n, p in enumerate(world.products)
        for c in ("TWD", "CNY", "USD")
    )
    world.segments = [Segment.objects.create(name=name) for name in SEGMENTS]
    insert(
        [_insight(world, s, kind, n) for s in world.segments for kind in MarketInsight.Kind for n in range(INSIGHTS)],
        boss,
    )


def _person(world: World, key: str, department: Department, *roles: str, **fields: object) -> User:
    name = world.random.choice(FAMILIES) + world.random.choice(GIVEN)
    return User.objects.create_user(f"{key}@bench.example", name, None, roles=roles, department=department, **fields)


def _insight(world: World, segment: Segment, kind: str, number: int) -> MarketInsight:
    by = world.random.choice(world.people["salesperson"])
    seen = {
        "target_segment": "月產能三萬片以上的晶圓廠",
        "opportunity_seen": "舊線更換手臂",
        "analysed_by": by,
        "analysed_at": clock.now(),
    }
    return MarketInsight(
        segment=segment,
        channel="report",
        kind=kind,
        source="產業月報",
        observed_on=clock.today() - timedelta(number * 9),
        by=by,
        content=f"{segment.name}今年擴產，設備支出較去年成長 {number} 成，交期拉長",
        at=clock.now() - timedelta(number * 9),
        **(seen if number % 2 else {}),
    )
