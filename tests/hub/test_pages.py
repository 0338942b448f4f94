"""Pages for people: demo, console, the bubble's loader and its files."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest

from hub.pages import WEB, assets_path
from tests.hub.help_site import html_of

ASSETS = assets_path()


@pytest.mark.parametrize("path", ["/", "/console"])
async def test_page_is_served_fresh_and_locked_down(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert f"{ASSETS}/" in answer.text or "/widget.js" in answer.text
    assert "__ASSETS__" not in answer.text


@pytest.mark.parametrize("path", ["/", "/console", "/help/en", "/widget.js", "/api/v1/nothing", "/healthz"])
async def test_everything_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert "script-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/console", "/help/en"])
async def test_page_has_nothing_the_policy_would_block(client: httpx.AsyncClient, path: str) -> None:
    html = await html_of(client, path)

    assert "<style" not in html
    assert "style=" not in html
    assert "onclick=" not in html
    assert html.count("<script") == html.count("<script src=") + html.count('<script type="module" src=')


async def test_loader_is_asked_for_each_time_and_imports_the_current_files(client: httpx.AsyncClient) -> None:
    answer = await client.get("/widget.js")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert f"{ASSETS}/" in answer.text


async def test_file_of_the_current_hash_may_be_kept_for_ever(client: httpx.AsyncClient) -> None:
    current = await client.get(f"{ASSETS}/widget/chat.js")
    older = await client.get("/assets/0123456789abcdef/widget/chat.js")

    assert "export class PharosChat extends HTMLElement" in current.text
    assert current.headers["content-type"].startswith("text/javascript")
    assert "immutable" in current.headers["cache-control"]
    assert older.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("../../pyproject.toml", id="another-file"),
        pytest.param("%2e%2e/%2e%2e/pyproject.toml", id="dots-encoded"),
        pytest.param("..%2f..%2fpyproject.toml", id="slashes-encoded"),
        pytest.param("..%5c..%5cpyproject.toml", id="backslashes"),
        pytest.param("%2fetc%2fpasswd", id="absolute"),
        pytest.param("pages/demo.html", id="a-page-is-no-asset"),
        pytest.param("widget", id="a-folder"),
        pytest.param("", id="nothing"),
        pytest.param("widget/chat.js/x.js", id="below-a-file"),
        pytest.param("widget/no-such-file.js", id="missing"),
        pytest.param("widget/%00.js", id="nul"),
        pytest.param("a" * 5000 + ".js", id="long"),
    ],
)
async def test_path_trick_finds_nothing(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"{ASSETS}/{path}")).status_code == 404


async def test_script_outside_the_web_folder_cannot_be_reached(client: httpx.AsyncClient, tmp_path: Path) -> None:
    outside = tmp_path / "outside.js"
    outside.write_text("secret")
    relative = os.path.relpath(outside, WEB)

    for path in (relative, relative.replace("/", "%2f"), str(outside), str(outside).replace("/", "%2f")):
        assert (await client.get(f"{ASSETS}/{path}")).status_code == 404


async def test_only_named_origins_may_call_the_api(client: httpx.AsyncClient) -> None:
    def ask(origin: str) -> dict[str, str]:
        return {"Origin": origin, "Access-Control-Request-Method": "POST"}

    named = await client.options("/api/v1/conversations", headers=ask("https://exchange.example"))
    other = await client.options("/api/v1/conversations", headers=ask("https://evil.example"))

    assert named.headers["access-control-allow-origin"] == "https://exchange.example"
    assert "access-control-allow-origin" not in other.headers
