"""The company itself: its data and logo, departments, people in their roles, products with prices, exchange rates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from PIL import Image, ImageDraw

from catalog.models import ExchangeRate, Price, Product
from config.demo.reading import DOMAIN, PASSWORD, number, read, taiwan_number
from config.demo.world import World, acting, save
from kernel import settings
from organization.models import Company, Department, User
from organization.services import put_in_office

STEPS = {"TWD": 1000, "CNY": 100, "USD": 10}
START, MIDDLE = 108, 54  # working days ago: when the story begins, and when prices and rates changed


def found(world: World) -> None:
    """Make the company, its people, products and rates; on the first day of the story."""
    facts = dict(read("people")["company"])
    company = Company(registration_number=taiwan_number(facts.pop("serial")), logo=draw_logo(), **facts)
    _people(world)
    settings.forget()
    with acting(world["tang.admin"]):
        company.save()
        _products(world)


def _people(world: World) -> None:
    data = read("people")
    departments = {d["code"]: Department.objects.create(code=d["code"], name=d["name"]) for d in data["departments"]}
    password = make_password(PASSWORD)
    for row in data["people"]:
        world.people[row["key"]] = _person(world, row, departments[row["department"]], password)
    for row in data["departments"]:
        departments[row["code"]].head = world[row["head"]]
        departments[row["code"]].save()
    put_in_office(user=world["chou.manager"], since=date(2019, 1, 2))
    for user in world.people.values():
        user.__dict__.pop("roles", None)


def _person(world: World, row: dict[str, Any], department: Department, password: str) -> User:
    user = User(
        email=f"{row['key']}@{DOMAIN}",
        name=row["name"],
        title=row["title"],
        employee_no=f"H{len(world.people) + 1:03d}",
        phone=f"+886-4-2358-6600 #{101 + len(world.people)}",
        department=department,
        boss=world.people.get(row.get("boss", "")),
        joined_on=row["joined"],
        language=row.get("language", "zh-hant"),
        password=password,
        is_demo=True,
    )
    user.save()
    user.set_roles(tuple(row["roles"]))
    return user


def _products(world: World) -> None:
    data = read("products")
    rise = 1 + Decimal(data["rise"]["percent"]) / 100
    first, middle = world.days.ago(START + 40), world.days.ago(MIDDLE)
    for row in data["products"]:
        product = Product(
            is_service=row.get("service", False),
            is_discontinued=row.get("discontinued", False),
            **{name: row[name] for name in ("code", "name", "name_en", "specification", "unit", "category")},
        )
        world.products[row["code"]] = save(product)
        prices = list(_prices(product, row, first, Decimal(1), data["factors"]))
        if row["category"] in data["rise"]["categories"]:
            prices += _prices(product, row, middle, rise, data["factors"])
        Price.objects.bulk_create(prices)
    rates = [
        ExchangeRate(currency=currency, effective_on=day, rate=rate)
        for currency, values in data["rates"].items()
        for day, rate in zip((first, middle), values, strict=True)
    ]
    ExchangeRate.objects.bulk_create(rates)


def _prices(product: Product, row: dict[str, Any], day: Any, rise: Decimal, factors: dict[str, str]) -> Iterator[Price]:
    for currency, factor in {"TWD": "1", **factors}.items():
        step = STEPS[currency]
        list_price, cost = (round(row[name] * rise * Decimal(factor) / step) * step for name in ("list", "cost"))
        yield Price(product=product, currency=currency, effective_on=day, list_price=list_price, cost=cost)


def draw_logo() -> bytes:
    """The company's mark as PNG: a peak over a graduated line."""
    side = 480
    image = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(image)
    ink, light = (31, 78, 95), (176, 58, 46)
    pen.polygon([(40, 340), (190, 90), (270, 220), (310, 160), (440, 340)], fill=ink)
    pen.polygon([(190, 90), (232, 158), (190, 196), (152, 154)], fill="white")
    for tick in range(11):
        length = 50 if tick % 5 == 0 else 28
        pen.rectangle((40 + tick * 39, 370, 48 + tick * 39, 370 + length), fill=light)
    out = io.BytesIO()
    image.resize((side // 3, side // 3), Image.Resampling.LANCZOS).quantize(12).save(out, "PNG", optimize=True)
    return out.getvalue()


def phone_of(region: str, key: str) -> str:
    """An invented telephone number, in each region's own form."""
    digits = f"{number(key, 10_000_000):07d}"
    forms = {
        "TW": f"+886-9{digits[0]}{digits[1]}-{digits[1:4]}-{digits[4:]}",
        "CN": f"+86-13{digits[0]}-{digits[:4]}-{digits[3:]}",
        "HK": f"+852-{digits[:4]}-0{digits[4:]}",
    }
    return forms.get(region, f"+00-{digits[:3]}-{digits[3:]}")
