"""The help centre: articles as pages, expired and replaced ones, pictures, search."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import httpx
import pytest

from hub.pictures import PICTURES
from kit import wire
from kit.clock import ManualClock
from tests.fakes.assistant import FakeAssistant
from tests.hub.help_site import article, build, html_of, paragraph, with_blocks

EVIL = '<script>alert("1")</script>'


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


async def test_article_may_be_outdated_from_the_day_after_its_review_is_due(
    client: httpx.AsyncClient, tmp_path: Path, clock: ManualClock
) -> None:
    build(tmp_path, "one", article("what-is-funding", review_due_on="2026-11-22"))

    assert "may be outdated" not in await html_of(client, "/help/en/what-is-funding")
    clock.advance(days=1)
    assert "may be outdated" in await html_of(client, "/help/en/what-is-funding")


async def test_passage_can_be_linked_to(client: httpx.AsyncClient, tmp_path: Path) -> None:
    passages = [
        {"id": id, "heading": heading, "hash": "0" * 12, "text": "", "blocks": [paragraph("So.")]}
        for id, heading in (("lead", ""), ("详细说明", "详细说明"))
    ]
    build(tmp_path, "one", article("what-is-funding", language="zh", passages=passages))

    assert '<h2 id="详细说明">' in await html_of(client, "/help/zh/what-is-funding")


async def test_expired_article_says_so_and_leads_on(
    client: httpx.AsyncClient, tmp_path: Path, clock: ManualClock
) -> None:
    old = with_blocks(
        "old-funding", paragraph("Wrong by now."), expires_on="2026-11-22", related=["new-funding", "past-funding"]
    )
    build(tmp_path, "one", old, article("new-funding"), article("past-funding", expires_on="2026-11-21"))

    last_day = await html_of(client, "/help/en/old-funding")
    clock.advance(days=1)
    after = await client.get("/help/en/old-funding")

    assert "Wrong by now." in last_day
    assert after.status_code == 410
    assert after.headers["content-type"].startswith("text/html")
    for shown in ("No longer valid", "2026-11-22", 'href="/help/en/new-funding"', 'href="/help/en"', 'role="search"'):
        assert shown in after.text
    assert "Wrong by now." not in after.text
    assert "/help/en/past-funding" not in after.text


async def test_expired_article_says_so_in_chinese(client: httpx.AsyncClient, tmp_path: Path) -> None:
    build(tmp_path, "one", article("old-funding", language="zh", title="旧资金费率", expires_on="2026-11-21"))

    answer = await client.get("/help/zh/old-funding")

    assert answer.status_code == 410
    assert "已失效：旧资金费率" in answer.text


async def test_expired_article_gives_way_to_a_valid_translation(client: httpx.AsyncClient, tmp_path: Path) -> None:
    old = article("what-is-funding", expires_on="2026-11-21")
    build(tmp_path, "one", old, article("what-is-funding", language="zh", title="资金费率"))

    assert "资金费率" in await html_of(client, "/help/en/what-is-funding")
    assert 'href="/help/en/what-is-funding"' not in await html_of(client, "/help/zh/what-is-funding")


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_id_that_went_up_in_an_article_leads_there_for_good(
    client: httpx.AsyncClient, tmp_path: Path, lang: str
) -> None:
    both = [article("funding-rate", language=each, replaces=["funding-formula"]) for each in ("en", "zh")]
    build(tmp_path, "one", *both)

    answer = await client.get(f"/help/{lang}/funding-formula")

    assert (answer.status_code, answer.headers["location"]) == (308, f"/help/{lang}/funding-rate")
    assert (await client.get(f"/help/{lang}/never-there")).status_code == 404
    assert (await client.get("/help/fr/funding-formula")).status_code == 404


async def test_id_replaced_in_one_language_leads_there_from_both(client: httpx.AsyncClient, tmp_path: Path) -> None:
    build(tmp_path, "one", article("funding-rate", replaces=["funding-formula"]))

    answer = await client.get("/help/zh/funding-formula", follow_redirects=True)

    assert answer.status_code == 200
    assert "<h1>Funding rate</h1>" in answer.text


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


@pytest.mark.parametrize("name", sorted(path.name for path in PICTURES.iterdir()))
async def test_picture_of_an_article_is_served(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/help/pictures/{name}")

    assert answer.status_code == 200
    assert answer.content == (PICTURES / name).read_bytes()
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "max-age=3600" in answer.headers["cache-control"]


async def test_picture_is_sent_once_while_it_is_the_same(client: httpx.AsyncClient) -> None:
    first = await client.get("/help/pictures/funding-en.svg")
    again = await client.get("/help/pictures/funding-en.svg", headers={"If-None-Match": first.headers["etag"]})
    other = await client.get("/help/pictures/funding-zh.svg", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert other.status_code == 200


async def test_picture_opened_by_itself_may_use_its_style_and_nothing_else(client: httpx.AsyncClient) -> None:
    answer = await client.get("/help/pictures/funding-en.svg")
    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert policy.endswith("; sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["no.svg", "..%2fen%2fadd-margin.md", "%2e%2e", "%00.svg", "a" * 5000 + ".svg", "FUNDING-en.svg"]
)
async def test_picture_path_trick_finds_nothing(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/help/pictures/{name}")).status_code == 404


@pytest.mark.parametrize("is_ready", [True, False], ids=["assistant-finds-it", "assistant-is-down"])
async def test_expired_article_is_neither_listed_nor_found(
    client: httpx.AsyncClient, tmp_path: Path, clock: ManualClock, assistant: FakeAssistant, is_ready: bool
) -> None:
    old, new = article("old-funding", expires_on="2026-11-23"), article("new-funding", expires_on="2026-11-24")
    build(tmp_path, "one", old, new)
    assistant.is_ready = is_ready
    assistant.candidates = [
        wire.Candidate(each["id"], "funding", each["title"], f"/help/en/{each['id']}", 1.0, 0.9) for each in (old, new)
    ]

    for path in ("/help/en", "/help/en?q=funding"):
        assert "Old funding" in await html_of(client, path)
    clock.advance(days=2)

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
