"""Time zones as people name them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from kit import zones


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UTC", "UTC"),
        ("gmt", "UTC"),
        ("UTC+8", "UTC+8"),
        ("gmt -5", "UTC-5"),
        ("+05:30", "UTC+5:30"),
        ("UTC+0", "UTC"),
        ("北京时间", "Asia/Shanghai"),
        ("东八区", "UTC+8"),
        ("我在香港", "Asia/Hong_Kong"),
        ("Berlin", "Europe/Berlin"),
        ("new york time", "America/New_York"),
        ("I am in ho chi minh", "Asia/Ho_Chi_Minh"),
        ("Europe/London", "Europe/London"),
        ("EST", "America/New_York"),
        ("my local time", None),
        ("no idea", None),
        ("当地时间", None),
    ],
)
def test_an_answer_names_its_zone(text: str, name: str | None) -> None:
    assert zones.named(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("liquidated at 3am hong kong time", "Asia/Hong_Kong"),
        ("北京时间凌晨三点", "Asia/Shanghai"),
        ("03:12 UTC", "UTC"),
        ("2026-11-21T03:12:09Z", "UTC"),
        ("2026-11-21T03:12:09+08:00", "UTC+8"),
        ("at 3am EST", "America/New_York"),
        ("I live in Berlin and lost money at 3am", None),
        ("the last time it was at 03:12", None),
        ("minus -5 usdt at 03:12", None),
        ("什么时间都可以", None),
    ],
)
def test_a_zone_amid_words_is_one_only_beside_a_time(text: str, name: str | None) -> None:
    assert zones.mentioned(text) == name


def test_every_name_stands_for_a_zone() -> None:
    at = datetime(2026, 11, 22, tzinfo=timezone.utc)
    names = ("UTC", "UTC+8", "UTC-5", "UTC+5:30", "Asia/Shanghai", "Mars/Olympus", "../etc")

    offsets = [zones.zone_of(name).utcoffset(at) for name in names]

    assert offsets == [timedelta(hours=hours) for hours in (0, 8, -5, 5.5, 8, 0, 0)]
    assert [zones.known(name) for name in names] == [*names[:5], "UTC", "UTC"]
