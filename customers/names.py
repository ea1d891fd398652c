"""Company names as keys: one spelling for comparing and searching, pinyin and initials for filing by name."""

from __future__ import annotations

import re
import unicodedata

from kernel.spelling import simplified

# Longest first: what says only that it is a company is not part of its name.
SUFFIXES = (
    "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "株式会社", "分公司", "公司", "集团",
    "limitedliabilitycompany", "incorporated", "corporation", "companylimited", "company", "limited", "pteltd", "coltd",
    "gmbh", "corp", "ltd", "inc", "llc", "plc", "co",
)  # fmt: skip
LATIN = re.compile(r"[a-z]")
EXTENSION = re.compile(r"(#|ext|x|轉|转|分機|分机).*", re.DOTALL)
COUNTRY = re.compile(r"^(\+|00)(886|852|853|86)")
SHORTEST_PHONE = 6  # digits


def name_key(name: str) -> str:
    """The name in one spelling: NFKC, simplified, lower case, without punctuation and company suffixes.

    Two customers with the same key are probably one; a name that is nothing but a suffix keeps it.
    """
    plain = "".join(c for c in simplified(unicodedata.normalize("NFKC", name)).casefold() if c.isalnum())
    key = plain.removeprefix("株式会社")
    while suffix := _suffix(key, name):
        key = key.removesuffix(suffix)
    return (key or plain)[:160]


def _suffix(key: str, name: str) -> str:
    """The company suffix at the key's end; a Latin one only when it stood as a word of its own ("Cisco" keeps its co)."""
    if key in SUFFIXES:
        return ""
    for suffix in SUFFIXES:
        if key.endswith(suffix) and (not LATIN.match(suffix) or _ends_a_word(suffix, key, name)):
            return suffix
    return ""


def _ends_a_word(suffix: str, key: str, name: str) -> bool:
    words = re.sub(r"[^\w]+", " ", unicodedata.normalize("NFKC", name).casefold()).split()
    joined, ends = "", {0}
    for word in words:
        joined += word
        ends.add(len(joined))
    return len(key) - len(suffix) in ends


def pinyin(name: str) -> str:
    """The reading of the name's short form, for filing and search; other letters as they are."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name_key(name))).casefold()[:300]


def initials(name: str) -> str:
    """The first letters of the reading: 鴻洲自動化 → hzzdh."""
    from pypinyin import lazy_pinyin

    return "".join(part[:1] for part in lazy_pinyin(name_key(name), errors=list)).casefold()[:60]


def grams(key: str) -> set[str]:
    """The pairs of neighbouring characters of a name's key, by which names that are nearly the same are found."""
    return {key[i : i + 2] for i in range(len(key) - 1)} or {key}


def likeness(key: str, other: str) -> int:
    """How much alike two keys are: the share of pairs of characters that both have (Dice), 0 to 100."""
    if not (key and other):
        return 0
    mine, theirs = grams(key), grams(other)
    return 200 * len(mine & theirs) // (len(mine) + len(theirs))


def phone_key(text: str) -> str:
    """The number as it is compared: its digits without country, leading zero and extension; "" when it is too short."""
    plain = COUNTRY.sub("", re.sub(r"[^\d+#a-z轉转分機机]", "", unicodedata.normalize("NFKC", text).casefold()))
    digits = "".join(c for c in EXTENSION.sub("", plain) if c.isascii() and c.isdigit()).lstrip("0")[:30]
    return digits if len(digits) >= SHORTEST_PHONE else ""
