"""Times people type, and the instant they mean.

"03:12 UTC", "yesterday 3am", "Nov 21 at 14:05", "2 hours ago", "昨晚11点半". A *moment*
is the words and, when now is known, what they mean: an instant (UTC, RFC 3339), or
a day alone (ISO date). Without a zone beside it a time is in the customer's. "A few
days ago" is a moment whose meaning nobody knows. The small hours of a night belong to
the day after: "last night at 3am" was this morning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

from kit import zones
from kit.clock import to_wire
from kit.quantities import COUNT, SECONDS, read

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
#: Between a date and a clock time that belong together.
_JOINT = re.compile(r"^[\s,，、的在(]*(?:at|on|around|about|approx\.?|circa|~|大概|大约|左右)?[\s~]*$", re.IGNORECASE)

_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_NUMBER = r"(?:[0-9]{1,2}|[零一二三四五六七八九十两]{1,3})"
_DATES = (
    r"(?<![A-Za-z0-9.])(?P<year>20\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
    r"(?:(?P<year>20\d\d)年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]",
    rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<year>20\d\d))?",
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b(?:,?\s+(?P<year>20\d\d))?",
    r"\b(?P<day>today|tonight|this (?:morning|afternoon|evening)|yesterday|last night|day before yesterday|tomorrow"
    r"|day after tomorrow)(?: (?:morning|afternoon|evening|night))?\b",
    r"(?P<day>今天|今早|今晨|今晚|昨天|昨晚|昨日|前天|前晚|明天|明早|明晚|(?<![之以然最前天])后天"
    r"|凌晨(?![0-9一二三四五六七八九十两]))(?:(?<=晚)上)?",
    r"\b(?:last |on |this |(?P<ahead>next |coming ))?(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    r"\b(?:last |this |(?P<ahead>next ))(?P<weekday>mon|tues?|wed|thu(?:rs)?|fri|sat|sun)\b",
    r"(?:上|(?P<zhahead>下个?))?(?:周|星期|礼拜)(?P<zhday>[一二三四五六日天])",
)
_ZONE = rf"(?:\s*(?:(?:utc|gmt)(?:[+-]\d{{1,2}})?|z\b|[+-]\d{{2}}:?\d{{2}}\b|(?:{zones.ABBREVIATIONS})\b))?"
_CLOCKS = (
    rf"(?<![\d:.])(?P<h>[01]?\d|2[0-3]):(?P<min>[0-5]\d)(?::(?P<s>[0-5]\d)(?:\.\d+)?)?(?![\d:])\s*(?P<half>[ap]\.?m\b\.?)?{_ZONE}",
    rf"(?<![\d:.])(?P<h>1[0-2]|0?[1-9])\s*(?P<half>[ap]\.?m\b\.?){_ZONE}",
    r"(?<![\d:.])(?P<h>[01]\d|2[0-3])(?P<min>[0-5]\d)\s*(?:utc|gmt)\b",
    rf"(?P<part>凌晨|清晨|早上|上午|中午|下午|傍晚|半夜|夜里|深夜|(?<![昨今前明])晚上?)?(?<![0-9.:周期拜])(?P<zh>{_NUMBER})[点點时](?:(?P<zhmin>半|[一三13]刻|[0-9零一二三四五六七八九十]{{1,3}})(?![点點])分?)?{_ZONE}",
)
_AGO = (
    rf"\b(?P<n>\d{{1,3}}|{COUNT}|(?:a )?few)\s*(?P<unit>min(?:ute)?|m|hour|hr|h|day|d|week|wk)s?\s+ago\b",
    r"(?P<n>[0-9]{1,3}|[一二三四五六七八九十两半几]{1,3})个?(?P<unit>分钟|小时|钟头|天|周|星期)之?前",
)
_QUARTERS = {"一刻": 15, "1刻": 15, "半": 30, "三刻": 45, "3刻": 45}
_UNCOUNTED = ("few", "a few", "几")
#: A night, whose small hours are of the next day; and where those end.
_NIGHT = re.compile(r"night|[晚夜]", re.IGNORECASE)
_SMALL_HOURS_END = 6
#: What makes "一点" a little; what stands before or after it as an hour, or around it when it is all that is said.
_LITTLE_BEFORE = re.compile(r"(?:[有快慢早少高低大小细体好差]|(?<!差不)多)$")
_LITTLE_AFTER, _NOT_AT_ALL = re.compile("[点點儿都也]"), re.compile("[没不用]|反应")
_HOUR_BEFORE = re.compile(
    r"(?:[今昨前明当][天日晚早夜晨]|\d[日号]|[周期拜][一二三四五六日天]|早上|晚上|(?<![存现])在|约|于|大概|差不多|时间)\s*的?$"
)
_HOUR_AFTER = re.compile(r"[钟整]|左右|前后|多(?!少)|的时候|被|强平|爆仓|发生|\s*(?:utc|gmt)", re.IGNORECASE)
_ALONE_BEFORE, _ALONE_AFTER = re.compile(r"(?:^|[是,，。\s])$"), re.compile(r"[吧的]*\W*$")
#: Characters before and after a clock time in which its zone may stand.
_BESIDE = 24
_BEFORE = re.compile(
    r"(?:\b(?:utc|gmt)(?:[+-]\d{1,2})?|[\u4e00-\u9fff]{2,4}时间|东八区)[\s,，:：的]*$", re.IGNORECASE | re.ASCII
)
_AFTER = re.compile(r"\s*[(（]?(?:[a-z]+(?: [a-z]+)? time\b|[\u4e00-\u9fff]{2,4}时间)", re.IGNORECASE | re.ASCII)


def _compiled(patterns: tuple[str, ...]) -> list[re.Pattern[str]]:
    """Compile patterns whose Latin words may stand right beside Chinese."""
    return [re.compile(pattern, re.IGNORECASE | re.ASCII) for pattern in patterns]


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
    return zones.zone_of(name)


def find(text: str, now: datetime | None = None, zone: tzinfo = timezone.utc) -> list[Moment]:
    """Return the moments of a text in order; a date beside a clock time is one moment."""
    dates, clocks = _matches(_DATE_PATTERNS, text), list(filter(_is_hour, _matches(_CLOCK_PATTERNS, text)))
    moments = [_relative(match, now) for match in _matches(_AGO_PATTERNS, text)]
    for day, clock in _paired(text, dates, clocks):
        moments.append(_moment(text, day, clock, now, zone))
    return sorted(moments, key=lambda moment: moment.start)


def _matches(patterns: list[re.Pattern[str]], text: str) -> list[re.Match[str]]:
    """Return matches that do not overlap, earlier patterns first."""
    found: list[re.Match[str]] = []
    taken = bytearray(len(text))
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append(match)
    return sorted(found, key=lambda match: match.start())


def _is_hour(clock: re.Match[str]) -> bool:
    """Tell whether words are a time of day: "一点" is also "a little", and "as soon as I tap"."""
    found = clock.groupdict()
    if found.get("zh") != "一" or found.get("zhmin"):
        return True
    before, after = clock.string[: clock.start("zh")], clock.string[clock.end("zh") + 1 :]
    if _LITTLE_BEFORE.search(before) or _LITTLE_AFTER.match(after):
        return False
    if found.get("part"):
        return True
    if _NOT_AT_ALL.match(after):
        return False
    is_alone = _ALONE_BEFORE.search(before) is not None and _ALONE_AFTER.match(after) is not None
    return is_alone or (_HOUR_BEFORE.search(before) or _HOUR_AFTER.match(after)) is not None


def _paired(
    text: str, dates: list[re.Match[str]], clocks: list[re.Match[str]]
) -> list[tuple[re.Match[str] | None, re.Match[str] | None]]:
    """Put every date with the clock time beside it; only neighbours are looked at, so a long text takes no longer."""
    pairs: list[tuple[re.Match[str] | None, re.Match[str] | None]] = []
    days = set(dates)
    last: re.Match[str] | None = None
    for match in sorted([*dates, *clocks], key=lambda item: item.start()):
        if last is not None and (last in days) != (match in days) and _is_adjacent(text, last, match):
            pairs[-1] = (last, match) if last in days else (match, last)
            last = None
        else:
            pairs.append((match, None) if match in days else (None, match))
            last = match
    return pairs


def _is_adjacent(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    between = text[first.end() : second.start()]
    is_apart = first.end() <= second.start() <= first.end() + _BESIDE
    return is_apart and (between.upper() == "T" or bool(_JOINT.match(between)))


def _moment(
    text: str, day: re.Match[str] | None, clock: re.Match[str] | None, now: datetime | None, zone: tzinfo
) -> Moment:
    parts = [part for part in (day, clock) if part]
    start, end = min(part.start() for part in parts), max(part.end() for part in parts)
    words = text[start:end].rstrip()
    here = (clock and _own_zone(text, start, end, clock)) or zone
    return Moment(start, start + len(words), words, _safely(lambda: _meaning(day, clock, now, here)))


def _safely(meaning: Callable[[], str | None]) -> str | None:
    """Return None for what no calendar has, such as 31 November."""
    try:
        return meaning()
    except (ValueError, OverflowError):
        return None


def _meaning(day: re.Match[str] | None, clock: re.Match[str] | None, now: datetime | None, here: tzinfo) -> str | None:
    today = now.astimezone(here).date() if now else None
    on = _day(day, today) if day else today
    if on is None:
        return None
    if clock is None:
        return on.isoformat()
    words = (clock.groupdict().get("part") or "") + (day.group() if day else "")
    at = _clock(clock, words)
    is_late = day is not None and at.hour < _SMALL_HOURS_END and _NIGHT.search(words) is not None
    instant = datetime.combine(on + timedelta(days=is_late), at, here)
    if (day is None or is_late) and now and instant > now + timedelta(minutes=5):
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


def _clock(match: re.Match[str], words: str) -> time:
    """Return the time of day; `words` are the day and the part of it that are named."""
    found = match.groupdict()
    hour = int(found.get("h") or read(found.get("zh") or "0"))
    minute = int(found.get("min") or _QUARTERS.get(found.get("zhmin") or "") or read(found.get("zhmin") or "0"))
    half = (found.get("half") or "").lower().replace(".", "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif _is_past_noon(hour, words):
        hour += 12
    return time(hour % 24, minute, int(found.get("s") or 0))


def _is_past_noon(hour: int, words: str) -> bool:
    """Tell whether an hour on a twelve-hour clock is of its second half; at night a small one is not."""
    if re.search("afternoon|evening|下午", words, re.IGNORECASE):
        return hour < 12
    if "中午" in words:
        return hour < 3
    return _NIGHT.search(words) is not None and _SMALL_HOURS_END <= hour <= 12


def _own_zone(text: str, start: int, end: int, clock: re.Match[str]) -> tzinfo | None:
    """Return the zone written in a clock time, or right before or after the moment."""
    before, after = _BEFORE.search(text, max(start - _BESIDE, 0), start), _AFTER.match(text, end)
    written = [clock.group(), *(match.group() for match in (after, before) if match)]
    name = next((name for words in written if (name := zones.mentioned(words))), None)
    return zones.zone_of(name) if name else None


def _relative(match: re.Match[str], now: datetime | None) -> Moment:
    words, unit = match.group("n").lower(), match.group("unit").lower()
    if now is None or words in _UNCOUNTED:
        return Moment(match.start(), match.end(), match.group(), None)
    meaning = to_wire(now - timedelta(seconds=float(read(words)) * SECONDS[unit]))
    return Moment(match.start(), match.end(), match.group(), meaning)
