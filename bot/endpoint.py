"""The way to the action server: failures are remembered, because Rasa logs and forgets them.

A *record* belongs to one turn; the context variable carries it to every call that the
turn makes. A rejected execution (HTTP 400) is how a form declines, not a failure.
"""

from __future__ import annotations

import asyncio
import json
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from kit.wire import SECRET_HEADER

#: Longest one action may take, in seconds.
ACTION_TIMEOUT_SECONDS = 2.0
_REJECTED = 400
_HEALTH_TIMEOUT = aiohttp.ClientTimeout(total=0.5)
_JSON = {"Content-Type": "application/json"}


@dataclass
class CallRecord:
    """What calling actions cost one turn, and what went wrong."""

    failures: list[str] = field(default_factory=list)
    #: Nobody answered at the action server's address, or it died while it worked.
    is_server_down: bool = False
    actions_ms: float = 0.0


RECORD: ContextVar[CallRecord | None] = ContextVar("call_record", default=None)


class RecordingEndpoint(EndpointConfig):
    """The action server's address; calls carry the secret, end in time, and leave their failures in RECORD."""

    def __init__(self, url: str, secret: str, timeout_seconds: float = ACTION_TIMEOUT_SECONDS) -> None:
        super().__init__(f"{url.rstrip('/')}/webhook", headers={SECRET_HEADER: secret}, enable_selective_domain=True)
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._session: aiohttp.ClientSession | None = None
        self._domain: tuple[Any, str] = (None, "")

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Run one action (see parent class for full docstring)."""
        record = RECORD.get() or CallRecord()
        action = str(kwargs["json"].get("next_action"))
        started = perf_counter()
        try:
            return await self._post(kwargs["json"])
        except ClientResponseError as error:
            if error.status != _REJECTED:
                record.failures.append(f"{action}: the action server answered {error.status}")
            raise
        except asyncio.TimeoutError:
            record.failures.append(f"{action}: no answer in {self._timeout.total:g} s")
            record.is_server_down = not await self._is_healthy()
            raise
        except (aiohttp.ClientError, ValueError) as error:
            record.failures.append(f"{action}: {type(error).__name__}: {error}")
            record.is_server_down = isinstance(error, aiohttp.ClientConnectionError)  # refused, or cut off
            raise
        finally:
            record.actions_ms += (perf_counter() - started) * 1000

    async def _post(self, body: dict[str, Any]) -> Any:
        sent = self._encoded(body).encode()
        async with self._open_session().post(self.url, data=sent, headers=_JSON) as response:
            content = await response.read()
            if response.status != 200:
                raise ClientResponseError(response.status, response.reason or "", content.decode(errors="replace"))
            return _checked(json.loads(content))

    def _encoded(self, body: dict[str, Any]) -> str:
        """Return the body as JSON; the domain in it is large and always the same, so its JSON is made once."""
        domain = body.pop("domain", None)
        text = json.dumps(body, ensure_ascii=False)
        if domain is None:
            return text
        if self._domain[0] is not domain:
            self._domain = (domain, json.dumps(domain, ensure_ascii=False))
        return f'{text[:-1]}, "domain": {self._domain[1]}}}'

    async def _is_healthy(self) -> bool:
        """Tell a slow action from a server that is still starting: its port takes calls before it answers any."""
        health = f"{str(self.url).rsplit('/', 1)[0]}/health"
        try:
            async with self._open_session().get(health, timeout=_HEALTH_TIMEOUT) as response:
                return bool(response.status == 200)
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    def _open_session(self) -> aiohttp.ClientSession:
        """Open the session inside the running loop; connections are not kept, so none is stale after a restart."""
        if self._session is None:
            connector = aiohttp.TCPConnector(force_close=True)
            self._session = aiohttp.ClientSession(connector=connector, headers=self.headers, timeout=self._timeout)
        return self._session

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


def _checked(result: Any) -> Any:
    """Return what an action answered, or raise ValueError when it is not lists of events and of responses."""
    parts = [result.get(name) for name in ("events", "responses")] if isinstance(result, dict) else [None]
    if not all(isinstance(part, list) and all(isinstance(item, dict) for item in part) for part in parts):
        raise ValueError("the answer is not {events, responses}")
    return result


def trust_checked_results() -> None:
    """Let Rasa take results as this endpoint has checked them.

    Rasa's own check compiles a JSON schema, and checks the schema itself, at every action: 40 to 90 ms of a turn.
    """
    RemoteAction._validate_action_result = lambda self, result: True
