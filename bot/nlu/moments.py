"""Times people type, and the instant they mean.

"03:12 UTC", "yesterday 3am", "Nov 21 at 14:05", "2 hours ago", "昨晚11点半". A *moment*
is the words and, when now is known, what they mean: an instant (UTC, RFC 3339), or
a day alone (ISO date). Without a zone of its own a time is in the customer's. "A few
days ago" is a moment whose meaning nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from kit.clock import to_wire

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九十")} | {"两": 2, "半": 30}
#: Between a date and a clock time that belong together.
_JOINT = re.compile(r"^[\s,，、的在(]*(?:at|on|around|about|approx\.?|circa|~|大概|大约|左右)?[\s~]*$", re.IGNORECASE)

_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_NUMBER = r"[0-9一二三四五六七八九十两]{1,3}"
_DATES = (
    r"\b(?P<year>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
    r"(?:(?P<year>20\d\d)年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]",
    rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<year>20\d\d))?",
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+(?P<year>20\d\d))?",
    r"\b(?P<day>today|tonight|this (?:morning|afternoon|evening)|yesterday|last night|day before yesterday|tomorrow"
    r"|day after tomorrow)(?: (?:morning|afternoon|evening|night))?\b",
    r"(?P<day>今天|今早|今晨|今晚|昨天|昨晚|昨日|前天|前晚|明天|明早|明晚|(?<![之以然最前天])后天"
    r"|凌晨(?![0-9一二三四五六七八九十两]))",
    r"\b(?:last |on |this |(?P<ahead>next |coming ))?(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    r"\b(?:last |this |(?P<ahead>next ))(?P<weekday>mon|tues?|wed|thu(?:rs)?|fri|sat|sun)\b",
    r"(?:上|(?P<zhahead>下个?))?(?:周|星期|礼拜)(?P<zhday>[一二三四五六日天])",
)
_ZONE = r"(?:\s*(?P<zone>utc|gmt|z\b|[+-]\d{2}:?\d{2}\b)(?P<offset>[+-]\d{1,2})?)?"
_CLOCKS = (
    rf"(?<![\d:.])(?P<h>[01]?\d|2[0-3]):(?P<min>[0-5]\d)(?::(?P<s>[0-5]\d)(?:\.\d+)?)?(?![\d:])\s*(?P<half>[ap]\.?m\b\.?)?{_ZONE}",
    rf"(?<![\d:.])(?P<h>1[0-2]|0?[1-9])\s*(?P<half>[ap]\.?m\b\.?){_ZONE}",
    r"(?<![\d:.])(?P<h>[01]\d|2[0-3])(?P<min>[0-5]\d)\s*(?P<zone>utc|gmt)\b(?P<offset>)",
    rf"(?P<part>凌晨|早上|上午|中午|下午|晚上|(?<![昨今前])晚)?(?P<zh>{_NUMBER})[点點时](?:(?P<zhmin>半|[0-9一二三四五六七八九十]{{1,3}})分?)?{_ZONE}",
)
_AGO = (
    r"\b(?:a\s+)?(?P<n>\d{1,3}|an?|one|two|three|couple(?: of)?|few)\s*"
    r"(?P<unit>min(?:ute)?|m|hour|hr|h|day|d|week)s?\s+ago\b",
    r"(?P<n>[0-9]{1,3}|[一二三四五六七八九十两半几]+)个?(?P<unit>分钟|小时|钟头|天|周)(?:之)?前",
)
_WORD_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "couple": 2, "couple of": 2}
_UNCOUNTED = ("few", "几")
_UNITS = {"m": 60, "min": 60, "minute": 60, "分钟": 60, "h": 3600, "hr": 3600, "hour": 3600, "小时": 3600, "钟头": 3600}
_UNITS.update({"d": 86400, "day": 86400, "天": 86400, "week": 604800, "周": 604800})


def _compiled(patterns: tuple[str, ...]) -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.IGNORECASE) for pattern in patterns]


_DATE_PATTERNS, _CLOCK_PATTERNS, _AGO_PATTERNS = _compiled(_DATES), _compiled(_CLOCKS), _compiled(_AGO)
_DAYS_BACK = {
    "yesterday": 1,
    "last night": 1,
    "day before yesterday": 2,
    "昨天": 1,
    "昨晚": 1,
    "昨日": 1,
    "前天": 2,
    "前晚": 2,
    "tomorrow": -1,
    "day after tomorrow": -2,
    "明天": -1,
    "明早": -1,
    "明晚": -1,
    "后天": -2,
}


@dataclass(frozen=True)
class Moment:
    start: int
    end: int
    text: str
    meaning: str | None


def zone_of(name: str) -> tzinfo:
    """Return the customer's zone, or UTC when its name is unknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return timezone.utc


def find(text: str, now: datetime | None = None, zone: tzinfo = timezone.utc) -> list[Moment]:
    """Return the moments of a text in order; a date beside a clock time is one moment."""
    dates, clocks = _matches(_DATE_PATTERNS, text), _matches(_CLOCK_PATTERNS, text)
    moments = [_relative(match, now) for match in _matches(_AGO_PATTERNS, text)]
    for day in dates:
        partner = next((clock for clock in clocks if _adjacent(text, day, clock)), None)
        if partner:
            clocks.remove(partner)
        moments.append(_moment(text, day, partner, now, zone))
    moments += [_moment(text, None, clock, now, zone) for clock in clocks]
    return sorted(moments, key=lambda moment: moment.start)


def _matches(patterns: list[re.Pattern[str]], text: str) -> list[re.Match[str]]:
    """Return matches that do not overlap, earlier patterns first."""
    found: list[re.Match[str]] = []
    for pattern in patterns:
        for match in pattern.finditer(text):
            if all(match.end() <= other.start() or match.start() >= other.end() for other in found):
                found.append(match)
    return sorted(found, key=lambda match: match.start())


def _adjacent(text: str, day: re.Match[str], clock: re.Match[str]) -> bool:
    first, second = sorted((day, clock), key=lambda match: match.start())
    between = text[first.end() : second.start()]
    return first.end() <= second.start() and (between.upper() == "T" or bool(_JOINT.match(between)))


def _moment(
    text: str, day: re.Match[str] | None, clock: re.Match[str] | None, now: datetime | None, zone: tzinfo
) -> Moment:
    parts = [part for part in (day, clock) if part]
    start, end = min(part.start() for part in parts), max(part.end() for part in parts)
    words = text[start:end].rstrip()
    return Moment(start, start + len(words), words, _safely(lambda: _meaning(day, clock, now, zone)))


def _safely(meaning: Callable[[], str | None]) -> str | None:
    """Return None for what no calendar has, such as 31 November."""
    try:
        return meaning()
    except (ValueError, OverflowError):
        return None


def _meaning(day: re.Match[str] | None, clock: re.Match[str] | None, now: datetime | None, zone: tzinfo) -> str | None:
    own = _own_zone(clock) if clock else None
    here = own or zone
    today = now.astimezone(here).date() if now else None
    on = _day(day, today) if day else today
    if on is None:
        return None
    if clock is None:
        return on.isoformat()
    instant = datetime.combine(on, _clock(clock, day), here)
    if day is None and now and instant > now + timedelta(minutes=5):
        instant -= timedelta(days=1)
    return to_wire(instant)


def _day(match: re.Match[str], today: date | None) -> date | None:
    found = match.groupdict()
    if found.get("month"):
        found["m"] = str(_MONTHS.index(found["month"].lower()[:3]) + 1)
    if found.get("m"):
        if not found.get("year") and today is None:
            return None
        day = date(int(found.get("year") or 0) or today.year, int(found["m"]), int(found["d"]))  # type: ignore[union-attr]  # checked above
        later = not found.get("year") and today is not None and day > today
        return day.replace(year=day.year - 1) if later else day
    if today is None:
        return None
    if found.get("day"):
        return today - timedelta(days=_DAYS_BACK.get(found["day"].lower(), 0))
    if found.get("zhday"):
        wanted = min("一二三四五六日天".index(found["zhday"]), 6)
    else:
        wanted = _WEEKDAYS.index(found["weekday"].lower()[:3])
    if found.get("zhahead"):
        return today + timedelta(days=7 - today.weekday() + wanted)
    if found.get("ahead"):
        return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    return today - timedelta(days=(today.weekday() - wanted) % 7)


def _clock(match: re.Match[str], day: re.Match[str] | None) -> time:
    found = match.groupdict()
    hour = int(found["h"]) if found.get("h") else _chinese_number(found["zh"])
    minute = int(found.get("min") or 0) if found.get("h") else _chinese_number(found.get("zhmin") or "0")
    half = (found.get("half") or "").lower().replace(".", "")
    part = (found.get("part") or "") + (day.group() if day else "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif hour < 12 and re.search("下午|晚" if found.get("zh") else "afternoon|evening", part):
        hour += 12
    return time(hour % 24, minute, int(found.get("s") or 0))


def _own_zone(match: re.Match[str]) -> tzinfo | None:
    name = (match.groupdict().get("zone") or "").lower()
    if not name:
        return None
    if name in ("utc", "gmt", "z"):
        return timezone(timedelta(hours=int(match.groupdict().get("offset") or 0)))
    digits = name[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if name[0] == "-" else size)


def _chinese_number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if len(text) > 1 and text[0] == "十":
        return 10 + _CHINESE_DIGITS[text[1]]
    if "十" in text[1:]:
        tens, _, ones = text.partition("十")
        return _CHINESE_DIGITS[tens] * 10 + (_CHINESE_DIGITS[ones] if ones else 0)
    return _CHINESE_DIGITS[text[0]]


def _relative(match: re.Match[str], now: datetime | None) -> Moment:
    words, unit = match.group("n").lower(), match.group("unit").lower()
    if now is None or words in _UNCOUNTED:
        return Moment(match.start(), match.end(), match.group(), None)
    count = _WORD_NUMBERS.get(words) or (0.5 if words == "半" else _chinese_number(words))
    meaning = to_wire(now - timedelta(seconds=count * _UNITS[unit]))
    return Moment(match.start(), match.end(), match.group(), meaning)
