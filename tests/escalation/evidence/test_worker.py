"""Evidence that is collected by itself: which disputes, how often, and what is not stored twice."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from escalation.evidence import worker as worker_module
from escalation.evidence.worker import EvidenceWorker
from exchange.client import ExchangeClient
from kit.clock import ManualClock, to_wire
from tests.escalation.evidence.dispute import MINUTE, Dispute, Open, facts, missing, part
from tests.exchange.conftest import Sleeper
from tests.fakes.exchange import BASE_URL, FakeExchange


def another_replica(case: Dispute) -> EvidenceWorker:
    client = ExchangeClient(BASE_URL, case.clock, transport=case.exchange.transport(), sleep=Sleeper(case.clock))
    return EvidenceWorker(case.desk.database, client, case.clock)


async def test_an_open_dispute_gets_its_pack(dispute: Open) -> None:
    case = await dispute()

    await case.worker.look()

    [pack] = await case.packs()
    assert missing(pack) == {"record": "not_recorded"}
    assert pack["requested_by"] is None
    assert pack["is_current"]


async def test_looking_again_and_again_changes_nothing(dispute: Open, clock: ManualClock) -> None:
    case = await dispute()
    await case.worker.look()
    asked = case.exchange.requests.total()

    for _ in range(3):
        clock.advance(hours=3)
        assert not await case.worker.look()

    assert len(await case.packs()) == 1
    assert case.exchange.requests.total() == asked


@pytest.mark.parametrize("case_type", ["missing_deposit", "complaint"])
async def test_other_cases_are_left_alone(dispute: Open, case_type: str) -> None:
    case = await dispute(case=case_type)

    assert not await case.worker.look()

    assert await case.packs() == []


async def test_two_replicas_store_one_pack(dispute: Open) -> None:
    case = await dispute()
    other = another_replica(case)
    case.exchange.may_answer.clear()
    both = asyncio.gather(case.worker.look(), other.look())
    async with asyncio.timeout(10):
        while case.exchange.requests.total() < 2:
            await asyncio.sleep(0.01)
    case.exchange.may_answer.set()

    await both

    assert [pack["sequence"] for pack in await case.packs()] == [1]


async def test_a_window_that_was_not_over_is_collected_again_when_it_is(dispute: Open, clock: ManualClock) -> None:
    case = await dispute(facts(clock.now() - 10 * MINUTE))
    await case.worker.look()
    clock.advance(minutes=19)
    is_early = await case.worker.look()
    clock.advance(minutes=4)

    await case.worker.look()

    assert not is_early
    newest, first = await case.packs()
    assert "not_over" in [note["code"] for note in part(first, "buckets")["notes"]]
    assert "not_over" not in [note["code"] for note in part(newest, "buckets")["notes"]]


async def test_an_outage_is_followed_by_the_whole_pack(dispute: Open, clock: ManualClock) -> None:
    case = await dispute()
    case.exchange.behaviour.down = True
    await case.worker.look()
    clock.advance(minutes=6)
    case.exchange.behaviour.down = False

    await case.worker.look()

    newest, first = await case.packs()
    assert missing(first)["trades"] == "unavailable"
    assert "trades" not in missing(newest)


async def test_an_outage_that_lasts_is_not_stored_again_and_asked_less_and_less(
    dispute: Open, clock: ManualClock
) -> None:
    case = await dispute()
    case.exchange.behaviour.down = True
    looks = []

    for _ in range(24):
        looks.append(await case.worker.look())
        clock.advance(minutes=5)

    assert len(await case.packs()) == 1
    assert 3 <= sum(looks) <= 7


async def test_facts_that_come_later_are_collected_for(dispute: Open, clock: ManualClock, moment: datetime) -> None:
    case = await dispute(facts("last month"))
    await case.worker.look()
    clock.advance(minutes=6)
    await case.worker.look()
    asked = case.exchange.requests["/trade"]
    await case.change_facts(facts(moment))
    clock.advance(minutes=12)

    await case.worker.look()

    newest, first = await case.packs()
    assert asked == 0
    assert missing(first)["trades"] == "rough_time"
    assert newest["subject"]["at"] == to_wire(moment)
    assert "trades" not in missing(newest)


async def test_what_an_agent_asked_for_is_asked_again_as_they_asked(
    dispute: Open, clock: ManualClock, moment: datetime
) -> None:
    case = await dispute(facts("last month"))
    case.exchange.behaviour.down = True
    await case.collect(at=to_wire(moment))
    clock.advance(minutes=6)
    case.exchange.behaviour.down = False

    await case.worker.look()

    newest = (await case.packs())[0]
    assert newest["subject"]["at"] == to_wire(moment)
    assert "trades" not in missing(newest)


async def test_a_ticket_that_cannot_be_worked_on_keeps_nobody_waiting(
    dispute: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, case = await dispute(), await dispute()
    collect = case.worker._collector.collect

    async def fail_once(*given: object) -> object:
        monkeypatch.setattr(case.worker._collector, "collect", collect)
        raise RuntimeError("As the test asked.")

    monkeypatch.setattr(case.worker._collector, "collect", fail_once)

    await case.worker.look()
    await case.worker.look()

    assert [len(await each.packs()) for each in (broken, case)] == [0, 1]


async def test_the_running_service_collects_by_itself(dispute: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await dispute()
    monkeypatch.setattr(worker_module, "LOOK_SECONDS", 0.01)
    task = asyncio.create_task(another_replica(case).run())

    async with asyncio.timeout(10):
        while not await case.packs():
            await asyncio.sleep(0.02)

    task.cancel()


async def test_without_an_exchange_the_pack_says_so(dispute: Open, clock: ManualClock, exchange: FakeExchange) -> None:
    case = await dispute()

    await EvidenceWorker(case.desk.database, None, clock).look()

    [pack] = await case.packs()
    assert missing(pack) == {
        **dict.fromkeys(("trades", "buckets", "announcements"), "not_connected"),
        "record": "not_recorded",
    }
    assert exchange.requests.total() == 0
