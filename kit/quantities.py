"""Numbers and units of time as people write them, in English and Chinese.

"1,500.25", "0,5", "2k", "1.5万", "12万5", "三万五", "a couple of": patterns find them, `read` gives the number.
A comma parts thousands when three digits follow it, and is a decimal comma when they cannot be thousands.
"""

from __future__ import annotations

import re
from decimal import Decimal

#: Number words of a small count; the longest come first in COUNT.
ENGLISH_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "half a": 0.5, "half an": 0.5, "couple": 2, "couple of": 2,
    "a couple of": 2,
}  # fmt: skip
#: Seconds of a unit of time.
SECONDS = {
    "m": 60, "min": 60, "minute": 60, "分钟": 60, "h": 3600, "hr": 3600, "hour": 3600, "小时": 3600, "钟头": 3600,
    "d": 86400, "day": 86400, "天": 86400, "week": 604800, "wk": 604800, "周": 604800, "星期": 604800,
}  # fmt: skip

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8}
_LATIN_TIMES = {"k": 10**3, "w": 10**4, "m": 10**6}
_UNITS = "".join((*_TENS, *_MYRIADS))
_NUMERALS = "".join(_DIGITS) + _UNITS

#: Digits with their separators, no multiplier.
ARABIC = (
    r"(?:0,\d+(?![\d,])|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,})(?![\d,])"
    r"|\d+(?:\.\d+)?|\.\d+)"
)
#: What is written with Chinese numerals, alone or after digits.
CHINESE = rf"(?:(?:{ARABIC}\s?[{_UNITS}]|[{_NUMERALS}])(?:[{_NUMERALS}]|\d+(?![\d.]))*|半)"
#: Digits, with a multiplier where there is one: "2k", "1.5万", "12万5".
WRITTEN = rf"(?:{ARABIC}\s?[{_UNITS}](?:[{_NUMERALS}]|\d+(?![\d.]))*|{ARABIC}(?:\s?[kmw](?![a-z]))?)"
#: A small count in English words.
COUNT = "|".join(sorted(ENGLISH_NUMBERS, key=len, reverse=True))

_LATIN = re.compile(rf"(?P<digits>{ARABIC})\s*(?P<times>[kmw])?", re.IGNORECASE)
_NUMERAL = re.compile(CHINESE)
_TOKEN = re.compile(rf"{ARABIC}|[{_NUMERALS}]")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")


def read(text: str) -> Decimal:
    """Return the number that a match of these patterns stands for.

    Raises:
        ValueError: it is none.
    """
    words = text.strip().lower()
    if words in ENGLISH_NUMBERS:
        return Decimal(str(ENGLISH_NUMBERS[words]))
    if words == "半":
        return Decimal("0.5")
    if latin := _LATIN.fullmatch(words):
        return _arabic(latin["digits"]) * _LATIN_TIMES.get(latin["times"], 1)
    if not _NUMERAL.fullmatch(words):
        raise ValueError(f"{text!r} is no number")
    return _chinese(_TOKEN.findall(words))


def plain(text: str) -> str:
    """Return a number as a plain decimal, `5k` being 5000, to 8 places."""
    written = f"{read(text):.8f}"
    return written.rstrip("0").rstrip(".")


def _arabic(digits: str) -> Decimal:
    if _THOUSANDS.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    return Decimal(digits.replace(".", "").replace(",", ".") if "," in digits else digits)


def _chinese(tokens: list[str]) -> Decimal:
    """Add up numerals; a single digit after a unit counts tenths of it, as in 三万五 and 一百五."""
    total, section = Decimal(0), Decimal(0)
    number: Decimal | None = None
    unit = 1
    for token in tokens:
        if token in _TENS:
            unit = _TENS[token]
            section, number = section + (Decimal(1) if number is None else number) * unit, None
        elif token in _MYRIADS:
            unit = _MYRIADS[token]
            section += number or Decimal(0)
            total, section, number = (total + section or Decimal(1)) * unit, Decimal(0), None
        elif token in "零〇" and number is None:
            unit = 1
        else:
            digit = Decimal(_DIGITS[token]) if token in _DIGITS else _arabic(token)
            number = digit if number is None else number * 10 + digit
    if number is None:
        return total + section
    is_tenth = unit > 1 and number < 10
    return total + section + number * (Decimal(unit) / 10 if is_tenth else 1)
