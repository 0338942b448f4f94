"""Evidence packs as agents see them over HTTP, on both stores, against a fake exchange."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from escalation.evidence.models import EvidencePart
from kit.clock import ManualClock, to_wire
from tests.escalation.desk import Desk
from tests.escalation.evidence.dispute import MINUTE, SHA256, Open, codes, facts, missing, part
from tests.fakes.assistant import FakeAssistant
from tests.fakes.exchange import BASE_URL, FakeExchange


async def test_a_complete_pack_holds_every_part_with_source_time_and_hash(
    dispute: Open, clock: ManualClock, moment: datetime
) -> None:
    case = await dispute()
    await case.record(moment - 30 * MINUTE, moment + 30 * MINUTE, moment=moment)

    pack = await case.collect()

    assert missing(pack) == {}
    assert pack["is_complete"]
    assert pack["window"] == {
        "moment": to_wire(moment),
        "start": to_wire(moment - 30 * MINUTE),
        "end": to_wire(moment + 30 * MINUTE),
    }
    for each in pack["parts"]:
        assert SHA256.fullmatch(each["sha256"])
        assert each["fetched_at"] == to_wire(clock.now())
        assert each["sources"]
    assert part(pack, "trades")["sources"][0].startswith(f"{BASE_URL}/trade?symbol=XBTUSD&")
    assert part(pack, "buckets")["sources"][0].startswith(f"{BASE_URL}/trade/bucketed?symbol=XBTUSD&binSize=1m&")
    assert "price record" in part(pack, "record")["sources"][0]


async def test_a_packs_data_is_what_was_published(dispute: Open, moment: datetime) -> None:
    case = await dispute()
    await case.record(moment - 30 * MINUTE, moment + 30 * MINUTE, moment=moment)

    pack = await case.collect()

    trades, buckets = await case.data(pack, "trades"), await case.data(pack, "buckets")
    record, announcements = await case.data(pack, "record"), await case.data(pack, "announcements")
    assert len(trades["rows"]) == 120
    assert trades["rows"][0]["price"] == "97264.5"
    assert len(buckets["rows"]) == 60
    assert len(record["rows"]) == 361
    assert record["rows"][180] == {
        "at": to_wire(moment),
        "mark": "97000.0",
        "index": "96995.5",
        "funding": "0.0001",
        "state": "Open",
    }
    assert [row["title"] for row in announcements["rows"]] == ["Trading paused"]


async def test_what_the_record_says_is_found(dispute: Open, moment: datetime) -> None:
    case = await dispute(facts(moment, price="liq at $97,045"))
    await case.record(moment - 30 * MINUTE, moment + 30 * MINUTE, moment=moment)

    pack = await case.collect()

    said = {note["code"]: note["values"] for note in pack["findings"]}
    assert said["mark_range"]["low"] == "97,000"
    assert said["mark_range"]["low_at"] == to_wire(moment)
    assert said["mark_reached"] == {"price": "97,045", "at": to_wire(moment - 5 * MINUTE)}


async def test_a_price_the_mark_never_saw_is_said_with_the_gaps_in_mind(dispute: Open, moment: datetime) -> None:
    case = await dispute(facts(moment, price="96,500"))
    await case.record(moment - 30 * MINUTE, moment - 5 * MINUTE, moment=moment)

    pack = await case.collect()

    assert [note["code"] for note in pack["findings"]][-1] == "mark_not_seen"


async def test_a_gap_of_the_recorder_is_named_and_not_filled(dispute: Open, moment: datetime) -> None:
    case = await dispute()
    await case.record(moment - 30 * MINUTE, moment - 5 * MINUTE, moment=moment)
    await case.record(moment + 5 * MINUTE, moment + 30 * MINUTE, moment=moment)

    pack = await case.collect()

    assert codes(pack, "record") == ["gap"]
    [note] = part(pack, "record")["notes"]
    assert note["text"] == "No record from 01:07:00 to 01:17:00 UTC."
    gap = {"start": to_wire(moment - 5 * MINUTE), "end": to_wire(moment + 5 * MINUTE)}
    assert (await case.data(pack, "record"))["gaps"] == [gap]


async def test_nothing_recorded_is_no_record(dispute: Open) -> None:
    case = await dispute()

    pack = await case.collect()

    assert missing(pack) == {"record": "not_recorded"}
    assert part(pack, "record")["missing"]["text"].startswith("No record:")


async def test_an_exchange_that_is_down_leaves_the_record(dispute: Open, moment: datetime) -> None:
    case = await dispute()
    await case.record(moment - 30 * MINUTE, moment + 30 * MINUTE, moment=moment)
    case.exchange.behaviour.down = True

    pack = await case.collect()

    assert missing(pack) == dict.fromkeys(("trades", "buckets", "announcements"), "unavailable")
    assert part(pack, "trades")["sources"] == [f"{BASE_URL}/trade"]
    assert len((await case.data(pack, "record"))["rows"]) == 361


async def test_a_rate_limit_is_said_and_not_tested_again(dispute: Open) -> None:
    case = await dispute()
    case.exchange.behaviour.status, case.exchange.behaviour.retry_after = 429, "60"

    pack = await case.collect()

    assert missing(pack) == {
        **dict.fromkeys(("trades", "buckets", "announcements"), "rate_limited"),
        "record": "not_recorded",
    }
    assert case.exchange.requests.total() == 1


async def test_an_outage_amid_the_trades_keeps_those_that_came(dispute: Open) -> None:
    case = await dispute()
    case.exchange.behaviour.status, case.exchange.behaviour.status_after = 503, 2

    pack = await case.collect()

    assert "broken_off" in codes(pack, "trades")
    assert len((await case.data(pack, "trades"))["rows"]) == 60
    assert missing(pack)["buckets"] == "unavailable"


async def test_a_window_that_is_not_over_says_so(dispute: Open, clock: ManualClock) -> None:
    case = await dispute(facts(clock.now() - 10 * MINUTE))

    pack = await case.collect()

    assert "not_over" in codes(pack, "trades")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param({"occurred_at": "2026-11-22T02:00:00.000Z"}, "no_symbol", id="no-symbol"),
        pytest.param({"symbol": "XBTUSD"}, "no_time", id="no-time"),
        pytest.param({"symbol": "XBTUSD", "occurred_at": "2026-11-21"}, "day_only", id="day-only"),
        pytest.param({"symbol": "XBTUSD", "occurred_at": "last month"}, "rough_time", id="rough-time"),
        pytest.param({"symbol": "XBTUSD", "occurred_at": "2030-01-01T00:00:00.000Z"}, "in_future", id="future"),
        pytest.param({"symbol": "XBTUSD", "occurred_at": "0001-01-01T00:00:00Z"}, "before_exchange", id="year-one"),
        pytest.param({"symbol": "XBTUSD", "occurred_at": "9999-99-99T00:00:00Z"}, "rough_time", id="no-date"),
        pytest.param({"symbol": "XBTUSD", "occurred_at": ["x"], "price": {}}, "no_time", id="not-a-text"),
    ],
)
async def test_facts_that_are_missing_or_impossible_are_said(dispute: Open, given: dict[str, Any], reason: str) -> None:
    case = await dispute(given)

    pack = await case.collect()

    assert missing(pack)["trades"] == missing(pack)["record"] == reason
    assert await case.chart(pack)


@pytest.mark.parametrize(
    ("symbol", "reason"),
    [
        pytest.param("BTCUSD", "near_symbol", id="another-exchanges-name"),
        pytest.param("ZZQQWWKKJJHHGG12", "unknown_symbol", id="no-such-contract"),
        pytest.param("<script>alert(1)</script>", "unknown_symbol", id="script"),
        pytest.param("XBTUSD&count=1", "unknown_symbol", id="query"),
        pytest.param("A" * 5000, "unknown_symbol", id="huge"),
        pytest.param("合约" * 10, "unknown_symbol", id="chinese"),
    ],
)
async def test_a_contract_that_is_not_listed_is_said(dispute: Open, moment: datetime, symbol: str, reason: str) -> None:
    case = await dispute(facts(moment, symbol=symbol))

    pack = await case.collect()

    assert missing(pack)["trades"] == missing(pack)["record"] == reason
    assert "announcements" not in missing(pack)
    assert "<script>" not in await case.chart(pack)


async def test_ten_years_ago_is_asked_for_and_found_empty(dispute: Open) -> None:
    case = await dispute(facts("2016-11-22T03:00:00.000Z"))

    pack = await case.collect()

    assert codes(pack, "trades") == ["none_given"]
    assert missing(pack) == {"record": "not_recorded"}


async def test_too_many_trades_are_cut_and_the_cut_is_said(dispute: Open, moment: datetime) -> None:
    case = await dispute()
    rows = case.exchange.trades
    rows[:] = [rows[0] | {"timestamp": to_wire(moment + timedelta(milliseconds=200 * i))} for i in range(-3500, 3500)]

    pack = await case.collect()

    [note] = [note for note in part(pack, "trades")["notes"] if note["code"] == "cut"]
    assert note["values"]["count"] == len((await case.data(pack, "trades"))["rows"])
    assert note["values"]["count"] < 7000


async def test_a_settlement_without_a_time_is_the_contracts_own(
    dispute: Open, exchange: FakeExchange, moment: datetime
) -> None:
    exchange.instruments[4]["settle"] = to_wire(moment)
    case = await dispute({"symbol": "XBTM27", "price": "99,000.5"}, "settlement_dispute")

    pack = await case.collect()

    assert pack["window"]["moment"] == to_wire(moment)
    assert pack["findings"][0]["code"] == "settlement_time"


async def test_asking_again_adds_a_pack_and_keeps_the_old(dispute: Open, clock: ManualClock) -> None:
    case = await dispute()
    case.exchange.behaviour.down = True
    first = await case.collect()
    clock.advance(minutes=2)
    case.exchange.behaviour.down = False

    second = await case.collect()

    assert [pack["sequence"] for pack in await case.packs()] == [2, 1]
    assert (await case.packs())[1] == first
    assert missing(second) == {"record": "not_recorded"}
    assert second["requested_by"] == "Ana"


async def test_the_same_is_not_asked_for_twice_in_a_minute(dispute: Open, clock: ManualClock) -> None:
    case = await dispute()
    await case.collect()

    again = await case.try_to_collect()

    assert again.status_code == 429
    assert int(again.headers["Retry-After"]) <= 60
    assert len(await case.packs()) == 1


async def test_an_agent_who_knows_the_minute_says_it(dispute: Open, moment: datetime) -> None:
    case = await dispute(facts("last month", symbol="BTCUSD"))
    await case.collect()

    pack = await case.collect(symbol="XBTUSD", at=to_wire(moment), price="97000.5")

    assert missing(pack) == {"record": "not_recorded"}
    assert pack["subject"] == {"symbol": "XBTUSD", "at": to_wire(moment), "price": "97000.5"}
    assert not pack["is_current"]


@pytest.mark.parametrize("wrong", [{"at": "03:12"}, {"at": "2026-11-22T03:12:00"}, {"symbol": "<b>"}, {"price": "NaN"}])
async def test_an_agents_facts_are_checked(dispute: Open, wrong: dict[str, str]) -> None:
    case = await dispute()

    answer = await case.try_to_collect(**wrong)

    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.json()["detail"]
    assert await case.packs() == []


async def test_a_part_changed_in_the_store_is_not_given_out(dispute: Open, desk: Desk) -> None:
    case = await dispute()
    pack = await case.collect()
    async with desk.database.write() as session:
        await session.execute(update(EvidencePart).where(EvidencePart.name == "trades").values(content=b"forged"))

    answer = await case.download(pack, "trades")

    assert answer.status_code == 500
    assert answer.json()["error"] == "evidence_damaged"


async def test_a_reason_changed_in_the_store_is_noticed(dispute: Open, desk: Desk) -> None:
    case = await dispute()
    pack = await case.collect()
    forged = {"code": "no_time", "values": {}}
    async with desk.database.write() as session:
        await session.execute(update(EvidencePart).where(EvidencePart.name == "record").values(missing=forged))

    answer = await case.download(pack, "trades")

    assert answer.json()["error"] == "evidence_damaged"


async def test_the_manifest_has_the_packs_hash(dispute: Open) -> None:
    case = await dispute()
    pack = await case.collect()

    answer = await case.download(pack, "manifest")

    assert hashlib.sha256(answer.content).hexdigest() == pack["sha256"] == answer.headers["X-Evidence-SHA256"]
    assert [part["sha256"] for part in answer.json()["parts"]] == [part["sha256"] for part in pack["parts"]]


async def test_a_missing_parts_download_says_why(dispute: Open) -> None:
    case = await dispute()
    pack = await case.collect()

    answer = await case.download(pack, "record")

    assert answer.status_code == 404
    assert "No record" in answer.json()["detail"]


async def test_reasons_are_said_in_chinese_too(dispute: Open) -> None:
    case = await dispute()
    await case.collect()

    [pack] = await case.packs(lang="zh")

    assert part(pack, "record")["missing"]["text"].startswith("没有记录")


async def test_another_case_has_no_evidence(dispute: Open) -> None:
    case = await dispute(case="missing_deposit")

    answer = await case.try_to_collect()

    assert answer.status_code == 409
    assert "missing deposit" in answer.json()["detail"]
    assert case.exchange.requests.total() == 0


@pytest.mark.parametrize(
    "path", ["", "/nosuchpack/chart.svg", "/nosuchpack/parts/trades"], ids=["packs", "chart", "part"]
)
async def test_an_unknown_ticket_or_pack_is_not_found(dispute: Open, path: str) -> None:
    case = await dispute()
    number = case.number if path else "PH-0000-0000"

    answer = await case.agent.client.get(f"/tickets/{number}/evidence{path}")

    assert answer.status_code == 404


async def test_a_pack_of_another_ticket_is_not_found(dispute: Open, assistant: FakeAssistant) -> None:
    case = await dispute()
    pack = await case.collect()
    _, other = await case.desk.case()

    answer = await case.agent.client.get(f"/tickets/{other}/evidence/{pack['id']}/parts/trades")

    assert answer.status_code == 404


async def test_strangers_and_forged_requests_get_nothing(dispute: Open) -> None:
    case = await dispute()
    del case.agent.client.headers["X-CSRF-Token"]
    forged = await case.try_to_collect()
    case.agent.client.cookies.clear()

    unknown = await case.agent.client.get(f"/tickets/{case.number}/evidence")

    assert (forged.status_code, unknown.status_code) == (403, 401)
    assert case.exchange.requests.total() == 0
