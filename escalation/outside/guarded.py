"""HTTP to addresses that others chose: only to the open internet, unless the operator says otherwise.

The address a connection really goes to is the one that is checked, so that a name which is resolved to something else
a moment later gains nothing. Redirects are not followed, proxies of the environment are not used.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore
import httpx

from escalation.outside.domain import is_public

TIMEOUT_SECONDS = 10.0

#: Host and port -> IP addresses.
Resolve = Callable[[str, int], Awaitable[list[str]]]
_SocketOptions = Iterable[Any] | None


class AddressRefused(httpx.ConnectError):
    """The name leads to an address that may not be called."""


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name as the system resolves it, each once."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"{host} could not be resolved: {error.strerror or error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class _GuardedBackend(httpcore.AnyIOBackend):
    """Connects to public addresses only."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: _SocketOptions = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        if not addresses or not all(is_public(address) for address in addresses):
            raise AddressRefused(f"{host} leads to a private or reserved address.")
        for address in addresses[:-1]:
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        return await super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool whose connections are guarded."""

    def __init__(self, resolve: Resolve) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(), network_backend=_GuardedBackend(resolve)
        )


def guarded_client(*, may_be_private: bool, resolve: Resolve = resolve) -> httpx.AsyncClient:
    """Return a client for addresses that others chose."""
    transport = httpx.AsyncHTTPTransport(trust_env=False) if may_be_private else _Transport(resolve)
    return httpx.AsyncClient(transport=transport, timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
