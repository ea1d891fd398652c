"""One spelling for comparing and searching: either script, full width, case and punctuation aside; and how it is read."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Any

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
PART = re.compile(f"{HAN.pattern}|[^\\W_\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def simplified(text: str) -> str:
    """The text in simplified characters, so that both scripts find each other."""
    return str(_converter().convert(text))


def folded(text: str) -> str:
    """NFKC, simplified, lower case, letters and digits only."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in simplified(plain).casefold() if c.isalnum())


def parts_of(text: str) -> list[str]:
    """The folded text in parts: a Chinese character or a Latin word each."""
    return parts_as_written(simplified(unicodedata.normalize("NFKC", text)))


def parts_as_written(text: str) -> list[str]:
    """The same in the script in which it is written."""
    return PART.findall(unicodedata.normalize("NFKC", text).casefold())


def read(parts: list[str]) -> list[str]:
    """How each part is read: pinyin for Chinese, by the characters around it; the rest as it is."""
    from pypinyin import lazy_pinyin

    sounds: list[str] = []
    for is_han, group in groupby(parts, key=lambda part: bool(HAN.match(part))):
        run = list(group)
        sounds += lazy_pinyin("".join(run), errors=list) if is_han else run
    return [sound.casefold() for sound in sounds]


@lru_cache(maxsize=1)
def _converter() -> Any:
    # Imported on first use: its dictionaries take a moment that other pages need not wait for.
    import opencc

    return opencc.OpenCC("t2s")
