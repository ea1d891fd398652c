"""What the demo company improves: one measure in hand, one to be verified, and one of a quarter ago that helped."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from aftersales import improving, serving
from aftersales.models import CauseCategory, Feedback, Measure
from config.demo import service
from config.demo.service import RUNNING, SOLVED
from config.demo.world import World
from kernel import clock
from kernel.advance import advance

OPEN, DONE, HELPED = "三次元量測比對程序納入交機文件", "出廠檢驗增列高速段空轉兩小時", "精密平台改用防潮雙層包裝"
PACKING = "包裝不當"
DAMAGED = ("平台側面有擦痕", "外箱受潮，說明書發霉", "緩衝材不足，護蓋鬆脫")


def plan_measures(world: World) -> None:
    """Plan the acts: customer service proposes, the manager decides, quality and logistics carry out."""
    wu, boss = world["wu.service"], world["chou.manager"]
    pan, packer = world["pan.quality"], world["chien.purchasing"]
    for number, subject in enumerate(DAMAGED):
        case = world.plan(f"feedback:packing{number}", ago=90 + 3 * number)
        case.add(0, wu, partial(_complain, subject, wu))
        case.add(0, wu, partial(service.step, subject, "assign", wu, {"department": "logistics"}))
        case.add(1, packer, partial(service.find, subject, packer, PACKING, "緩衝材與防潮不足。", "更換受損件。"))
        case.add(0, packer, partial(service.step, subject, "resolve", packer))
        case.add(0, wu, partial(service.report, subject, "受損件已更換。", wu))
        case.add(1, wu, partial(service.answer, subject))
    helped = world.plan("measure:helped", ago=78)
    helped.add(0, wu, partial(_propose, HELPED, PACKING, packer, wu, 20))
    helped.add(1, boss, partial(_step, HELPED, "agree", boss))
    helped.add(8, packer, partial(_carry_out, HELPED, "改用雙層瓦楞箱與乾燥劑，包裝檢查表已增列一項。", packer))
    helped.add(2, wu, partial(_step, HELPED, "verify", wu))
    done = world.plan("measure:done", ago=7)
    done.add(0, wu, partial(_propose, DONE, "檢驗疏漏", pan, wu, 5, SOLVED))
    done.add(1, boss, partial(_step, DONE, "agree", boss))
    done.add(3, pan, partial(_carry_out, DONE, "檢驗表已修訂，本批六台全部空轉兩小時並記錄軸承溫升。", pan))
    in_hand = world.plan("measure:open", ago=1)
    in_hand.add(0, wu, partial(_propose, OPEN, "文件有誤", pan, wu, 10, RUNNING))
    in_hand.add(0, boss, partial(_step, OPEN, "agree", boss))


def _complain(subject: str, by: Any) -> None:
    """Somebody who bought before the company kept files has something to complain of."""
    row = Feedback(
        kind="complaint", subject=subject, text=f"{subject}，請更換。", customer_name="宏揚電子股份有限公司",
        reporter="林小姐",
    )  # fmt: skip
    serving.receive(row, by=by, told=service.How.PHONE)


def _propose(title: str, cause: str, owner: Any, by: Any, days: int, found: str = "") -> None:
    category = CauseCategory.objects.get_or_create(name=cause)[0]
    feedback = Feedback.objects.filter(subject=found).first() if found else None
    source = f"feedback:{feedback.pk}" if feedback else f"cause:{category.pk}"
    row = Measure(
        title=title, cause_category=category, owner=owner, due_on=clock.today() + timedelta(days=days),
        weakness=f"「{category}」近期重複發生，出貨前沒有人發現。", expected="作業文件已修訂，相關人員完成訓練並開始執行。",
    )  # fmt: skip
    improving.propose(row, source=source, found=improving.found_at(source, by), by=by)


def _step(title: str, step: str, by: Any) -> None:
    advance(Measure.objects.get(title=title), step, by=by)


def _carry_out(title: str, what: str, by: Any) -> None:
    row = Measure.objects.get(title=title)
    row.evidence = what
    improving.note_evidence(row, by=by)
    advance(row, "finish", by=by)
