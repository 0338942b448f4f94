"""Static pages and assets: demo, console, the bubble's loader.

`/assets/<hash>/...` maps to web/, without comments and indentation (hub.lean), and never changes under one hash,
so browsers keep it for ever; the pages and the loader that name the hash are asked for each time.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.lean import lean
from hub.settings import ROOT
from kit.errors import NotFound

WEB = ROOT / "web"
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@lru_cache(maxsize=1)
def assets_path() -> str:
    """Return where this process serves its assets: the hash in it covers all of them, so no change is missed."""
    return f"/assets/{_assets_hash(WEB)}"


def _assets_hash(web: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in web.rglob("*") if path.suffix in _MEDIA_TYPES):
        digest.update(path.relative_to(web).as_posix().encode() + b"\0" + served(path))
    return digest.hexdigest()[:16]


def served(path: Path) -> bytes:
    """Return a file of web/ as it is sent."""
    return _served(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _served(path: Path, _changed_at: int) -> bytes:
    data = path.read_bytes()
    return data if path.suffix not in (".js", ".css") else lean(data.decode(), path.suffix).encode()


def loader_script() -> bytes:
    """Return what a site's script tag gets."""
    return served(WEB / "widget" / "loader.js").replace(b"__ASSETS__", assets_path().encode())


def add_pages(app: FastAPI) -> None:
    """Serve the pages; each asks for the assets of the hash this process started with."""
    assets = assets_path()
    router = APIRouter(include_in_schema=False)

    def page(name: str, account: str = "") -> HTMLResponse:
        html = (WEB / name).read_text(encoding="utf-8").replace("__ASSETS__", assets).replace("__ACCOUNT__", account)
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    @router.get("/")
    async def demo(request: Request) -> HTMLResponse:
        return page("pages/demo.html", account="" if request.app.state.context.telegram else "hidden")

    @router.get("/resume")
    async def resume() -> HTMLResponse:
        return page("pages/resume.html")

    @router.get("/console")
    async def console() -> HTMLResponse:
        return page("console/index.html")

    @router.get("/widget.js")
    async def loader() -> Response:
        headers = {"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
        return Response(loader_script(), media_type="text/javascript", headers=headers)

    @router.get("/assets/{version}/{path:path}")
    async def asset(version: str, path: str) -> Response:
        file = _find_asset(path)
        is_current = f"/assets/{version}" == assets
        caching = "public, max-age=31536000, immutable" if is_current else "no-cache"
        headers = {"Cache-Control": caching, "Access-Control-Allow-Origin": "*"}
        return Response(served(file), media_type=_MEDIA_TYPES[file.suffix], headers=headers)

    app.include_router(router)


def _find_asset(path: str) -> Path:
    try:
        file = (WEB / path).resolve()
        if file.is_relative_to(WEB) and file.suffix in _MEDIA_TYPES and file.is_file():
            return file
    except (OSError, ValueError):  # too long, or a NUL in it
        pass
    raise NotFound("There is no such file.")


class SecurityHeaders:
    """ASGI middleware: every answer carries the headers a browser protects people with."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
