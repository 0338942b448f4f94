"""What a request needs of the application: chosen once in the factory, never global."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from conversations.database import Database
from exchange.client import ExchangeClient
from hub.assistant import Assistant
from hub.channels.telegram.channel import Telegram
from hub.deliveries import PushChannel
from hub.help import HelpCentre
from hub.identity import IdentityVerifier
from hub.limits import Limits
from hub.metrics import Metrics
from hub.settings import Settings
from kit.clock import Clock


@dataclass
class Context:
    settings: Settings
    database: Database
    assistant: Assistant
    clock: Clock
    limits: Limits
    identity: IdentityVerifier
    help_centre: HelpCentre
    key: bytes
    #: The exchange's public API; None when no address is set.
    exchange: ExchangeClient | None = None
    #: None when no bot's token is set.
    telegram: Telegram | None = None
    #: Channels that are pushed to, by name; the website's bubble reads by itself.
    push_channels: dict[str, PushChannel] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=Metrics)
    #: Set at shutdown: open streams end themselves, so that the server can stop.
    is_stopping: bool = False


def context_of(connection: HTTPConnection) -> Context:
    """FastAPI dependency: the application's context."""
    context: Context = connection.app.state.context
    return context
