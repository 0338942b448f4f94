"""Time zones as people name them: "UTC+8", "Europe/London", "Berlin", "EST", "北京时间".

A zone's *name* is an IANA name, "UTC", or "UTC" with an offset; `zone_of` gives what it stands for.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

#: What a channel says when it does not know the customer's zone.
UNKNOWN = ("UTC", "Etc/UTC")

#: Names that the database does not have, or has for something else.
_NAMES = {
    "est": "America/New_York", "edt": "America/New_York", "eastern": "America/New_York",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pacific": "America/Los_Angeles",
    "bst": "Europe/London", "uk": "Europe/London", "cet": "Europe/Berlin", "cest": "Europe/Berlin",
    "jst": "Asia/Tokyo", "kst": "Asia/Seoul", "sgt": "Asia/Singapore", "hkt": "Asia/Hong_Kong",
    "msk": "Europe/Moscow", "beijing": "Asia/Shanghai", "china": "Asia/Shanghai",
    "北京": "Asia/Shanghai", "上海": "Asia/Shanghai", "中国": "Asia/Shanghai", "国内": "Asia/Shanghai",
    "香港": "Asia/Hong_Kong", "台北": "Asia/Taipei", "台湾": "Asia/Taipei", "新加坡": "Asia/Singapore",
    "东京": "Asia/Tokyo", "日本": "Asia/Tokyo", "首尔": "Asia/Seoul", "韩国": "Asia/Seoul",
    "伦敦": "Europe/London", "英国": "Europe/London", "纽约": "America/New_York", "美东": "America/New_York",
    "美西": "America/Los_Angeles",
}  # fmt: skip
#: A pattern of those that are abbreviations.
ABBREVIATIONS = "|".join(name for name in _NAMES if name.isascii() and 3 <= len(name) <= 4)
#: Regions of the database whose last part is a place.
_REGIONS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
_OFFSET = re.compile(
    r"(?P<sign>[+-])\s?(?P<hours>1[0-4]|0?\d)(?::?(?P<minutes>[0-5]\d))?(?!\d)|(?P<east>东八区?)", re.IGNORECASE
)
_UTC = re.compile(r"\b(?:utc|gmt|zulu)\b|^z$|世界时|协调时", re.IGNORECASE | re.ASCII)
#: What names a zone amid other words; of a place, only "Berlin time" does.
_MENTION = re.compile(
    r"\b(?:utc|gmt|zulu)\b(?:\s?[+-]\s?\d{1,2}(?::?[0-5]\d)?)?|(?<=\d)\s?[+-]\d{2}:?\d{2}\b|(?<=\d)z\b|东八区?|世界时|协调时"
    rf"|\b(?:{ABBREVIATIONS})\b"
    r"|\b[a-z]+(?:[ _][a-z]+)? time\b|[\u4e00-\u9fff]{2,4}?时间",
    re.IGNORECASE | re.ASCII,
)
_WORD = re.compile(r"[a-z]+(?:/[a-z_]+)*|[\u4e00-\u9fff]+")
#: Most words a place has.
_PLACE_WORDS = 3


def zone_of(name: str) -> tzinfo:
    """Return the zone of a name, UTC when nobody knows the name."""
    if offset := re.fullmatch(r"UTC([+-])(\d\d?)(?::(\d\d))?", name):
        size = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-size if offset[1] == "-" else size)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return timezone.utc


def known(name: str) -> str:
    """Return a zone's name, "UTC" when nobody knows it."""
    return "UTC" if zone_of(name) is timezone.utc else name


def written(at: datetime, language: str, name: str) -> str:
    """Write an instant as people in a zone read it, for example `22 Nov 2026, 18:40 UTC`; an unknown zone is UTC."""
    try:
        local = at.astimezone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown here, no zone's name, or a folder's
        local = at.astimezone(timezone.utc)
    zone = local.tzname() or name
    if language == "zh":
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}（{zone}）"
    return f"{local.day} {local:%b %Y, %H:%M} {zone}"


def mentioned(text: str) -> str | None:
    """Return the name of the first zone that stands in a text as one: "3am Berlin time", "北京时间三点"."""
    return next((name for match in _MENTION.finditer(text) if (name := named(match.group()))), None)


def named(text: str) -> str | None:
    """Return the name of the zone that a short answer gives, None when it gives none."""
    if offset := _OFFSET.search(text):
        if offset["east"]:
            return "UTC+8"
        hours, minutes = int(offset["hours"]), int(offset["minutes"] or 0)
        return f"UTC{offset['sign']}{hours}{f':{minutes:02}' if minutes else ''}" if hours or minutes else "UTC"
    return "UTC" if _UTC.search(text) else _place(text)


def _place(text: str) -> str | None:
    words, places = _WORD.findall(text.lower()), _places()
    runs = ("_".join(words[at : at + size]) for size in range(_PLACE_WORDS, 0, -1) for at in range(len(words)))
    chinese = (name for place, name in _NAMES.items() if not place.isascii() and place in text)
    return next((places[run] for run in runs if run in places), None) or next(chinese, None)


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """Return zones by their names and their cities, in lower case."""
    regions = sorted(name for name in available_timezones() if name.startswith(_REGIONS))
    cities = {name.rsplit("/", 1)[1].lower(): name for name in regions}
    return {**cities, **{name.lower(): name for name in regions}, **_NAMES}
