"""Pages for people: demo, console, the bubble's loader and its files, and the help centre."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.app import create_app, create_context
from hub.pages import WEB, assets_path
from kit import wire
from kit.clock import ManualClock
from tests.fakes.assistant import FakeAssistant
from tests.hub.site import settings_for

EVIL = '<script>alert("1")</script>'
ASSETS = assets_path()


def article(id: str, **changes: Any) -> dict[str, Any]:
    """An article as the built index has it."""
    passage = {"id": f"{id}#lead", "heading": "", "hash": "0" * 12, "text": "So.", "blocks": [paragraph("So.")]}
    return {
        "id": id,
        "language": "en",
        "kind": "faq",
        "topic": "funding",
        "case": None,
        "title": id.replace("-", " ").capitalize(),
        "version": "abcdef012345",
        "reviewed_on": "2026-11-22",
        "review_due_on": "2999-01-01",
        "expires_on": None,
        "owner": "desk",
        "audience": "all",
        "risk": None,
        "sources": ["F001"],
        "related": [],
        "questions": [],
        "passages": [passage],
        **changes,
    }


def paragraph(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "paragraph", "spans": [{"text": text, **style}]}


def with_blocks(id: str, *blocks: dict[str, Any], **changes: Any) -> dict[str, Any]:
    passage = {"id": f"{id}#lead", "heading": "", "hash": "0" * 12, "text": "", "blocks": list(blocks)}
    return article(id, passages=[passage], **changes)


def build(data_dir: Path, name: str, *articles: dict[str, Any]) -> None:
    """Write a built index and point to it."""
    folder = data_dir / "kb" / name
    folder.mkdir(parents=True)
    data = {"build": name, "model": "m", "created_at": "2026-11-22T00:00:00.000Z", "articles": articles}
    (folder / "articles.json").write_text(json.dumps(data), encoding="utf-8")
    (data_dir / "kb" / "current").write_text(name, encoding="utf-8")


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
async def client(tmp_path: Path, clock: ManualClock, assistant: FakeAssistant) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings_for(
        tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'unused.db'}", allowed_origins="https://exchange.example"
    )
    app = create_app(create_context(settings, assistant, clock))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pharos") as client:
        yield client


async def html_of(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text


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

    assert current.content == (WEB / "widget" / "chat.js").read_bytes()
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


async def test_help_speaks_the_readers_language(client: httpx.AsyncClient) -> None:
    chinese = await client.get("/help", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    others = await client.get("/help", headers={"Accept-Language": "fr"})

    assert (chinese.headers["location"], others.headers["location"]) == ("/help/zh", "/help/en")
    assert (await client.get("/help/fr")).status_code == 404


async def test_help_without_an_index_is_an_empty_page(client: httpx.AsyncClient) -> None:
    assert "<h1>Help</h1>" in await html_of(client, "/help/en")


async def test_help_lists_articles_by_topic(client: httpx.AsyncClient, tmp_path: Path) -> None:
    build(tmp_path, "one", article("what-is-funding"), article("what-is-margin", topic="margin_leverage"))

    html = await html_of(client, "/help/en")

    assert html.index("Margin leverage") < html.index("What is margin") < html.index("What is funding")
    assert 'href="/help/en/what-is-funding"' in html


async def test_new_build_is_shown_without_a_restart(client: httpx.AsyncClient, tmp_path: Path) -> None:
    build(tmp_path, "one", article("what-is-funding"))
    await html_of(client, "/help/en")

    build(tmp_path, "two", article("what-is-margin"))

    html = await html_of(client, "/help/en")
    assert "What is margin" in html
    assert "What is funding" not in html


async def test_article_shows_its_version_review_risk_and_related(client: httpx.AsyncClient, tmp_path: Path) -> None:
    one = article("what-is-funding", risk="Funding may cost you.", related=["what-is-margin", "not-there"])
    build(tmp_path, "one", one, article("what-is-margin"))

    html = await html_of(client, "/help/en/what-is-funding")

    for shown in ("abcdef012345", "22 Nov 2026", "Funding may cost you.", "/help/en/what-is-margin", "F001"):
        assert shown in html
    assert "may be outdated" not in html


async def test_article_past_its_review_says_so(client: httpx.AsyncClient, tmp_path: Path) -> None:
    build(tmp_path, "one", article("what-is-funding", review_due_on="2020-01-01"))

    assert "may be outdated" in await html_of(client, "/help/en/what-is-funding")


async def test_missing_translation_falls_back_to_the_other_language(client: httpx.AsyncClient, tmp_path: Path) -> None:
    build(tmp_path, "one", article("what-is-funding", language="zh", title="资金费率"))

    assert "资金费率" in await html_of(client, "/help/en/what-is-funding")
    assert (await client.get("/help/en/what-is-margin")).status_code == 404


async def test_every_block_is_rendered_and_escaped(client: httpx.AsyncClient, tmp_path: Path) -> None:
    span = {"text": EVIL}
    blocks = [
        paragraph(EVIL, bold=True),
        {"type": "heading", "spans": [span]},
        {"type": "note", "spans": [span]},
        {"type": "list", "items": [[span]]},
        {"type": "steps", "items": [[span], [{"text": "GET /instrument", "code": True}]]},
        {"type": "code", "text": EVIL},
        {"type": "table", "rows": [[[span], [span]], [[span], [span]]]},
        {"type": "image", "url": '/help/x.png" onerror="alert(1)', "alt": EVIL},
        paragraph("here", link='https://www.bitmex.com/"><script>'),
    ]
    build(tmp_path, "one", with_blocks("what-is-funding", *blocks, title=EVIL, risk=EVIL))

    html = await html_of(client, "/help/en/what-is-funding")

    assert "<script>" not in html
    assert 'onerror="' not in html
    assert html.count("&lt;script&gt;") >= 12
    for tag in (
        "<strong>",
        "<h3>",
        "<blockquote>",
        "<ul>",
        "<ol>",
        "<pre><code>",
        "<th>",
        "<td>",
        "<img ",
        "<code>GET",
    ):
        assert tag in html


async def test_expired_article_is_neither_listed_nor_found(
    client: httpx.AsyncClient, tmp_path: Path, assistant: FakeAssistant
) -> None:
    build(
        tmp_path,
        "one",
        article("old-funding", expires_on="2020-01-01"),
        article("new-funding", expires_on="2999-01-01"),
    )
    assistant.is_ready = False

    for path in ("/help/en", "/help/en?q=funding"):
        html = await html_of(client, path)
        assert "New funding" in html
        assert "Old funding" not in html


async def test_search_shows_what_the_assistant_found(
    client: httpx.AsyncClient, tmp_path: Path, assistant: FakeAssistant
) -> None:
    build(tmp_path, "one", article("what-is-funding"), article("what-is-margin"))
    assistant.candidates = [
        wire.Candidate("what-is-margin", "margin_leverage", f"Margin {EVIL}", "/help/en/what-is-margin", 1.0, 0.9)
    ]

    html = await html_of(client, "/help/en?q=collateral")

    assert 'href="/help/en/what-is-margin"' in html
    assert "What is funding" not in html
    assert "<script>" not in html


async def test_search_matches_titles_while_the_assistant_is_down(
    client: httpx.AsyncClient, tmp_path: Path, assistant: FakeAssistant
) -> None:
    build(tmp_path, "one", article("what-is-funding"), article("what-is-margin"))
    assistant.is_ready = False

    html = await html_of(client, "/help/en?q=FUNDING+what")

    assert "What is funding" in html
    assert "What is margin" not in html
    assert "Nothing found" in await html_of(client, "/help/en?q=withdraw")


@pytest.mark.parametrize("query", [EVIL, "\x00", "x" * 5000, "%", "{{7*7}}", "   "])
async def test_search_takes_whatever_is_typed(client: httpx.AsyncClient, tmp_path: Path, query: str) -> None:
    build(tmp_path, "one", article("what-is-funding"))

    answer = await client.get("/help/en", params={"q": query})

    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert "49" not in answer.text or "{{7*7}}" in answer.text
