"""The customer API's words and codes: what is taken, what is refused, and that nothing is stored twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from conversations.models import Conversation, Inbox
from kit.clock import ManualClock
from kit.ids import new_token
from tests.fakes.assistant import FakeAssistant
from tests.hub.site import Site, Visitor, broken_off, running, settings_for

#: Rasa would run these as commands; here they are what somebody typed.
COMMANDS = ["/restart", " /restart", '/intent{"a": "b"}', "/api/v1/order returns 401", "//", "\n/stop"]


async def count(site: Site, table: type[Any]) -> int:
    async with site.database.read() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def test_open_gives_an_id_and_a_token(site: Site) -> None:
    answer = await site.client().post("/api/v1/conversations", json={"locale": "zh-CN", "timezone": "Asia/Hong_Kong"})

    assert answer.status_code == 201
    assert set(answer.json()) == {"conversation_id", "token", "last_event_id"}
    assert answer.json()["last_event_id"] == 0


async def test_open_needs_no_body(site: Site) -> None:
    assert (await site.client().post("/api/v1/conversations")).status_code == 201


async def test_message_is_acknowledged_and_answered(visitor: Visitor) -> None:
    answer = await visitor.post(text="What is funding?")

    assert (answer.status_code, answer.json()) == (202, {"event_id": 1})
    event = await visitor.wait_for(lambda event: bool(event["data"].get("author") == "bot"))
    assert event["data"]["text"] == "You wrote: What is funding?"
    assert event["data"]["outcome"] == "answer"
    assert event["data"]["turn_id"]


async def test_customer_is_known_to_the_assistant_by_language_and_zone_only(site: Site) -> None:
    visitor = await site.visit(locale="zh", timezone="Asia/Hong_Kong")
    await visitor.write("资金费率是什么？")
    await visitor.wait_for_text("bot")

    (request,) = site.assistant.requests
    assert (request.locale, request.timezone, request.text) == ("zh", "Asia/Hong_Kong", "资金费率是什么？")
    assert (request.customer.verified, request.customer.tickets) == (False, [])


async def test_same_message_again_is_the_same_event(site: Site, visitor: Visitor) -> None:
    first = await visitor.post(client_id="c-1", text="What is funding?")
    await visitor.wait_for_text("bot")

    again = await visitor.post(client_id="c-1", text="What is funding?")

    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json()
    assert len(site.assistant.requests) == 1
    assert len(await visitor.events()) == 2


async def test_same_id_with_other_text_is_a_conflict(visitor: Visitor) -> None:
    await visitor.post(client_id="c-1", text="What is funding?")

    answer = await visitor.post(client_id="c-1", text="What is margin?")

    assert (answer.status_code, answer.json()["error"]) == (409, "client_id_reused")
    assert await visitor.texts("customer") == ["What is funding?"]


async def test_one_message_sent_many_times_at_once_is_answered_once(site: Site, visitor: Visitor) -> None:
    answers = await asyncio.gather(*(visitor.post(client_id="c-1", text="What is funding?") for _ in range(10)))
    await visitor.wait_for_text("bot")
    await visitor.write("And what is margin?")
    await visitor.wait_for_text("bot")

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [202]
    assert {answer.json()["event_id"] for answer in answers} == {1}
    assert await visitor.texts("bot") == ["You wrote: What is funding?", "You wrote: And what is margin?"]
    assert await count(site, Inbox) == 2


async def test_customers_talk_side_by_side(site: Site) -> None:
    visitors = [await site.visit() for _ in range(5)]

    await asyncio.gather(*(visitor.write(f"What is number {n}?") for n, visitor in enumerate(visitors)))

    for number, visitor in enumerate(visitors):
        assert await visitor.wait_for_text("bot") == f"You wrote: What is number {number}?"


async def test_button_is_sent_by_its_token(site: Site, visitor: Visitor) -> None:
    await visitor.write("How do I withdraw?")
    asked = await visitor.wait_for(lambda event: bool(event["data"].get("buttons")))
    token = asked["data"]["buttons"][0]["token"]

    answer = await visitor.post(button=token)

    assert answer.status_code == 202
    assert await visitor.wait_for_text("bot") == "The limits are on the withdrawal page."
    assert "withdrawal-limits" not in json.dumps(await visitor.events())
    payload = site.assistant.requests[-1].payload
    assert payload is not None
    assert payload.entities == {"article_id": "withdrawal-limits"}


async def test_typed_label_counts_as_its_button(visitor: Visitor) -> None:
    await visitor.write("How do I withdraw?")
    await visitor.wait_for_text("bot")

    await visitor.write("withdrawal limits, please.")

    assert await visitor.wait_for_text("bot") == "The limits are on the withdrawal page."


async def test_button_of_another_conversation_is_refused(site: Site, visitor: Visitor) -> None:
    await visitor.write("How do I withdraw?")
    asked = await visitor.wait_for(lambda event: bool(event["data"].get("buttons")))
    other = await site.visit()

    answer = await other.post(button=asked["data"]["buttons"][0]["token"])

    assert answer.status_code == 422
    assert await other.events() == []


@pytest.mark.parametrize("text", COMMANDS)
async def test_command_is_text_stored_as_typed(visitor: Visitor, text: str) -> None:
    answer = await visitor.post(text=text)

    assert answer.status_code == 202
    assert await visitor.texts("customer") == [text]


async def test_longest_message_is_taken(visitor: Visitor) -> None:
    longest = "\U0001f600" * 4000

    assert (await visitor.post(text=longest)).status_code == 202

    assert await visitor.texts("customer") == [longest]


async def test_largest_body_is_taken(visitor: Visitor) -> None:
    body = json.dumps({"client_id": "c-1", "text": "What is funding?"}).encode()

    answer = await visitor.post_raw(body + b" " * (65_536 - len(body)))

    assert answer.status_code == 202


async def test_too_much_is_413_and_not_stored(visitor: Visitor) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    path, headers = f"{visitor.path}/messages", visitor.headers
    codes = {
        "4001 characters": (await visitor.post(text="x" * 4001)).status_code,
        "4001 emoji": (await visitor.post(text="\U0001f600" * 4001)).status_code,
        "a million emoji": (await visitor.post(text="\U0001f600" * 1_000_000)).status_code,
        "64 kB and a byte": (await visitor.post_raw(b" " * 65_537)).status_code,
        "no length given": (await visitor.client.post(path, content=unannounced(), headers=headers)).status_code,
    }

    assert codes == dict.fromkeys(codes, 413)
    assert await visitor.events() == []


BAD_BODIES = {
    "malformed JSON": b'{"client_id": "c", "text": ',
    "not JSON": b"hello",
    "bad UTF-8": b'{"client_id": "c", "text": "\xff\xfe"}',
    "UTF-16": '{"client_id": "c", "text": "hi"}'.encode("utf-16"),
    "lone surrogate": b'{"client_id": "c", "text": "\\ud800"}',
    "surrogates the wrong way round": b'{"client_id": "c", "text": "\\ude00\\ud83d"}',
    "array": b'[{"client_id": "c", "text": "hi"}]',
    "string": b'"hi"',
    "number of 10000 digits": b'{"client_id": "c", "text": ' + b"9" * 10_000 + b"}",
    "deep nesting": b'{"client_id": "c", "text": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "nothing": b"",
    "no text": b'{"client_id": "c"}',
    "empty text": b'{"client_id": "c", "text": ""}',
    "blanks": '{"client_id": "c", "text": " \\t\\n\u3000 "}'.encode(),
    "NUL": b'{"client_id": "c", "text": "a\\u0000b"}',
    "text is a number": b'{"client_id": "c", "text": 5}',
    "text is an object": b'{"client_id": "c", "text": {"a": "b"}}',
    "text and button": b'{"client_id": "c", "text": "hi", "button": "x"}',
    "unknown button": b'{"client_id": "c", "button": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}',
    "empty button": b'{"client_id": "c", "button": ""}',
    "button with a surrogate": b'{"client_id": "c", "button": "\\ud800"}',
    "button with NUL": b'{"client_id": "c", "button": "a\\u0000"}',
    "long button": b'{"client_id": "c", "button": "' + b"x" * 65 + b'"}',
    "no client_id": b'{"text": "hi"}',
    "client_id is null": b'{"client_id": null, "text": "hi"}',
    "client_id is a number": b'{"client_id": 7, "text": "hi"}',
    "client_id is empty": b'{"client_id": "", "text": "hi"}',
    "client_id of 65": b'{"client_id": "' + b"c" * 65 + b'", "text": "hi"}',
    "client_id with a blank": b'{"client_id": "a b", "text": "hi"}',
    "client_id with a colon": b'{"client_id": "a:b", "text": "hi"}',
    "client_id with a line end": b'{"client_id": "ab\\n", "text": "hi"}',
    "client_id with a surrogate": b'{"client_id": "\\ud800", "text": "hi"}',
}


async def test_nonsense_is_422_with_a_reason_and_not_stored(site: Site, visitor: Visitor) -> None:
    answers = {name: await visitor.post_raw(body) for name, body in BAD_BODIES.items()}

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(BAD_BODIES, 422)
    assert {name for name, answer in answers.items() if not answer.json()["detail"]} == set()
    assert await visitor.events() == []
    assert await count(site, Inbox) == 0


async def test_message_that_breaks_off_leaves_nothing(site: Site, visitor: Visitor) -> None:
    answer = await broken_off(site, f"{visitor.path}/messages", visitor.headers, b'{"client_id": "c-1", "te')

    assert answer == 422
    assert await visitor.events() == []


@pytest.mark.parametrize(("locale", "said"), [("en", "cannot prove here"), ("zh", "无法证明")])
@pytest.mark.parametrize(("public_url", "address"), [("", "https://bitmex.com"), ("https://support.example", None)])
async def test_website_cannot_prove_that_it_is_the_real_support(
    tmp_path: Path,
    database_url: str,
    clock: ManualClock,
    assistant: FakeAssistant,
    locale: str,
    said: str,
    public_url: str,
    address: str | None,
) -> None:
    async with running(settings_for(tmp_path, database_url, public_url=public_url), clock, assistant) as site:
        visitor = await site.visit(locale=locale)
        await visitor.write("What is funding?")
        await visitor.wait_for_text("bot")
        await visitor.write(" /Verify ")
        site.clock.advance(seconds=1)

        told = await visitor.wait_for_text("bot")

        assert said in told
        assert told.endswith(address or public_url)
        assert len(assistant.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"locale": "english please"}, id="locale"),
        pytest.param({"locale": "en\ud800"}, id="surrogate"),
        pytest.param({"timezone": "../../etc/passwd"}, id="timezone"),
        pytest.param({"timezone": "x" * 65}, id="long-timezone"),
        pytest.param({"identity": 5}, id="identity"),
    ],
)
async def test_conversation_that_makes_no_sense_is_not_opened(site: Site, body: dict[str, Any]) -> None:
    answer = await site.client().post("/api/v1/conversations", content=json.dumps(body))

    assert answer.status_code == 422
    assert await count(site, Conversation) == 0


async def test_without_its_token_nothing_is_to_be_had(site: Site, visitor: Visitor) -> None:
    refused = {
        "none": {},
        "empty": {"Authorization": "Bearer "},
        "unknown": {"Authorization": f"Bearer {new_token()}"},
        "another scheme": {"Authorization": f"Basic {visitor.token}"},
        "no scheme": {"Authorization": visitor.token},
        "not ASCII": {"Authorization": "Bearer \xe9\xe9"},
    }

    for name, headers in refused.items():
        raw = {key.encode(): value.encode("latin-1") for key, value in headers.items()}
        body = {"client_id": "c-1", "text": "What is funding?"}
        posted = await site.client().post(f"{visitor.path}/messages", json=body, headers=raw)
        read = await site.client().get(f"{visitor.path}/events", headers=raw)
        assert (posted.status_code, read.status_code) == (401, 401), name
        assert posted.json()["error"] == "not_signed_in"
    assert await visitor.events() == []


async def test_token_expires_thirty_days_after_its_last_use(site: Site, visitor: Visitor) -> None:
    site.clock.advance(days=29)
    assert (await visitor.get_events()).status_code == 200
    site.clock.advance(days=29)
    assert (await visitor.get_events()).status_code == 200

    site.clock.advance(days=30)

    assert (await visitor.get_events()).status_code == 401
    assert (await visitor.post(text="What is funding?")).status_code == 401


async def test_conversation_of_somebody_else_does_not_exist(site: Site, visitor: Visitor) -> None:
    await visitor.write("What is funding?")
    other = await site.visit()
    other.id = visitor.id

    assert (await other.get_events()).status_code == 404
    assert (await other.post(text="What is funding?")).status_code == 404
    other.id = "0" * 32
    assert (await other.get_events()).status_code == 404


async def test_unknown_address_is_told_in_the_one_shape(site: Site) -> None:
    missing = await site.client().get("/api/v1/nothing")
    wrong = await site.client().get("/api/v1/conversations")

    assert (missing.status_code, missing.json()["error"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["error"]) == (405, "method_not_allowed")


async def test_secret_is_removed_and_the_customer_told(visitor: Visitor) -> None:
    await visitor.write("My password is hunter2, why does login fail?")

    await visitor.wait_for_text("bot")

    assert "hunter2" not in json.dumps(await visitor.events())
    (told,) = await visitor.texts("system")
    assert "secret" in told


async def test_conversations_too_many_messages_are_told_to_wait(
    tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant
) -> None:
    async with running(settings_for(tmp_path, database_url, limit_messages="2/minute"), clock, assistant) as site:
        visitor, other = await site.visit(), await site.visit()
        codes = [(await visitor.post(text=f"What is number {number}?")).status_code for number in range(2)]

        refused = await visitor.post(text="What is one too many?")

        assert codes == [202, 202]
        assert (refused.status_code, refused.json()["error"]) == (429, "too_many")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert "What is one too many?" not in await visitor.texts("customer")
        assert (await other.post(text="What is funding?")).status_code == 202


async def test_address_opening_too_many_conversations_is_told_to_wait(
    tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant
) -> None:
    async with running(settings_for(tmp_path, database_url, limit_open="2/minute"), clock, assistant) as site:
        for _ in range(2):
            await site.visit()

        refused = await site.client().post("/api/v1/conversations")

        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) >= 1
        await site.visit(address="198.51.100.7")


async def test_address_calling_too_often_is_told_to_wait(
    tmp_path: Path, database_url: str, clock: ManualClock, assistant: FakeAssistant
) -> None:
    async with running(settings_for(tmp_path, database_url, limit_address="3/minute"), clock, assistant) as site:
        visitor = await site.visit()
        codes = [(await visitor.get_events()).status_code for _ in range(3)]

        assert codes == [200, 200, 429]
