"""The invented facts as they stand in config/demo/data, and registration numbers that are valid without being anybody's."""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from stdnum.cn import uscc
from stdnum.tw import ubn

DATA = Path(__file__).parent / "data"
PASSWORD = "bylaw-demo-2026"  # shown to whoever tries the demo; production refuses these people
DOMAIN = "hengyue.example"
T = TypeVar("T")


@lru_cache
def read(name: str) -> dict[str, Any]:
    """One file of invented facts, by its name without ending."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def template_names() -> list[str]:
    """The names of the contract templates' files."""
    return sorted(f"templates/{path.stem}" for path in (DATA / "templates").glob("*.toml"))


def number(key: str, upto: int) -> int:
    """A number from 0 to below `upto` that looks accidental and is the same each time: the demo company never varies."""
    return zlib.crc32(key.encode()) % upto


def pick(pool: Sequence[T], key: str) -> T:
    """One of several, chosen by a key."""
    return pool[number(key, len(pool))]


def taiwan_number(serial: int) -> str:
    """A unified business number whose check digit is right."""
    return next(n for n in (f"{serial * 971 % 10_000_000:07d}{digit}" for digit in range(10)) if ubn.is_valid(n))


def mainland_number(area: str, serial: int) -> str:
    """A unified social credit code of that area whose check digit is right."""
    body = f"91{area}MA{serial * 7919 % 1_000_000:06d}X"
    return body + uscc.calc_check_digit(body)


# Words that the mainland says otherwise, after the characters are simplified; longer ones first.
MAINLAND = {
    "测量资料": "测量数据", "量测资料": "测量数据", "量测": "测量", "三次元": "三坐标", "软体": "软件", "程式": "程序",
    "资讯": "信息", "品质": "质量", "品保": "质保部", "保固": "质保", "备品": "备件", "治具": "夹具", "型录": "样本",
    "简报": "介绍", "确效": "验证", "介接": "对接", "重工": "返工", "客诉": "客户投诉", "稽核": "审核", "雷射": "激光",
    "专案": "项目", "定案": "确定", "回覆": "回复", "缓冲": "余量",
    "设备商": "设备厂商", "整车厂": "主机厂", "副总": "副总经理", "稳压器": "稳压电源",
    "校正": "校准", "纪录": "记录", "签核": "审批", "介面": "接口", "栏位": "字段", "客制": "定制", "零组件": "零部件",
    "教育训练": "培训", "实绩": "案例", "标竿": "标杆", "可携式": "便携式", "委外": "外协", "评比": "评审",
}  # fmt: skip


@lru_cache(maxsize=1)
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("tw2s")


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """A text as a colleague for the mainland would write it."""
    plain = str(_simplifier().convert(text))
    for ours, theirs in MAINLAND.items():
        plain = plain.replace(ours, theirs)
    return plain
