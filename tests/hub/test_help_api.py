"""An article as data, for the bubble: the words of its page, its pictures' sizes, nothing that is not valid."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.hub.help_site import article, build, html_of, paragraph, with_blocks

PICTURE = {"type": "image", "url": "/help/pictures/funding-en.svg", "alt": "Who pays whom"}
LIVE = paragraph("{fact: instrument, symbol, fundingRate}")


async def test_article_has_its_passages_and_what_stands_around_them(client: httpx.AsyncClient, tmp_path: Path) -> None:
    shown = with_blocks(
        "what-is-funding", paragraph("A payment."), LIVE, risk="It changes.", review_due_on="2020-01-01"
    )
    build(tmp_path, "one", shown)

    answer = await client.get("/api/v1/articles/en/what-is-funding")

    blocks = [paragraph("A payment.")]
    assert answer.json() == {
        "id": "what-is-funding",
        "language": "en",
        "title": "What is funding",
        "version": "abcdef012345",
        "reviewed_on": "2026-11-22",
        "risk": "It changes.",
        "url": "/help/en/what-is-funding",
        "is_overdue": True,
        "passages": [{"id": "what-is-funding#lead", "heading": "", "blocks": blocks}],
    }


async def test_picture_comes_with_the_size_it_is_drawn_in(client: httpx.AsyncClient, tmp_path: Path) -> None:
    unknown = {**PICTURE, "url": "/help/pictures/none.svg"}
    build(tmp_path, "one", with_blocks("what-is-funding", PICTURE, unknown))

    answer = await client.get("/api/v1/articles/en/what-is-funding")
    html = await html_of(client, "/help/en/what-is-funding")

    assert answer.json()["passages"][0]["blocks"] == [{**PICTURE, "width": 480, "height": 557}, unknown]
    assert 'alt="Who pays whom" width="480" height="557"' in html


@pytest.mark.parametrize("path", ["en/older-name", "zh/what-is-funding", "zh/older-name"])
async def test_older_name_and_missing_translation_lead_to_the_article(
    client: httpx.AsyncClient, tmp_path: Path, path: str
) -> None:
    build(tmp_path, "one", article("what-is-funding", replaces=["older-name"]))

    assert (await client.get(f"/api/v1/articles/{path}")).json()["id"] == "what-is-funding"


@pytest.mark.parametrize("path", ["en/over", "en/nothing", "fr/what-is-funding", "en/..%2f..", "en/%00"])
async def test_what_is_not_valid_is_not_found(client: httpx.AsyncClient, tmp_path: Path, path: str) -> None:
    build(tmp_path, "one", article("what-is-funding"), article("over", expires_on="2020-01-01"))

    answer = await client.get(f"/api/v1/articles/{path}")

    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
