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
PASSWORD = "bylaw-demo-2026"  # noqa: S105  (shown to whoever tries the demo; production refuses these people)
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


@lru_cache(maxsize=1)
def _simplifier() -> Any:
    import opencc

    return opencc.OpenCC("tw2sp")


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """A text as a colleague for the mainland would write it."""
    return str(_simplifier().convert(text))
