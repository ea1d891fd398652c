"""Old records that the manager took in: a list of visitors to a fair, imported, and another with rows to mend."""

from __future__ import annotations

from functools import partial
from typing import Any

from config.demo.reading import taiwan_number
from config.demo.world import World
from kernel import import_jobs
from kernel.import_kinds import COLUMN, guess, kind_of
from kernel.models import Import

HEADINGS = "公司名稱,客戶編號,地區,統一編號,地址,電話,業務員,來源"
FIRST_SERIAL = 2101
FAIR = (
    "昇揚精機股份有限公司,TF-0101,台灣,{0},臺中市神岡區豐洲路 128 號,04-2561-0101,{owner},台北國際自動化展",
    "捷陞模具有限公司,TF-0102,台灣,{1},新北市樹林區博愛街 36 號,02-2681-0102,{owner},台北國際自動化展",
    "駿豐沖壓工業股份有限公司,TF-0103,台灣,{2},桃園市平鎮區工業三路 9 號,03-4690-0103,{owner},台北國際自動化展",
)
TO_MEND = (
    "立隆電裝有限公司,TF-0201,台灣,{3},臺南市安定區中沙 71 號,06-5930-0201,{owner},介紹",
    ",TF-0202,台灣,{4},,07-6240-0202,{owner},介紹",
    "冠誠線材股份有限公司,TF-0203,華東,{5},高雄市岡山區本工路 5 號,07-6240-0203,王小明,介紹",
)


def plan_imports(world: World) -> None:
    """Plan both files."""
    chou, lin = world["chou.manager"], world["lin.sales"]
    world.plan("imports:fair", ago=6).add(0, chou, partial(_take, "展會名單.csv", FAIR, chou, lin, run=True))
    world.plan("imports:mend", ago=1).add(0, chou, partial(_take, "介紹名單.csv", TO_MEND, chou, lin, run=False))


def _take(name: str, rows: tuple[str, ...], by: Any, owner: Any, *, run: bool) -> None:
    kind = kind_of("customers")
    numbers = [taiwan_number(FIRST_SERIAL + place) for place in range(6)]
    text = "\r\n".join([HEADINGS, *(row.format(*numbers, owner=owner.email) for row in rows)])
    imported = import_jobs.upload(by=by, kind=kind, name=name, data=text.encode("utf-8-sig"))
    columns = guess(kind, imported.columns).items()
    for status in (Import.State.CHECKING, *([Import.State.RUNNING] if run else [])):
        import_jobs.ask(imported, status, mapping={field: COLUMN + column for field, column in columns})
        import_jobs.run(imported.pk)
