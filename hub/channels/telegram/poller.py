"""Fetches updates by long polling, where Telegram cannot reach us. One replica polls, under a lease.

A batch is confirmed, by the next request's offset, only when all of it is stored. The offset serves for nothing else:
update ids may begin anew anywhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError

from conversations.database import Database
from hub.channels.telegram import repository
from hub.channels.telegram.follow_ups import FollowUps
from hub.channels.telegram.receive import Receiver
from hub.channels.telegram.updates import ALLOWED_UPDATES
from kit.clock import Clock
from kit.errors import InvalidRequest
from kit.ids import new_id

log = logging.getLogger(__name__)

#: How long Telegram may hold a request open, in seconds; it allows 50.
POLL_SECONDS = 25
#: A replica that dies is followed by another after this long; longer than a request takes.
LEASE_DURATION = timedelta(seconds=60)
#: Rest after a failure, and between looks at another's lease, in seconds.
REST_SECONDS = 5.0


class Poller:
    """Polls while it runs."""

    def __init__(
        self,
        bot: Bot,
        receiver: Receiver,
        follow_ups: FollowUps,
        database: Database,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._receiver = receiver
        self._follow_ups = follow_ups
        self._database = database
        self._clock = clock
        self._sleep = sleep
        self._owner = new_id()
        self._offset: int | None = None
        #: An SQLite file has one service: whoever held its lease is gone.
        self._takes_over = database.is_sqlite

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                rest = await self._poll_safely()
                if rest:
                    await self._sleep(rest)
        finally:
            async with self._database.write() as session:
                await repository.release_lease(session, self._clock.now(), self._owner)

    async def _poll_safely(self) -> float:
        """Poll once; returns how long to rest before the next time, in seconds."""
        try:
            return 0 if await self.poll() else REST_SECONDS
        except RetryAfter as error:
            wait = error.retry_after
            return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        except Conflict as error:
            log.warning("Telegram: another process uses this bot's token, or a webhook is set. %s", error.message)
        except TelegramError as error:
            log.warning("Telegram could not be asked for updates: %s", error.message)
        except SQLAlchemyError:
            log.exception("Updates from Telegram could not be stored; they are fetched again.")
        except Exception:
            log.exception("Polling Telegram failed; trying again in %s s.", REST_SECONDS)
        return REST_SECONDS

    async def poll(self) -> bool:
        """Fetch a batch and store it; False while it is another replica's turn."""
        if not await self._hold_lease():
            return False
        # Not bot.get_updates: it reads a batch whole, and one update it cannot read would hold up all others.
        batch: list[dict[str, Any]] = await self._bot.do_api_request(
            "GetUpdates",
            api_kwargs={"timeout": POLL_SECONDS, "offset": self._offset, "allowed_updates": list(ALLOWED_UPDATES)},
            read_timeout=POLL_SECONDS + 10,
        )
        for raw in batch:
            await self._take(raw)
        self._offset = batch[-1]["update_id"] + 1 if batch else None
        return True

    async def _take(self, raw: dict[str, Any]) -> None:
        try:
            await self._follow_ups.run(await self._receiver.take(raw))
        except SQLAlchemyError:
            raise
        except InvalidRequest as error:
            log.warning("%s It is passed over.", error.detail)
        except Exception:
            log.exception("Update %s from Telegram failed; it is passed over.", raw.get("update_id"))

    async def _hold_lease(self) -> bool:
        async with self._database.write() as session:
            now = self._clock.now()
            held = await repository.hold_lease(session, now, self._owner, LEASE_DURATION, take_over=self._takes_over)
        self._takes_over = False
        return held
