"""Puts the channel together and registers it with Telegram. A Telegram that is down stops no start."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging

import httpx
from telegram import Bot, BotCommand
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from conversations.database import Database
from hub.channels.telegram import wording
from hub.channels.telegram.commands import Rules
from hub.channels.telegram.files import FileFetcher
from hub.channels.telegram.follow_ups import FollowUps
from hub.channels.telegram.limits import SendLimits
from hub.channels.telegram.poller import Poller
from hub.channels.telegram.receive import Receiver
from hub.channels.telegram.send import TelegramPush
from hub.channels.telegram.updates import ALLOWED_UPDATES
from hub.limits import Limits
from hub.metrics import Metrics
from hub.settings import Settings
from kit.clock import Clock
from kit.errors import Misconfigured

log = logging.getLogger(__name__)

#: Path of the webhook below the public address.
WEBHOOK_PATH = "/telegram/webhook"
#: Longest wait between tries to register, in seconds.
MAX_REST_SECONDS = 300.0
_TIMEOUT_SECONDS = 10.0


class Telegram:
    """The channel's parts around one bot."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        limits: Limits,
        key: bytes,
        *,
        bot: Bot | None = None,
        send_limits: SendLimits | None = None,
        downloads: httpx.AsyncClient | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self.has_webhook = settings.telegram_mode == "webhook"
        if self.has_webhook and not settings.public_url.startswith("https://"):
            raise Misconfigured("PHAROS_TELEGRAM_MODE=webhook needs PHAROS_PUBLIC_URL, an https address.")
        self.bot = bot or _bot(settings)
        self.webhook_secret = (
            settings.telegram_webhook_secret.get_secret_value()
            if settings.telegram_webhook_secret
            else hmac.new(key, b"telegram webhook", hashlib.sha256).hexdigest()
        )
        #: The bot's @name without the @; empty until Telegram said it.
        self.username = ""
        self.send_limits = send_limits = send_limits or SendLimits()
        rules = Rules(settings.official_address, key, settings.limit_tickets_per_day, limits)
        metrics = metrics or Metrics()
        self.receiver = Receiver(database, clock, rules, metrics)
        self.follow_ups = FollowUps(self.bot, send_limits)
        self.push = TelegramPush(self.bot, send_limits, database, clock, settings, metrics)
        self.files = FileFetcher(self.bot, database, clock, metrics, downloads)
        self.poller = Poller(self.bot, self.receiver, self.follow_ups, database, clock)
        self._webhook_url = settings.public_site + WEBHOOK_PATH

    async def run(self) -> None:
        """Register, then poll where that is the mode, until cancelled."""
        try:
            rest = 1.0
            while not await self._register_safely():
                await asyncio.sleep(rest)
                rest = min(rest * 2, MAX_REST_SECONDS)
            if not self.has_webhook:
                await self.poller.run()
        finally:
            await self.follow_ups.stop()

    async def _register_safely(self) -> bool:
        try:
            await self.register()
        except TelegramError as error:
            log.warning("Telegram: the bot could not be registered, trying again. %s", error.message)
            return False
        return True

    async def register(self) -> None:
        """Tell Telegram how updates reach us, and what the menu shows."""
        self.username = (await self.bot.get_me()).username or ""
        if self.has_webhook:
            await self.bot.set_webhook(
                self._webhook_url, secret_token=self.webhook_secret, allowed_updates=ALLOWED_UPDATES
            )
        else:
            await self.bot.delete_webhook()
        for language, menu in wording.MENU.items():
            commands = [BotCommand(name, description) for name, description in menu.items()]
            await self.bot.set_my_commands(commands, language_code=language if language != "en" else None)


def _bot(settings: Settings) -> Bot:
    if settings.telegram_token is None:
        raise Misconfigured("PHAROS_TELEGRAM_TOKEN is not set.")
    request = HTTPXRequest(
        connection_pool_size=64, read_timeout=_TIMEOUT_SECONDS, connect_timeout=_TIMEOUT_SECONDS, pool_timeout=30.0
    )
    return Bot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=request,
        get_updates_request=HTTPXRequest(connection_pool_size=2),
    )
