"""The one channel: the service talks to it over loopback, in the shapes of kit.wire.

Every path but `/health` wants the shared secret. Errors are `{"error", "detail"}`.
"""

from __future__ import annotations

import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.outcome import TurnFailed
from kit.codec import decode, encode
from kit.errors import InvalidRequest, Misconfigured, NotSignedIn, SupportError, Unavailable
from kit.wire import SECRET_HEADER, SECRET_VARIABLE, Health, SearchReply, SearchRequest, TurnRequest

logger = logging.getLogger(__name__)

T = TypeVar("T")
OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
Handler = Callable[[Request], Awaitable[HTTPResponse]]

#: Largest number of candidates one search may ask for.
MAX_TOP_K = 50


class PharosChannel(InputChannel):
    """POST /turn, POST /search, GET /health."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    @classmethod
    def name(cls) -> str:
        """The channel's name (see parent class for full docstring)."""
        return "pharos"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> PharosChannel:
        """Makes the channel; its secret comes from the environment, never from a file."""
        secret = os.environ.get(SECRET_VARIABLE, "")
        if not secret:
            raise Misconfigured(f"{SECRET_VARIABLE} is not set. The service sets it for its children.")
        return cls(secret)

    def url_prefix(self) -> str:
        """Paths stand at the root (see parent class for full docstring)."""
        return ""

    def blueprint(self, on_new_message: OnNewMessage) -> Any:
        """Defines the routes (see parent class for full docstring)."""
        routes: Any = Blueprint("pharos_channel")

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            said: Health = request.app.ctx.worker.health()
            return json(encode(said), status=200 if said.ready else 503)

        @routes.post("/turn")
        @self._guarded
        async def turn(request: Request) -> HTTPResponse:
            asked = _read(TurnRequest, request)
            return json(encode(await _ready(request).turns.run(asked, on_new_message)))

        @routes.post("/search")
        @self._guarded
        async def search(request: Request) -> HTTPResponse:
            asked = _read(SearchRequest, request)
            if not 1 <= asked.top_k <= MAX_TOP_K:
                raise InvalidRequest(f"top_k: expected 1 to {MAX_TOP_K}, got {asked.top_k}.")
            return json(encode(SearchReply(_ready(request).search(asked))))

        return routes

    def _guarded(self, handler: Handler) -> Handler:
        """Check the secret and put errors into their form."""

        @wraps(handler)
        async def guarded(request: Request) -> HTTPResponse:
            try:
                if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), self._secret):
                    raise NotSignedIn(f"{SECRET_HEADER} is missing or wrong.")
                return await handler(request)
            except SupportError as error:
                if error.status_code >= 500:
                    logger.warning("%s: %s", request.path, error.code)
                return json({"error": error.code, "detail": error.detail}, status=error.status_code)
            except Exception as error:
                logger.exception("%s failed", request.path)
                failed = TurnFailed(f"{type(error).__name__}: {error}")
                return json({"error": failed.code, "detail": failed.detail}, status=failed.status_code)

        return guarded


def _read(kind: type[T], request: Request) -> T:
    try:
        body = request.json
    except Exception as error:  # sanic raises its own InvalidUsage, ujson others
        raise InvalidRequest("The body is not JSON.") from error
    return decode(kind, body)


def _ready(request: Request) -> Any:
    worker = request.app.ctx.worker
    said: Health = worker.health()
    if not said.ready:
        raise Unavailable("; ".join(said.reasons))
    return worker
