"""Articles of a built index as the help centre reads them, and its pages as a reader gets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx


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


async def html_of(client: httpx.AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text
