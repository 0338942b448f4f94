"""The fake assistant behind the wire's paths, secret and codes, as a worker serves them."""

from __future__ import annotations

import hmac
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hub.assistant import Assistant
from kit import wire
from kit.codec import decode, encode
from kit.errors import InvalidRequest, NotSignedIn, SupportError
from kit.text import check_message

T = TypeVar("T")


def create_assistant_server(assistant: Assistant, secret: str) -> Starlette:
    """Serve an assistant over HTTP."""

    async def turn(request: Request) -> JSONResponse:
        asked = await _read(wire.TurnRequest, request, secret)
        if (asked.text is None) == (asked.payload is None):
            raise InvalidRequest("A turn has either text or payload.")
        if asked.text is not None:
            check_message(asked.text)
        return JSONResponse(encode(await assistant.turn(asked)))

    async def search(request: Request) -> JSONResponse:
        return JSONResponse(encode(await assistant.search(await _read(wire.SearchRequest, request, secret))))

    async def health(_request: Request) -> JSONResponse:
        said = await assistant.health()
        return JSONResponse(encode(said), 200 if said.ready else 503)

    return Starlette(
        routes=[
            Route("/turn", turn, methods=["POST"]),
            Route("/search", search, methods=["POST"]),
            Route("/health", health),
        ],
        exception_handlers={SupportError: _on_error},
    )


async def _read(kind: type[T], request: Request, secret: str) -> T:
    if not hmac.compare_digest(request.headers.get(wire.SECRET_HEADER, ""), secret):
        raise NotSignedIn(f"{wire.SECRET_HEADER} is missing or wrong.")
    try:
        body = await request.json()
    except ValueError as error:
        raise InvalidRequest("The body is not JSON.") from error
    return decode(kind, body)


async def _on_error(_request: Request, error: Any) -> JSONResponse:
    return JSONResponse({"error": error.code, "detail": error.detail}, error.status_code)
