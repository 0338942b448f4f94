from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.nlu import moments
from bot.nlu.moments import find, zone_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "words", "meaning"),
    [
        ("liquidated at 03:12 UTC on XBTUSD", "03:12 UTC", "2026-11-22T03:12:00.000Z"),
        ("it was 13:45 UTC", "13:45 UTC", "2026-11-21T13:45:00.000Z"),
        ("yesterday 3am", "yesterday 3am", "2026-11-20T19:00:00.000Z"),
        ("Nov 21 at 14:05", "Nov 21 at 14:05", "2026-11-21T06:05:00.000Z"),
        ("on 21 Nov 2026 03:12 UTC+8", "21 Nov 2026 03:12 UTC+8", "2026-11-20T19:12:00.000Z"),
        ("2026-11-21T03:12:09Z", "2026-11-21T03:12:09Z", "2026-11-21T03:12:09.000Z"),
        ("two hours ago", "two hours ago", "2026-11-22T10:00:00.000Z"),
        ("last friday", "last friday", "2026-11-20"),
        ("on 30 December", "30 December", "2025-12-30"),
        ("昨晚11点半", "昨晚11点半", "2026-11-21T15:30:00.000Z"),
        ("11月20日 下午3点12分", "11月20日 下午3点12分", "2026-11-20T07:12:00.000Z"),
        ("半小时前", "半小时前", "2026-11-22T11:30:00.000Z"),
        ("tomorrow at 3pm", "tomorrow at 3pm", "2026-11-23T07:00:00.000Z"),
        ("next friday", "next friday", "2026-11-27"),
        ("since yesterday evening", "yesterday evening", "2026-11-21"),
        ("yesterday evening at 8:30", "yesterday evening at 8:30", "2026-11-21T12:30:00.000Z"),
        ("下周五之前", "下周五", "2026-11-27"),
        ("明天下午3点", "明天下午3点", "2026-11-23T07:00:00.000Z"),
        ("five hours ago", "five hours ago", "2026-11-22T07:00:00.000Z"),
        ("a few days ago", "a few days ago", None),
        ("几天前", "几天前", None),
    ],
)
def test_a_time_means_an_instant_in_the_customers_zone(text: str, words: str, meaning: str) -> None:
    moments = find(text, NOW, zone_of("Asia/Shanghai"))

    assert [(moment.text, moment.meaning) for moment in moments] == [(words, meaning)]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("昨晚三点", "2026-11-21T19:00:00.000Z"),
        ("昨天晚上两点半", "2026-11-21T18:30:00.000Z"),
        ("昨晚12点", "2026-11-21T16:00:00.000Z"),
        ("昨晚上十一点", "2026-11-21T15:00:00.000Z"),
        ("昨天凌晨三点", "2026-11-20T19:00:00.000Z"),
        ("半夜三点", "2026-11-21T19:00:00.000Z"),
        ("last night at 3am", "2026-11-21T19:00:00.000Z"),
        ("last night at 11:30", "2026-11-21T15:30:00.000Z"),
        ("凌晨三点零五分", "2026-11-21T19:05:00.000Z"),
        ("昨晚三点一刻", "2026-11-21T19:15:00.000Z"),
        ("tonight at 3am", "2026-11-21T19:00:00.000Z"),
    ],
)
def test_the_small_hours_of_a_night_are_of_the_next_day(text: str, meaning: str) -> None:
    (moment,) = find(text, NOW, zone_of("Asia/Shanghai"))

    assert moment.meaning == meaning


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("在UTC 03:12被强平", "2026-11-22T03:12:00.000Z"),
        ("北京时间3点12分", "2026-11-21T19:12:00.000Z"),
        ("北京时间昨晚11点", "2026-11-21T15:00:00.000Z"),
        ("at 3am Berlin time", "2026-11-22T02:00:00.000Z"),
        ("03:12 EST", "2026-11-22T08:12:00.000Z"),
        ("2026-11-21 03:12 (New York time)", "2026-11-21T08:12:00.000Z"),
        ("03:12 local time", "2026-11-22T03:12:00.000Z"),
        ("2026-11-21 03:12 +0800", "2026-11-20T19:12:00.000Z"),
    ],
)
def test_the_zone_beside_a_time_is_its_own(text: str, meaning: str) -> None:
    assert [moment.meaning for moment in find(text, NOW)] == [meaning]


def test_a_text_of_nothing_but_times_is_read_in_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    joint = moments._JOINT

    class Counted:
        def match(self, between: str) -> object:
            nonlocal compared
            compared += 1
            return joint.match(between)

    monkeypatch.setattr(moments, "_JOINT", Counted())

    found = find("2026-11-21 03:12, " * 1000, NOW)

    assert len(found) == 1000
    assert compared <= 4000


@pytest.mark.parametrize(
    "text",
    [
        "for 3 days",
        "may I ask",
        "it sat there",
        "chapter 12:99",
        "price 61200.5",
        "再详细一点",
        "能快一点吗",
        "手机上一点持仓就闪退",
        "一点开就崩",
        "我差一点爆仓",
        "还是一点没到",
        "存在一点问题",
        "上午一点点",
    ],
)
def test_what_is_no_time_is_left_alone(text: str) -> None:
    assert find(text, NOW) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("一点", "一点"), ("是一点吧", "一点"), ("昨天一点被强平", "昨天一点"), ("周一一点", "周一一点"),
     ("大概一点左右", "一点"), ("凌晨一点没成交", "凌晨一点"), ("11月21日一点", "11月21日一点"), ("一点半", "一点半")],
)  # fmt: skip
def test_one_oclock_is_a_time_beside_words_of_time(text: str, words: str) -> None:
    assert [moment.text for moment in find(text, NOW)] == [words]


def test_a_day_no_calendar_has_keeps_its_words_only() -> None:
    assert [(moment.text, moment.meaning) for moment in find("31 November 10:00", NOW)] == [("31 November 10:00", None)]


def test_without_now_only_a_full_date_has_a_meaning() -> None:
    assert [moment.meaning for moment in find("03:12 UTC")] == [None]
    assert [moment.meaning for moment in find("2026-11-21 03:12 UTC")] == ["2026-11-21T03:12:00.000Z"]


def test_an_unknown_zone_counts_as_utc() -> None:
    assert zone_of("Mars/Olympus") == timezone.utc
