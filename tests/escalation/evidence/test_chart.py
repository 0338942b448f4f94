"""The chart of a pack: what is drawn, what is said, and that hostile facts stay text."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from kit.clock import ManualClock, to_wire
from tests.escalation.evidence.dispute import MINUTE, Open, facts
from tests.fakes.exchange import bucket

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def lines(svg: str, colour: str) -> int:
    """Return how many curves are drawn in a colour."""
    paths = ElementTree.fromstring(svg).iter(f"{SVG}path")
    return sum(path.get("stroke") == colour and path.get("d", "").count("L") > 5 for path in paths)


MARK = {"light": "#0b5596", "dark": "#84bdf2"}


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_complete_chart_shows_prices_claims_and_changes(dispute: Open, moment: datetime, theme: str) -> None:
    case = await dispute(facts(moment, price="liq at 97,045"))
    await case.record(moment - 30 * MINUTE, moment + 30 * MINUTE, moment=moment)

    svg = await case.chart(await case.collect(), theme=theme)

    said = texts(svg)
    assert lines(svg, MARK[theme]) == 1
    assert "XBTUSD · 2026-11-22 00:42 to 2026-11-22 01:42 UTC · evidence pack 1" in said
    assert {"claimed 01:12:00", "claimed 97,045", "UTC", "01:10", "mark price", "index"} <= set(said)
    assert "1: 01:14:00 UTC, state Open to Closed" in said
    assert "3: 01:22:00 UTC, funding rate 0.01% to 0.0125%" in said
    assert "The recorded mark price reached 97,045 first at 01:07:00 UTC." in said
    assert "no record" not in said


async def test_screen_readers_hear_what_the_chart_says(dispute: Open, moment: datetime) -> None:
    case = await dispute()

    root = ElementTree.fromstring(await case.chart(await case.collect()))

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert (root.findtext(f"{SVG}title") or "").startswith("XBTUSD · ")
    assert "No record" in (root.findtext(f"{SVG}desc") or "")


async def test_a_gap_is_shaded_named_and_not_bridged(dispute: Open, moment: datetime) -> None:
    case = await dispute()
    await case.record(moment - 30 * MINUTE, moment - 10 * MINUTE, moment=moment)
    await case.record(moment + 5 * MINUTE, moment + 30 * MINUTE, moment=moment)

    svg = await case.chart(await case.collect())

    assert lines(svg, MARK["light"]) == 2
    assert "no record" in texts(svg)


async def test_a_bucket_is_drawn_over_the_minute_that_ends_at_its_time(dispute: Open, moment: datetime) -> None:
    case = await dispute()
    case.exchange.buckets = [bucket(moment, 97000, 97010, 97005)]

    svg = await case.chart(await case.collect())

    half_a_minute = (628 - 78) / 60 / 2
    assert f"M{78 + (628 - 78) / 2 - half_a_minute:.1f} " in svg


async def test_what_had_not_happened_yet_is_shaded_as_such(dispute: Open, clock: ManualClock) -> None:
    case = await dispute(facts(clock.now() - 5 * MINUTE))

    svg = await case.chart(await case.collect())

    assert "not yet" in texts(svg)


async def test_nothing_known_is_said(dispute: Open, moment: datetime) -> None:
    case = await dispute()
    case.exchange.behaviour.down = True

    svg = await case.chart(await case.collect())

    said = texts(svg)
    assert "No price of this window is known." in said
    assert "Trades, 1-minute prices, Announcements: missing. The exchange could not be asked." in said


@pytest.mark.parametrize("price", ["999999999999999", "0.0000001", "1e999", "九万", "-5", "nan"])
async def test_a_price_far_off_or_unreadable_flattens_nothing(dispute: Open, moment: datetime, price: str) -> None:
    case = await dispute(facts(moment, price=price))
    await case.record(moment - 30 * MINUTE, moment + 30 * MINUTE, moment=moment)

    svg = await case.chart(await case.collect())

    assert "97,100" in texts(svg)
    assert not re.search(r"nan|inf|e[+-]?\d", " ".join(re.findall(r' (?:d|x|y|width)="([^"]*)"', svg)))


@pytest.mark.parametrize("given", ['<script>alert("1")</script>', "]]>&<!--", "a\x0bb\x1f\ufffe", '" onload="x'])
async def test_hostile_facts_stay_text(dispute: Open, moment: datetime, given: str) -> None:
    case = await dispute({"symbol": given, "occurred_at": given, "price": given})

    svg = await case.chart(await case.collect())

    root = ElementTree.fromstring(svg)
    assert {element.tag for element in root.iter()} <= {SVG + tag for tag in ("svg", "title", "desc", "rect", "text")}
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


async def test_an_old_packs_chart_never_changes(dispute: Open, clock: ManualClock, moment: datetime) -> None:
    case = await dispute()
    pack = await case.collect()
    before = await case.chart(pack)
    case.exchange.behaviour.down = True
    await case.record(moment - 30 * MINUTE, moment + 30 * MINUTE, moment=moment)
    clock.advance(hours=3)
    await case.change_facts(facts(to_wire(clock.now())))

    after = await case.chart(pack)

    assert after == before


async def test_the_chart_speaks_chinese(dispute: Open) -> None:
    case = await dispute()

    svg = await case.chart(await case.collect(), lang="zh")

    assert "所称价格 97,000" in texts(svg)


@pytest.mark.parametrize("wrong", [{"theme": "neon"}, {"lang": "fr"}], ids=["theme", "language"])
async def test_an_unknown_theme_or_language_is_refused(dispute: Open, wrong: dict[str, Any]) -> None:
    case = await dispute()
    pack = await case.collect()

    answer = await case.agent.client.get(f"/tickets/{case.number}/evidence/{pack['id']}/chart.svg", params=wrong)

    assert answer.status_code == 422
