from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from conversations.database import Database
from exchange import repository
from exchange.client import ExchangeClient
from exchange.models import PriceHour, PriceSample
from exchange.recorder import Recorder
from exchange.samples import Gap, Sample, from_second, gaps, pack, unpack
from kit.clock import ManualClock
from tests.exchange.conftest import Sleeper
from tests.fakes.exchange import BASE_URL, FakeExchange


@dataclass
class Replica:
    """One service's recorder with a client of its own."""

    recorder: Recorder
    database: Database
    exchange: FakeExchange
    clock: ManualClock

    async def poll(self, times: int = 1) -> list[int]:
        """Poll every ten seconds; returns how many samples each poll stored."""
        stored = []
        for _ in range(times):
            stored.append(await self.recorder.poll())
            self.clock.advance(seconds=10)
        return stored

    async def record(self, symbol: str, start: datetime, end: datetime) -> list[Sample]:
        async with self.database.read() as session:
            return await repository.record_between(session, symbol, start, end)

    async def counts(self) -> tuple[int, int]:
        """Return the numbers of rows and of blocks."""
        async with self.database.read() as session:
            rows = (await session.execute(select(func.count()).select_from(PriceSample))).scalar_one()
            return rows, (await session.execute(select(func.count()).select_from(PriceHour))).scalar_one()


def _replica(database: Database, exchange: FakeExchange, clock: ManualClock, sleeper: Sleeper) -> Replica:
    client = ExchangeClient(BASE_URL, clock, transport=exchange.transport(), sleep=sleeper)
    return Replica(Recorder(database, client, clock, sleep=sleeper), database, exchange, clock)


@pytest.fixture
def replica(database: Database, exchange: FakeExchange, clock: ManualClock, sleeper: Sleeper) -> Replica:
    return _replica(database, exchange, clock, sleeper)


@pytest.fixture
def other(replica: Replica, sleeper: Sleeper) -> Replica:
    """A second service on the same store, started while the first records."""
    second = _replica(replica.database, replica.exchange, replica.clock, sleeper)
    second.recorder._takes_over = False
    return second


async def test_each_poll_stores_every_symbol_as_published(replica: Replica, clock: ManualClock) -> None:
    start = clock.now()

    stored = await replica.poll(2)

    assert stored == [6, 6]
    mark, index, funding = Decimal("97849.76"), Decimal("97843.77"), Decimal("0.00011")
    assert await replica.record("XBTUSD", start, clock.now()) == [
        Sample(start, mark, index, funding, "Open"),
        Sample(start + timedelta(seconds=10), mark, index, funding, "Open"),
    ]


async def test_what_the_exchange_leaves_out_stays_empty(replica: Replica, clock: ManualClock) -> None:
    await replica.poll()

    [sample] = await replica.record("XBT_USDT", clock.now() - timedelta(minutes=1), clock.now())

    assert (sample.mark, sample.index, sample.funding) == (Decimal("97850.0"), None, None)


async def test_prices_and_states_are_followed(replica: Replica, clock: ManualClock) -> None:
    start = clock.now()
    for price, state in ((97849.76, "Open"), (97000.5, "Open"), (97000.5, "Closed")):
        replica.exchange.instruments[0] |= {"markPrice": price, "state": state}
        await replica.poll()

    record = await replica.record("XBTUSD", start, clock.now())

    assert [(str(sample.mark), sample.state) for sample in record] == [
        ("97849.76", "Open"),
        ("97000.5", "Open"),
        ("97000.5", "Closed"),
    ]


async def test_an_outage_is_a_gap_and_stays_one(replica: Replica, clock: ManualClock) -> None:
    start = clock.now()
    await replica.poll(3)
    replica.exchange.behaviour.down = True
    await replica.poll(3)
    replica.exchange.behaviour.down = False
    resumed = clock.now().replace(microsecond=0)
    await replica.poll(2)

    record = await replica.record("XBTUSD", start, clock.now())

    assert len(record) == 5
    assert gaps(record, start, clock.now()) == [Gap(start + timedelta(seconds=20), resumed)]


async def test_only_one_of_two_services_records(replica: Replica, other: Replica, clock: ManualClock) -> None:
    first = await replica.recorder.poll()
    second = await other.recorder.poll()

    assert (first, second) == (6, 0)
    assert replica.exchange.requests.total() == 1


async def test_another_service_follows_one_that_died(replica: Replica, other: Replica, clock: ManualClock) -> None:
    await replica.recorder.poll()

    stored = await other.poll(4)

    assert stored == [0, 0, 0, 6]


async def test_a_service_that_lost_its_lease_while_asking_stores_nothing(
    replica: Replica, other: Replica, clock: ManualClock
) -> None:
    replica.exchange.may_answer.clear()
    slow = asyncio.create_task(replica.recorder.poll())
    while not replica.exchange.requests:
        await asyncio.sleep(0.001)
    clock.advance(seconds=31)
    followed = asyncio.create_task(other.recorder.poll())
    while replica.exchange.requests.total() < 2:
        await asyncio.sleep(0.001)
    replica.exchange.may_answer.set()

    assert (await slow, await followed) == (0, 6)


async def test_a_restart_on_one_file_records_at_once(
    replica: Replica, database: Database, clock: ManualClock, sleeper: Sleeper
) -> None:
    await replica.poll()

    restarted = _replica(database, replica.exchange, clock, sleeper)

    assert await restarted.recorder.poll() == (6 if database.is_sqlite else 0)


async def test_a_clean_stop_hands_over_at_once(replica: Replica, other: Replica, clock: ManualClock) -> None:
    async def polled() -> bool:
        return (await replica.counts())[0] > 0

    task = asyncio.create_task(replica.recorder.run())
    while not await polled():
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    clock.advance(seconds=10)

    assert await other.recorder.poll() == 6


async def test_polls_fall_on_full_ten_seconds(replica: Replica, clock: ManualClock) -> None:
    clock.advance(seconds=3.7)
    start = clock.now()

    task = asyncio.create_task(replica.recorder.run())
    while not (record := await replica.record("XBTUSD", start, start + timedelta(hours=1))):
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert record[0].at.second % 10 == 0


async def test_a_finished_hour_is_packed_and_reads_the_same(replica: Replica, clock: ManualClock) -> None:
    start = clock.now()  # 03:12
    await replica.poll(5)
    before = await replica.record("XBTUSD", start, clock.now())
    clock.advance(hours=1)

    await replica.poll(2)  # packs, then finds nothing more to pack

    assert await replica.counts() == (12, 6)
    assert (await replica.record("XBTUSD", start, clock.now()))[:5] == before


async def test_hours_left_by_a_stopped_service_are_packed_in_turn(
    replica: Replica, database: Database, clock: ManualClock
) -> None:
    start = clock.now()
    left = [Sample(start + timedelta(hours=hour), Decimal(hour), None, None, "Open") for hour in range(3)]
    async with database.write() as session:
        for sample in left:
            await repository.add_samples(session, {"GONE": sample})
    clock.advance(hours=3)

    await replica.poll(4)

    assert await replica.record("GONE", start, clock.now()) == left
    assert await replica.counts() == (24, 3)


async def test_late_samples_join_a_packed_hour(replica: Replica, database: Database, clock: ManualClock) -> None:
    start = clock.now()
    await replica.poll()
    clock.advance(hours=1)
    await replica.poll()
    late = Sample(start + timedelta(seconds=20), Decimal(1), None, None, "Open")

    async with database.write() as session:
        await repository.add_samples(session, {"XBTUSD": late})
        await repository.pack_hour(session, "XBTUSD", 1795316400)

    record = await replica.record("XBTUSD", start, start + timedelta(minutes=1))
    assert [sample.at for sample in record] == [start, late.at]


async def test_the_record_holds_ninety_days(replica: Replica, clock: ManualClock) -> None:
    start = clock.now()
    await replica.poll()
    clock.advance(days=90)
    await replica.poll(2)
    kept = await replica.record("XBTUSD", start, start)

    clock.advance(hours=1)
    await replica.poll(2)

    assert len(kept) == 1
    assert await replica.record("XBTUSD", start, start) == []


async def test_both_ends_of_a_time_belong_to_it(replica: Replica, clock: ManualClock) -> None:
    start = clock.now()
    await replica.poll(4)

    record = await replica.record("XBTUSD", start + timedelta(seconds=10), start + timedelta(seconds=20))

    assert [sample.at - start for sample in record] == [timedelta(seconds=10), timedelta(seconds=20)]


async def test_a_store_that_fails_does_not_end_the_recorder(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    poll = replica.recorder.poll

    async def fails_first() -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError("The disk is full, as the test asked.")
        return await poll()

    monkeypatch.setattr(replica.recorder, "poll", fails_first)
    task = asyncio.create_task(replica.recorder.run())
    while (await replica.counts())[0] == 0:
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert calls >= 2


NUMBERS = st.none() | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=9
)


@given(
    st.lists(
        st.tuples(st.integers(0, 2**33), NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["Open", "Closed"])),
        unique_by=lambda row: row[0],
    )
)
def test_packing_loses_nothing(rows: list[tuple[int, Decimal | None, Decimal | None, Decimal | None, str]]) -> None:
    samples = [Sample(from_second(at), mark, index, funding, state) for at, mark, index, funding, state in sorted(rows)]

    assert unpack(pack(reversed(samples))) == samples


def test_an_hour_of_a_lively_market_packs_into_two_kilobytes(clock: ManualClock) -> None:
    chance = random.Random(1)
    price = 97843.77
    samples = []
    for poll in range(360):
        price *= 1 + chance.gauss(0, 0.0005)
        index = Decimal(price).quantize(Decimal("0.01"))
        samples.append(Sample(clock.now() + timedelta(seconds=10 * poll), index + 6, index, Decimal("0.0001"), "Open"))

    assert len(pack(samples)) < 2048


def test_a_time_without_samples_is_one_gap(clock: ManualClock) -> None:
    start, end = clock.now(), clock.now() + timedelta(minutes=1)

    assert gaps([], start, end) == [Gap(start, end)]


def test_one_missed_poll_is_no_gap(clock: ManualClock) -> None:
    samples = [Sample(clock.now() + timedelta(seconds=s), None, None, None, "Open") for s in (0, 20, 40)]

    assert gaps(samples, clock.now(), clock.now() + timedelta(seconds=50)) == []
