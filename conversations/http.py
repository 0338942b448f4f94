"""Reading requests and rendering errors, the same everywhere: `{"error": code, "detail": sentence}`."""

from __future__ import annotations

import json
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from kit.errors import InvalidRequest, SupportError, TooLarge, TooMany

#: Largest request body, in bytes.
MAX_BODY_BYTES = 65_536

M = TypeVar("M", bound=BaseModel)


async def json_body(request: Request) -> dict[str, Any]:
    """Return the body as a JSON object of at most 64 kB (see read_object)."""
    return await read_object(request, MAX_BODY_BYTES)


async def read_object(request: Request, limit: int) -> dict[str, Any]:
    """Return the body as a JSON object; an empty body is an empty object.

    Raises:
        TooLarge: over `limit` bytes, however it is announced.
        InvalidRequest: bad UTF-8, malformed JSON, not an object, or broken off.
    """
    body = await read_body(request, limit)
    if not body:
        return {}
    try:
        data = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"The request body is not valid UTF-8 (byte {error.start}).") from error
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"The request body is not valid JSON: {error}.") from error
    if not isinstance(data, dict):
        raise InvalidRequest("The request body must be a JSON object.")
    return data


async def read_body(request: Request, limit: int) -> bytes:
    """Return the body.

    Raises:
        TooLarge: over `limit` bytes, however it is announced.
        InvalidRequest: the sender went away.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise TooLarge(f"The request body is larger than {limit // 1024} kB.")
    except ClientDisconnect as error:
        raise InvalidRequest("The request was broken off. Send it again.") from error
    return bytes(body)


JsonBody = Annotated[dict[str, Any], Depends(json_body)]


def parse(kind: type[M], data: dict[str, Any]) -> M:
    """Validate a body, or raise InvalidRequest naming the first field that does not fit."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise InvalidRequest(f"'{where}': {first['msg']}.") from error


def error_response(error: SupportError) -> JSONResponse:
    headers = {"Retry-After": str(error.retry_after_seconds)} if isinstance(error, TooMany) else None
    return JSONResponse({"error": error.code, "detail": error.detail}, error.status_code, headers)


def install_error_handlers(app: FastAPI) -> None:
    """Make every error of the application answer in the one shape."""

    @app.exception_handler(SupportError)
    async def on_support_error(_request: Request, error: SupportError) -> JSONResponse:
        return error_response(error)

    @app.exception_handler(RequestValidationError)
    async def on_validation_error(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return error_response(InvalidRequest(f"'{first['loc'][-1]}': {first['msg']}."))

    @app.exception_handler(HTTPException)
    async def on_http_exception(_request: Request, error: HTTPException) -> JSONResponse:
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        return JSONResponse({"error": code, "detail": str(error.detail)}, error.status_code, error.headers)
