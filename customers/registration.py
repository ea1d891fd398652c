"""Registration numbers of companies by the rules of their region: check digits of Taiwan and mainland China. Clause 4.2.1a."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.tw import ubn

NAMES = {"TW": _("unified business number (8 digits)"), "CN": _("unified social credit code (18 characters)")}
OLD_SEVEN = 6  # the place of the digit that, being 7, counts 10 as 1 + 0: either 1 or 0 may be taken


def plain(text: str) -> str:
    """The number as it is kept: half-width capitals without blanks and dashes."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


def is_valid(region: str, number: str) -> bool:
    """Whether the number fits the rules of its region; regions without a rule of ours take any."""
    if region == "TW":
        return _is_taiwan(number)
    if region == "CN":
        return _is_mainland(number)
    return True


def _is_taiwan(number: str) -> bool:
    """統一編號: the weighted sum is divisible by 5 since April 2023 (by 10 before, which all old numbers are)."""
    if len(number) != 8 or not (number.isascii() and number.isdigit()):
        return False
    rest = ubn.calc_checksum(number) % 5
    return rest == 0 or (number[OLD_SEVEN] == "7" and rest == 4)


def _is_mainland(number: str) -> bool:
    """統一社會信用代碼: 17 characters and one check character, GB 32100-2015, modulo 31."""
    try:
        return bool(uscc.validate(number) == number)
    except BadNumber:
        return False
