"""Puts the parts together: what may leave, by which ways, and the work that sends it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import Database
from escalation.outside import away, repository
from escalation.outside.domain import ALERT_WINDOW, LOG_KEPT
from escalation.outside.fanout import BATCH, Ways, fan_out
from escalation.outside.guarded import guarded_client
from escalation.outside.mail import MailSender, smtp_server
from escalation.outside.outbox import OUTSIDE_TOPIC, Dispatcher, Sender
from escalation.outside.webhooks import WebhookSender
from kit.clock import Clock

log = logging.getLogger(__name__)

#: How often is looked for what is due, besides hints, in seconds.
SWEEP_SECONDS = 1.0
#: How long after a hint, in seconds: what happens at once is worked on at once, and no reply of the desk waits for it.
GATHER_SECONDS = 0.1
_TIDY_EVERY = timedelta(hours=1)


class Outside:
    """Sends what is to leave the desk while it runs."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        key: bytes,
        *,
        site: str = "",
        smtp_url: str = "",
        mail_from: str = "",
        may_be_private: bool = False,
    ) -> None:
        self.key = key
        self.site = site
        self.may_be_private = may_be_private
        #: Name of the bot agents link their chats with; empty without one.
        self.bot_name: Callable[[], str] = lambda: ""
        self._database = database
        self._clock = clock
        self._client = guarded_client(may_be_private=may_be_private)
        self._senders: dict[str, Sender] = {"webhook": WebhookSender(database, clock, self._client, key)}
        if smtp_url:
            self._senders["mail"] = MailSender(smtp_server(smtp_url), mail_from, site, key, clock)
        self.dispatcher = Dispatcher(database, clock, self._senders)
        self._tidied_at: datetime | None = None

    def add_sender(self, kind: str, sender: Sender) -> None:
        """Open one more way."""
        self._senders[kind] = sender

    def has(self, kind: str) -> bool:
        return kind in self._senders

    @property
    def ways(self) -> Ways:
        return Ways(frozenset(self._senders), self.site)

    async def run(self) -> None:
        """Work until cancelled."""
        with self._database.signals.subscribe(OUTSIDE_TOPIC) as subscription:
            try:
                while True:
                    try:
                        await self.sweep()
                        await self.dispatcher.start_due()
                    except Exception:
                        log.exception("Looking for what is to leave failed; trying again in %s s.", SWEEP_SECONDS)
                        await asyncio.sleep(SWEEP_SECONDS)
                    if await subscription.wait(SWEEP_SECONDS):
                        await asyncio.sleep(GATHER_SECONDS)
            finally:
                await self.dispatcher.stop()
                await self._client.aclose()

    async def sweep(self) -> None:
        """Make what happened into deliveries; looks first, so that a quiet desk writes nothing."""
        now = self._clock.now()
        async with self._database.read() as session:
            has_news = await repository.has_happenings(session)
            has_unread = await away.has_unread(session, now)
        while has_news:
            async with self._database.write() as session:
                has_news = await fan_out(session, now, self.ways) == BATCH
        while has_unread:
            async with self._database.write() as session:
                has_unread = bool(await away.mail_unread(session, now, self.key))
        if self._tidied_at is None or now - self._tidied_at >= _TIDY_EVERY:
            self._tidied_at = now
            async with self._database.write() as session:
                await _tidy(session, now)


async def _tidy(session: AsyncSession, now: datetime) -> None:
    await repository.forget_deliveries(session, now - LOG_KEPT)
    await repository.forget_alerts(session, now - ALERT_WINDOW)
    await away.forget_links(session, now)
