"""How the customer files are kept: a company entered twice and merged, a pair still open, changed needs, reviews, a saved view."""

from __future__ import annotations

from functools import partial
from typing import Any

from config.demo.reading import taiwan_number
from config.demo.world import World
from customers import duplicates, merging
from customers.models import Customer, Interaction, SavedView
from customers.services import log_interaction
from kernel import clock
from kernel.advance import begin
from kernel.models import Setting

REVIEW_DAYS = 128
BRANCH = ("瑞達連接器桃園廠有限公司", "桃園市蘆竹區南崁路一段 83 號", 1901)
TWICE = ("泰宏五金實業有限公司", "彰化縣鹿港鎮鹿工路 21 號", 1902)


def plan_files(world: World) -> None:
    """Plan the acts; the company reviews its files a little more often than we propose."""
    lin, chen, chou = world["lin.sales"], world["chen.sales"], world["chou.manager"]
    Setting.objects.create(key="customers.review_days", value=str(REVIEW_DAYS), by=chou)
    world.plan("files:branch", ago=12).add(0, lin, partial(_enter, *BRANCH, lin))
    world.plan("files:twice", ago=9).add(0, chen, partial(_enter, *TWICE, chen))
    world.plan("files:merge", ago=1).add(0, chen, partial(_merge, world, chen))
    world.plan("files:need", ago=3).add(0, chen, partial(_need, world, chen))
    world.plan("files:view", ago=5).add(0, chou, partial(_view, chou))


def _enter(name: str, address: str, serial: int, by: Any) -> None:
    facts = {"name": name, "address": address, "region": "TW", "registration_number": taiwan_number(serial)}
    customer = begin(Customer(**facts, owner=by, created_at=clock.now()), by=by)
    duplicates.compare(customer)


def _merge(world: World, by: Any) -> None:
    gone = Customer.objects.get(name=TWICE[0])
    merging.merge(gone, world.customers["taihong"], reason="同一家公司，地址相同，重複建檔。", by=by)


def _need(world: World, by: Any) -> None:
    talk = Interaction(
        customer=world.customers["chisheng"], channel="phone", need_changed=True, at=clock.now(),
        contact=world.customers["chisheng"].contacts.first(), summary="電話聯繫，客戶調整驗收條件。",
        needs_concerns="量測節拍由每件 45 秒改為 38 秒，並要求資料直接上傳其製造執行系統。",
    )  # fmt: skip
    log_interaction(talk, by=by)


def _view(by: Any) -> None:
    SavedView.objects.create(owner=by, page="customer_list", name="重點客戶", query="grade=key", is_shared=True)
