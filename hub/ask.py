"""`pharos ask`: the chat's own decisions on single messages, without the service; nothing is stored.

Starts one worker and one action server on free loopback ports, or uses PHAROS_ASSISTANT_URLS. Live numbers come
from PHAROS_EXCHANGE_URL, as in the chat.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.progress import track

from exchange.client import ExchangeClient
from exchange.facts import LiveFacts
from hub.assistant import HttpAssistant, TurnFailed
from hub.children import assistant_children
from hub.live import fill as fill_live
from hub.settings import Settings
from hub.wording import language
from kit import wire
from kit.clock import SystemClock, to_wire
from kit.errors import InvalidRequest
from kit.ids import new_id
from kit.text import check_message, cjk_count

#: How long worker and action server may take to get ready, in seconds.
READY_SECONDS = 120.0


@asynccontextmanager
async def running_assistant(settings: Settings) -> AsyncIterator[HttpAssistant]:
    """Give a client of a running assistant, started here unless an address is set."""
    if settings.assistants:
        client = HttpAssistant(settings.assistants, settings.assistant_secret.get_secret_value())
        yield client
        await client.close()
        return
    secret = secrets.token_hex(32)
    children, url = assistant_children(settings, secret)
    client = HttpAssistant([url], secret)
    try:
        for child in children:
            await child.start()
        for child in children:
            await child.wait_healthy(READY_SECONDS)
        yield client
    finally:
        await client.close()
        for child in reversed(children):
            await child.stop()


@asynccontextmanager
async def live_facts(settings: Settings) -> AsyncIterator[LiveFacts | None]:
    """Give what looks live numbers up; None when no address is set."""
    if not settings.exchange_url:
        yield None
        return
    client = ExchangeClient(settings.exchange_url, SystemClock())
    try:
        yield LiveFacts(client)
    finally:
        await client.close()


async def ask_one(settings: Settings, text: str, say: Callable[[str], None]) -> None:
    """Ask one message and print the reply with what decided it."""
    async with running_assistant(settings) as assistant, live_facts(settings) as live:
        answer = await ask_message(assistant, text, live)
    say(answer["reply"])
    facts = ("outcome", "intent", "topic", "article_id", "probability", "case", "latency_ms")
    say("\n" + "  ".join(f"{name}={answer[name]}" for name in facts if answer[name] is not None))


async def ask_file(settings: Settings, source: Path, target: Path) -> None:
    """Answer every line of a JSONL file; each is a fresh conversation."""
    rows = read_rows(source)
    async with running_assistant(settings) as assistant, live_facts(settings) as live:
        with target.open("w", encoding="utf-8") as out:
            for row in track(rows, description="Asking", transient=True):
                answer = {**row, **await ask_message(assistant, row["text"], live)}
                out.write(json.dumps(answer, ensure_ascii=False) + "\n")


def read_rows(source: Path) -> list[dict[str, Any]]:
    """Return a JSONL file's rows; each has a text."""
    lines = source.read_text(encoding="utf-8").splitlines()
    return [_row(source, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _row(source: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InvalidRequest(f"{source}:{number}: not JSON: {error}.") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise InvalidRequest(f'{source}:{number}: expected an object with a "text".')
    return row


async def ask_message(assistant: HttpAssistant, text: str, live: LiveFacts | None = None) -> dict[str, Any]:
    """Return the decision about one message of a fresh conversation."""
    started = time.perf_counter()
    reply = await fill_live(await ask_turn(assistant, text), live, _locale(text))
    return {**decision(reply), "latency_ms": round((time.perf_counter() - started) * 1000, 1)}


def _locale(text: str) -> str:
    return language("zh" if cjk_count(text) else "en")


async def ask_turn(assistant: HttpAssistant, text: str) -> wire.TurnReply:
    """Return the reply to the first message of a conversation."""
    request = wire.TurnRequest(
        turn_id=new_id(),
        conversation_id=new_id(),
        now=to_wire(SystemClock().now()),
        timezone="UTC",
        locale=_locale(text),
        text=check_message(text),
    )
    try:
        return await assistant.turn(request)
    except TurnFailed as error:
        raise TurnFailed(f"The turn for {text[:60]!r} failed: {error.detail}") from error


def decision(reply: wire.TurnReply) -> dict[str, Any]:
    """Flatten a reply's trace into the columns evaluation reads."""
    gate = reply.trace.get("gate", {})
    citations = [citation for message in reply.messages for citation in message.citations]
    candidates = [
        {"article_id": item["article_id"], "topic": item["topic"], "score": item["score"]}
        for item in gate.get("candidates", [])
    ]
    cited = citations[0].article_id if citations else None
    topics = {item["article_id"]: item["topic"] for item in candidates}
    return {
        "outcome": reply.outcome,
        "intent": gate.get("raw_intent"),
        "confidence": gate.get("confidence"),
        "topic": topics.get(cited) or gate.get("topic"),
        "article_id": cited if reply.outcome == "answer" else None,
        "candidates": candidates,
        "probability": gate.get("probability"),
        "case": reply.case.type if reply.case else reply.trace.get("intake", {}).get("case"),
        "reply": "\n\n".join(message.text for message in reply.messages),
    }
