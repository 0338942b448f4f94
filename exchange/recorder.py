"""Records the price of everything that trades, every ten seconds, for 90 days.

The exchange publishes no history of the mark price, which decides liquidations (F218): what is
not recorded here is gone. One replica records, under a lease that it renews with every poll. A
failed poll leaves a gap; nothing is filled in or carried forward.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from conversations.database import Database
from exchange import repository
from exchange.answers import Instrument
from exchange.client import ExchangeClient, ExchangeUnavailable
from exchange.samples import POLL_SECONDS, Sample, hour_of, to_second
from kit.clock import Clock
from kit.ids import new_id

log = logging.getLogger(__name__)

RETENTION = timedelta(days=90)
#: A replica that dies is followed by another after three polls.
LEASE_DURATION = timedelta(seconds=3 * POLL_SECONDS)
#: A poll that takes longer counts as failed, so that it never delays the next.
POLL_DEADLINE_SECONDS = 8.0


class Recorder:
    """Polls and stores while it runs."""

    def __init__(
        self,
        database: Database,
        client: ExchangeClient,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._owner = new_id()
        #: An SQLite file has one service: whoever held its lease is gone.
        self._takes_over = database.is_sqlite
        self._is_answered = True
        self._tidied_hour: int | None = None

    async def run(self) -> None:
        """Work until cancelled, polling at every full ten seconds."""
        try:
            while True:
                await self._sleep(self._seconds_to_next())
                try:
                    await self.poll()
                except Exception:
                    log.exception("Recording prices failed; trying again in %s s.", POLL_SECONDS)
        finally:
            async with self._database.write() as session:
                await repository.release_lease(session, self._clock.now(), self._owner)

    def _seconds_to_next(self) -> float:
        """Return the time to the next full ten seconds, the one after when that is now."""
        left = POLL_SECONDS - self._clock.now().timestamp() % POLL_SECONDS
        return left if left >= 1 else left + POLL_SECONDS

    async def poll(self) -> int:
        """Store one sample of each symbol, if it is this replica's turn; returns how many."""
        if not await self._hold_lease():
            return 0
        samples = await self._ask()
        if samples:
            async with self._database.write() as session:
                now = self._clock.now()
                if not await repository.hold_lease(session, now, self._owner, LEASE_DURATION):
                    return 0
                await repository.add_samples(session, samples)
        await self._tidy()
        return len(samples)

    async def _hold_lease(self) -> bool:
        async with self._database.write() as session:
            now = self._clock.now()
            held = await repository.hold_lease(session, now, self._owner, LEASE_DURATION, take_over=self._takes_over)
        self._takes_over = False
        return held

    async def _ask(self) -> dict[str, Sample]:
        try:
            async with asyncio.timeout(POLL_DEADLINE_SECONDS):
                answer = await self._client.active_instruments(max_age=timedelta(0))
        except (ExchangeUnavailable, TimeoutError) as error:
            if self._is_answered:
                log.warning("Prices are not recorded: %s", error or "the exchange is too slow.")
            self._is_answered = False
            return {}
        if not self._is_answered:
            log.info("Prices are recorded again.")
        self._is_answered = True
        return {row.symbol: _sample(row, answer.at) for row in answer.value}

    async def _tidy(self) -> None:
        """Once an hour, pack what is finished and drop what is too old; one short transaction per block."""
        now = self._clock.now()
        if self._tidied_hour == hour_of(to_second(now)):
            return
        async with self._database.read() as session:
            finished = await repository.unpacked_hours(session, now)
        for symbol, hour in finished:
            async with self._database.write() as session:
                await repository.pack_hour(session, symbol, hour)
        if finished:
            return  # the next poll looks whether more hours wait
        async with self._database.write() as session:
            await repository.forget_before(session, now - RETENTION)
        self._tidied_hour = hour_of(to_second(now))


def _sample(row: Instrument, at: datetime) -> Sample:
    return Sample(at, row.mark_price, row.indicative_settle_price, row.funding_rate, row.state)
