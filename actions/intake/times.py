"""When something happened, as people answer it: an instant, a day, how long it has lasted, or roughly.

The NLU reads dates and clock times (bot.nlu.moments). What is a time only in reply to "when?" is read here: a duration
("pending for two days"), which counts back from now, and *rough* words ("last month"), which are kept as said. What
lies ahead did not happen. `now` is in the customer's zone, whose day counts. A *loose* time is a clock time without a
zone, said by a customer whose zone nobody knows: it is read as UTC until the customer says where.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from kit import quantities, zones
from kit.clock import from_wire, to_wire

#: Clocks differ: a time this little ahead is now.
_SLACK = timedelta(minutes=5)
#: Longest answer kept whole as a rough time, in characters; of a longer one, only the words that say when.
_LONGEST_ROUGH = 60

_EXACT = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?")
_JUST_NOW = re.compile(r"\b(?:just|right) now\b|刚刚|刚才|现在", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:tomorrow|(?:next|coming) (?:week|weekend|month|year|\w+day)|later today"
    r"|in (?:an?|\d+|two|three|a few) (?:min|hour|day|week|month)\w*)\b"
    r"|明天|明早|明晚|明年|(?<![之以然最前天])后天|下个?(?:周|星期|礼拜|月)|(?:分钟|小时|天|周|星期|月)[之以]?后\W*$",
    re.IGNORECASE,
)
_LASTED = (
    re.compile(
        rf"\b(?P<n>\d{{1,3}}(?:\.\d+)?|{quantities.COUNT})\s*(?P<unit>minute|min|hour|hr|h|day|d|week|wk)s?\b",
        re.IGNORECASE | re.ASCII,
    ),
    re.compile(
        r"(?P<n>\d{1,3}(?:\.\d+)?|半(?!天)|[一二两三四五六七八九十]{1,3})个?(?P<half>半)?多?"
        r"(?P<unit>分钟|小时|钟头|天|周|星期)"
    ),
)
_ROUGH = re.compile(
    r"\b(?:(?:(?:an?|the|this|last|past) )?(?:few|several|couple(?: of)?) (?:minute|hour|day|week|month|year)s?"
    r"(?: ago)?"
    rf"|(?:\d{{1,2}}|{quantities.COUNT}) (?:month|year)s?(?: ago)?"
    r"|(?:last|this|past|previous) (?:week|weekend|month|quarter|year|spring|summer|autumn|fall|winter)"
    r"|(?:an?|some|a (?:long|short)) (?:while|time)(?: ago| back)|ages ago|recently|earlier today"
    r"|(?:in|since|early|mid|late|last|around|(?:start|beginning|middle|end) of)[ -](?:early |mid |late )?"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december))\b"
    r"|上个?(?:周末?|星期|礼拜|月|季度)|去年|前年|前(?:几|些|两)天|前阵子|前段时间|最近|近期|不久前|很久以?前"
    r"|好?几个?(?:分钟|小时|钟头|天|周|星期|礼拜|月|年)[之以]?前?|这几天|[这本]个?(?:周|星期|礼拜|月)|半天"
    r"|[月年][初中底]|(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})(?:月份|个月|年[之以]?前)",
    re.IGNORECASE | re.ASCII,
)
#: A clock time; a date that needs no today; a day that does.
_CLOCK = re.compile(r"\d:\d\d|\d\s*[ap]\.?m\b|[\d一二三四五六七八九十两][点點时]", re.IGNORECASE | re.ASCII)
_DATE = re.compile(
    r"20\d\d[-/.]\d|月\d{1,2}[日号]|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d"
    r"|\d(?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE | re.ASCII,
)
_NAMED_DAY = re.compile(
    r"today|tonight|this (?:morning|afternoon|evening)|yesterday|last night|day\b|[今昨前][天早晨晚日]|周|星期|礼拜",
    re.IGNORECASE,
)


#: A time as it is typed, and the words around it when nothing else is said.
_TIME = re.compile(
    r"20\d\d[-/.]\d{1,2}[-/.]\d{1,2}T?|(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]|\d{1,2}:\d\d(?::\d\d)?\s*(?:[ap]\.?m\b)?"
    r"|\d{1,2}\s*[ap]\.?m\b|[\d一二三四五六七八九十两半]{1,3}[点點时](?:\d{1,2}分?|半)?"
    r"|\b(?:utc|gmt)(?:\s?[+-]\s?\d{1,2})?\b",
    re.IGNORECASE | re.ASCII,
)
_AROUND = re.compile(
    r"(?:\W|\b(?:at|on|about|around|approx|circa|it|was|the|in|of|z|today|yesterday|last|night|this|morning|evening"
    r"|afternoon|time)\b|[在是大概约左右的了吧今昨前天晚早上下午凌晨中])*",
    re.IGNORECASE,
)


def is_bare(text: str) -> bool:
    """Tell whether words are a clock time or a date and nothing else."""
    return _TIME.search(text) is not None and _AROUND.fullmatch(_TIME.sub(" ", text)) is not None


def is_exact(value: str) -> bool:
    """Tell whether a value is an instant or a day, not words."""
    return _EXACT.fullmatch(value) is not None


def is_ahead(value: str, now: datetime) -> bool:
    """Tell whether an instant or a day has yet to come."""
    if not is_exact(value):
        return False
    if len(value) == len("2026-11-22"):
        return date.fromisoformat(value) > now.date()
    return from_wire(value) > now + _SLACK


def has_been(value: str, now: datetime) -> bool:
    """Tell whether a time the NLU found is one at which something can have happened."""
    return not is_ahead(value, now) if is_exact(value) else _ROUGH.search(value) is not None


def speaks_of_ahead(text: str) -> bool:
    """Tell whether words name a time to come."""
    return _AHEAD.search(text) is not None


def read(text: str, now: datetime) -> str | None:
    """Return when something happened by an answer's words, None when they do not tell."""
    lasted = next((match for pattern in _LASTED if (match := pattern.search(text))), None)
    if lasted:
        return _back_from(now, lasted)
    if _JUST_NOW.search(text):
        return to_wire(now)
    rough = _ROUGH.search(text)
    if rough is None:
        return None
    return text.strip() if len(text.strip()) <= _LONGEST_ROUGH else rough.group()


def _back_from(now: datetime, lasted: re.Match[str]) -> str:
    """Return an instant for hours and minutes, a day for what is longer."""
    unit = quantities.SECONDS[lasted["unit"].lower()]
    half = 0.5 if lasted.groupdict().get("half") else 0
    began = now - timedelta(seconds=(float(quantities.read(lasted["n"])) + half) * unit)
    return to_wire(began) if unit < quantities.SECONDS["day"] else began.date().isoformat()


def is_loose(value: str, words: str) -> bool:
    """Tell whether an instant was said as a clock time without a zone."""
    is_instant = is_exact(value) and len(value) > len("2026-11-22")
    return is_instant and _CLOCK.search(words) is not None and zones.mentioned(words) is None


def in_zone(value: str, words: str, zone: str, now: datetime) -> str:
    """Return a loose time, read as UTC, as its words mean it in a zone."""
    there = zones.zone_of(zone)
    at = from_wire(value).replace(tzinfo=there)
    if _DATE.search(words):
        return to_wire(at)
    if _NAMED_DAY.search(words):
        return to_wire(at + (now.astimezone(there).date() - now.astimezone(timezone.utc).date()))
    while at > now + _SLACK:
        at -= timedelta(days=1)
    while at + timedelta(days=1) <= now:
        at += timedelta(days=1)
    return to_wire(at)
