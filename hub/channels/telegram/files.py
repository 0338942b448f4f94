"""Fetches the files customers send and hands them on as messages (hub.attachments), one message each.

The update is acknowledged once the file's id is stored; fetching it may take long and fail, and holds up nothing but
the chat's next file. Telegram being down is waited for; a file that cannot be had or may not be kept is told to the
customer in their language, and its name stands in the transcript in its place.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from datetime import timedelta
from typing import IO

import httpx
from telegram import Bot
from telegram.error import BadRequest, RetryAfter, TelegramError

from conversations import service
from conversations.attachments import checks
from conversations.attachments.checks import UnsupportedType
from conversations.attachments.service import Keeper
from conversations.database import Database
from conversations.domain import ClientIdReused, Incoming
from hub.attachments import take_in
from hub.channels.telegram import repository
from hub.channels.telegram.models import TelegramFile
from hub.channels.telegram.visit import Visit
from hub.metrics import Metrics
from kit.clock import Clock
from kit.errors import InvalidRequest, TooLarge, Unavailable

log = logging.getLogger(__name__)

#: Topic of the hint that a file waits to be fetched.
TOPIC = "telegram_file"
SWEEP_SECONDS = 1.0
#: Files fetched at once, and the longest one download may take, in seconds.
MAX_FETCHES = 4
FETCH_SECONDS = 40.0
#: A fetch nobody reported on is made again after this long.
ATTEMPT_TIMEOUT = timedelta(seconds=60)
#: Waits between failed fetches: 1 s, doubling, at most this.
MAX_WAIT = timedelta(minutes=1)
#: For so long a Telegram that does not answer is asked again; where it says no, so many times.
GIVE_UP_AFTER = timedelta(minutes=10)
MAX_REFUSALS = 3
#: A file is held in memory up to this size, in bytes; then in a file without a name.
_IN_MEMORY = 2**20


class NotFetched(Exception):
    """The file did not arrive whole this time; `is_refused` when Telegram said no."""

    def __init__(self, detail: str, *, is_refused: bool = False, wait: timedelta | None = None) -> None:
        super().__init__(detail)
        self.is_refused = is_refused
        self.wait = wait


class FileFetcher:
    """Fetches while it runs."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        clock: Clock,
        metrics: Metrics,
        client: httpx.AsyncClient | None = None,
        *,
        fetch_seconds: float = FETCH_SECONDS,
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._client = client or httpx.AsyncClient(timeout=10.0)
        self._fetch_seconds = fetch_seconds
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, keeper: Keeper) -> None:
        """Work until cancelled."""
        with self._database.signals.subscribe(TOPIC) as subscription:
            try:
                while True:
                    await self._start_due(keeper)
                    await subscription.wait(SWEEP_SECONDS)
            finally:
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                await self._client.aclose()

    async def _start_due(self, keeper: Keeper) -> None:
        free = MAX_FETCHES - len(self._tasks)
        try:
            rows = await self._due(free) if free else []
        except Exception:
            log.exception("Looking for files to fetch failed; trying again in %s s.", SWEEP_SECONDS)
            return
        for row in rows:
            task = asyncio.create_task(self._take_safely(row, keeper), name=f"file {row.external_id}")
            self._tasks.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._database.signals.publish(TOPIC)  # the chat's next file may go

    async def _due(self, limit: int) -> list[TelegramFile]:
        """Note an attempt at what is due now, the oldest file of each chat, and return it."""
        now = self._clock.now()
        async with self._database.write() as session:
            rows = list(await repository.due_files(session, now, limit))
            for row in rows:
                row.attempts += 1
                row.next_attempt_at = now + ATTEMPT_TIMEOUT
        return rows

    async def _take_safely(self, row: TelegramFile, keeper: Keeper) -> None:
        try:
            await self._take(row, keeper)
        except Exception:
            log.exception("File %s failed; it is fetched again.", row.external_id)

    async def _take(self, row: TelegramFile, keeper: Keeper) -> None:
        """Make a file a message, or tell the customer why not."""
        incoming = Incoming(repository.CHANNEL, row.external_id, row.conversation_id)
        try:
            with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
                await self._fetch(row.file_id, file)
                await take_in(self._database, keeper, self._clock.now(), incoming, row.name, file)
        except ClientIdReused:
            log.info("File %s is stored already.", row.external_id)
        except (NotFetched, Unavailable) as error:
            await self._postpone(row, error)
            return
        except InvalidRequest as error:
            await self._refuse(row, _reason(error))
            return
        async with self._database.write() as session:
            await repository.forget_file(session, row.id)
        self._metrics.telegram_files.labels("stored").inc()

    async def _fetch(self, file_id: str, target: IO[bytes]) -> None:
        """Write a file's bytes to `target`.

        Raises:
            TooLarge: as Telegram says, or as it turns out.
            NotFetched: it did not arrive whole.
        """
        try:
            async with asyncio.timeout(self._fetch_seconds):
                found = await self._bot.get_file(file_id)
                if (found.file_size or 0) > checks.MAX_BYTES:
                    raise TooLarge("Telegram says that the file is too large.")
                size = await self._download(found.file_path or "", target)
        except BadRequest as error:
            if "too big" in error.message.lower():
                raise TooLarge(error.message) from error
            raise NotFetched(error.message, is_refused=True) from error
        except RetryAfter as error:
            raise NotFetched(error.message, wait=timedelta(seconds=1) * _seconds(error.retry_after)) from error
        except TelegramError as error:
            raise NotFetched(error.message) from error
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise NotFetched(type(error).__name__) from error  # its text may hold the address, and that the token
        if found.file_size is not None and size != found.file_size:
            raise NotFetched(f"{size} bytes came of {found.file_size}.", is_refused=True)

    async def _download(self, url: str, target: IO[bytes]) -> int:
        size = 0
        async with self._client.stream("GET", url) as answer:
            if answer.status_code != 200:
                raise NotFetched(f"The download answered {answer.status_code}.", is_refused=answer.status_code < 500)
            async for chunk in answer.aiter_bytes():
                size += len(chunk)
                if size > checks.MAX_BYTES:  # whatever was said
                    raise TooLarge("The file turned out to be too large.")
                target.write(chunk)
        return size

    async def _postpone(self, row: TelegramFile, error: NotFetched | Unavailable) -> None:
        now = self._clock.now()
        is_refused = isinstance(error, NotFetched) and error.is_refused
        log.warning("File %s was not stored: %s", row.external_id, error)
        if now - row.received_at >= GIVE_UP_AFTER or (is_refused and row.attempts >= MAX_REFUSALS):
            await self._refuse(row, "file_lost")
            return
        self._metrics.telegram_files.labels("postponed").inc()
        wait = min(timedelta(seconds=2 ** (min(row.attempts, 10) - 1)), MAX_WAIT)
        if isinstance(error, NotFetched) and error.wait is not None:
            wait = max(wait, error.wait)
        async with self._database.write() as session:
            await repository.postpone_file(session, row.id, now + wait)

    async def _refuse(self, row: TelegramFile, reason: str) -> None:
        """Put the file's name into the transcript in its place and say why it was not taken, once."""
        async with self._database.write() as session:
            chat = await repository.lock_chat(session, row.chat_id)
            if chat is None or not await repository.forget_file(session, row.id):
                return
            conversation = await service.access_conversation(session, chat.conversation_id)
            visit = Visit(session, self._clock.now(), chat, conversation, row.external_id)
            await visit.refuse_file(row.name, reason)
        self._metrics.telegram_files.labels("refused").inc()


def _reason(error: InvalidRequest) -> str:
    """Return which of the channel's sentences says why a file may not be kept."""
    if isinstance(error, UnsupportedType):
        return "file_type"
    if isinstance(error, TooLarge):
        return "file_pixels" if "pixels" in error.detail else "file_large"
    return "file_damaged"


def _seconds(wait: int | timedelta) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
