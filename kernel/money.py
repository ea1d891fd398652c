"""Money is a Decimal and a currency: rounding, reading, exact splitting and amounts in capitals. No float, ever."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Number = Decimal | int | str
# Columns are 18 digits wide; 大寫 has words for 16 whole digits.
LARGEST = Decimal("9999999999999999.99")


@dataclass(frozen=True)
class Currency:
    """One currency: its ISO code, sign on screen, decimals in use, and its name in front of capitals."""

    code: str
    sign: str
    decimals: int
    hant: str
    hans: str
    english: str


CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency("TWD", "NT$", 2, "新臺幣", "新台币", "New Taiwan dollars"),
        Currency("CNY", "¥", 2, "人民幣", "人民币", "Renminbi yuan"),
        Currency("HKD", "HK$", 2, "港幣", "港币", "Hong Kong dollars"),
        Currency("USD", "US$", 2, "美元", "美元", "US dollars"),
        Currency("EUR", "€", 2, "歐元", "欧元", "euros"),
        Currency("JPY", "JP¥", 0, "日圓", "日元", "Japanese yen"),
    )
}
CHOICES = [(code, code) for code in CURRENCIES]

_HANT = str.maketrans("万亿贰叁陆负", "萬億貳參陸負")
_AMOUNT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?|[+-]?\.\d+", re.ASCII)


def quantize(amount: Number, currency: str = "TWD") -> Decimal:
    """Return the amount rounded half up to the currency's decimals (two for an unknown currency)."""
    return _exact(amount).quantize(_unit(currency), rounding=ROUND_HALF_UP)


def parse_amount(text: object) -> Decimal:
    """Read an amount as people type it: full-width digits, thousands separators, spaces around.

    Raises ValidationError for anything else: NaN, infinities, exponents, misplaced separators, too many digits.
    """
    plain = unicodedata.normalize("NFKC", str(text)).replace("−", "-").strip()
    if len(plain) > 60 or not _AMOUNT.fullmatch(plain):
        raise ValidationError(_("Enter an amount in figures, for example 1,000.50."), code="invalid")
    amount = Decimal(plain.replace(",", ""))
    if abs(amount) > LARGEST:
        raise ValidationError(_("The amount is too large."), code="too_large")
    return amount if amount else abs(amount)


def plain_figures(amount: Number, currency: str = "TWD") -> str:
    """Return grouped figures without a sign: 12,000 when whole, 12,000.50 when not."""
    amount = quantize(amount, currency)
    whole = amount == amount.to_integral_value()
    return f"{amount:,.0f}" if whole else f"{amount:,.2f}"


def in_figures(amount: Number, currency: str) -> str:
    """Return the amount with the currency's sign: NT$12,000, −US$3.50."""
    sign = CURRENCIES[currency].sign if currency in CURRENCIES else f"{currency} "
    figures = plain_figures(amount, currency)
    return f"−{sign}{figures[1:]}" if figures.startswith("-") else f"{sign}{figures}"


def in_capitals(amount: Number, currency: str, script: str = "hant") -> str:
    """Return the amount in words as contracts write it: 新臺幣壹萬元整, 人民币壹万元整; "en" gives English words.

    Clause 3.2.1b (contract amount). Raises ValueError beyond 16 whole digits, KeyError for an unknown currency.
    """
    money, amount = CURRENCIES[currency], quantize(amount, currency)
    if abs(amount) > LARGEST:
        raise ValueError("amount too large for words")
    if script == "en":
        return _english(money, amount)
    words = _chinese(abs(amount))
    prefix = ("负" if amount < 0 else "") + words
    return money.hans + prefix if script == "hans" else money.hant + prefix.translate(_HANT)


def split(total: Number, shares: Iterable[Number], currency: str = "TWD") -> list[Decimal]:
    """Split a total in proportion to the shares, in the currency's smallest unit, so that the parts add up exactly.

    Largest remainders get the odd units, earlier shares first. Raises ValueError for negative or all-zero shares.
    """
    total, weights = quantize(total, currency), [_exact(share) for share in shares]
    whole = sum(weights)
    if not weights or whole <= 0 or min(weights) < 0:
        raise ValueError("shares must be positive")
    unit = _unit(currency)
    exact = [total * weight / whole for weight in weights]
    parts = [part.quantize(unit, rounding=ROUND_DOWN) for part in exact]
    left = int((total - sum(parts)) / unit)
    step = unit if left >= 0 else -unit
    order = sorted((n for n in range(len(parts)) if weights[n]), key=lambda n: (-abs(exact[n] - parts[n]), n))
    for turn in range(abs(left)):
        parts[order[turn % len(order)]] += step
    return parts


def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-CURRENCIES[currency].decimals if currency in CURRENCIES else -2)


def _exact(amount: Number) -> Decimal:
    if isinstance(amount, float):
        raise TypeError("money is never a float")
    try:
        amount = Decimal(amount)
    except InvalidOperation as error:
        raise ValueError("not an amount") from error
    if not amount.is_finite():
        raise ValueError("not an amount")
    return amount


def _chinese(amount: Decimal) -> str:
    """Simplified capitals of a non-negative amount with at most two decimals."""
    return str(_transformer().an2cn(format(amount, "f"), "rmb"))


@lru_cache(maxsize=1)
def _transformer() -> Any:
    # Imported on first use: the library brings a tokenizer that a page without a contract never needs.
    import cn2an

    return cn2an


_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_GROUPS = ["", "thousand", "million", "billion", "trillion", "quadrillion"]


def _english(money: Currency, amount: Decimal) -> str:
    whole, cents = divmod(int(abs(amount) * 100), 100)
    words = _english_integer(whole)
    ending = f"and {cents:02d}/100" if cents else "only"
    return f"{money.english} {'minus ' if amount < 0 else ''}{words} {ending}"


def _english_integer(number: int) -> str:
    if number == 0:
        return _SMALL[0]
    parts, group = [], 0
    while number:
        number, rest = divmod(number, 1000)
        if rest:
            parts.append(f"{_english_hundreds(rest)} {_GROUPS[group]}".strip())
        group += 1
    return " ".join(reversed(parts))


def _english_hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        words.append(_TENS[tens] + (f"-{_SMALL[ones]}" if ones else ""))
    elif rest:
        words.append(_SMALL[rest])
    return " and ".join(words)
