"""Reading events: the long poll and the stream, from wherever the reader left off."""

from __future__ import annotations

import asyncio

import pytest

from conversations import service
from hub.channels import web
from tests.hub.site import Site, Visitor


async def say(site: Site, visitor: Visitor, *texts: str) -> None:
    """Let an agent say these, all at once."""
    async with site.database.write() as session:
        conversation = await service.access_conversation(session, visitor.id)
        for text in texts:
            await service.say(session, site.clock.now(), conversation, text, author="agent")


async def test_poll_returns_what_came_after_an_event(site: Site, visitor: Visitor) -> None:
    await say(site, visitor, "one", "two", "three")

    page = (await visitor.get_events(after=1)).json()
    nothing = (await visitor.get_events(after=3)).json()

    assert [event["data"]["text"] for event in page["events"]] == ["two", "three"]
    assert page["last_event_id"] == 3
    assert nothing == {"events": [], "last_event_id": 3}


async def test_event_has_the_published_shape(site: Site, visitor: Visitor) -> None:
    await say(site, visitor, "one")

    (event,) = await visitor.events()

    assert event == {
        "id": 1,
        "type": "message.created",
        "at": "2026-11-22T03:12:00.000Z",
        "data": {"author": "agent", "text": "one"},
    }


async def test_poll_waits_for_the_next_event(site: Site, visitor: Visitor) -> None:
    polling = asyncio.create_task(visitor.get_events(wait=50))
    await asyncio.sleep(0.05)
    assert not polling.done()

    await say(site, visitor, "at last")

    page = (await asyncio.wait_for(polling, 10)).json()
    assert [event["data"]["text"] for event in page["events"]] == ["at last"]


async def test_poll_that_waits_in_vain_returns_nothing(visitor: Visitor) -> None:
    page = (await visitor.get_events(wait=0.05)).json()

    assert page == {"events": [], "last_event_id": 0}


@pytest.mark.parametrize(
    "params",
    [
        {"after": "-1"},
        {"after": "x"},
        {"after": "99999999999999999999"},
        {"after": "3000000000"},
        {"wait": "51"},
        {"wait": "-1"},
        {"wait": "nan"},
    ],
    ids=str,
)
async def test_poll_that_makes_no_sense_is_422(visitor: Visitor, params: dict[str, str]) -> None:
    assert (await visitor.get_events(**params)).status_code == 422


async def test_notes_of_agents_are_not_shown(site: Site, visitor: Visitor) -> None:
    async with site.database.write() as session:
        conversation = await service.access_conversation(session, visitor.id)
        await service.say(
            session, site.clock.now(), conversation, "Looks like phishing.", author="agent", audience="agents"
        )

    assert await visitor.events() == []


async def test_stream_sends_events_as_they_happen(site: Site, visitor: Visitor) -> None:
    async with visitor.stream() as stream:
        await visitor.write("What is funding?")
        question, answer = await stream.take(2)

    assert stream.status == 200
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert "no-cache" in stream.headers["cache-control"]
    assert (question["event"], question["id"]) == ("message.created", "1")
    assert question["data"]["data"]["text"] == "What is funding?"
    assert answer["data"] == (await visitor.events())[1]


@pytest.mark.parametrize("last", ["0", "2", "4"])
async def test_stream_resumes_after_the_last_event_seen(site: Site, visitor: Visitor, last: str) -> None:
    await say(site, visitor, "one", "two", "three", "four")

    async with visitor.stream(Last_Event_ID=last) as stream:
        await say(site, visitor, "five")
        events = await stream.take(5 - int(last))

    assert [event["id"] for event in events] == ["1", "2", "3", "4", "5"][int(last) :]


async def test_stream_resumes_from_the_address_where_no_header_can_be_sent(site: Site, visitor: Visitor) -> None:
    await say(site, visitor, "one", "two")

    async with visitor.stream(query="after=1") as stream:
        (event,) = await stream.take(1)

    assert event["id"] == "2"


@pytest.mark.parametrize("last", ["nonsense", "-1", "1e3", "²", "99999999999999999999"])
async def test_stream_starts_over_when_the_last_event_makes_no_sense(site: Site, visitor: Visitor, last: str) -> None:
    await say(site, visitor, "one")

    async with visitor.stream(Last_Event_ID=last) as stream:
        (event,) = await stream.take(1)

    assert event["id"] == "1"


@pytest.mark.parametrize("last", ["3000000000", "999999999999999"])
async def test_stream_from_beyond_the_end_stays_open(site: Site, visitor: Visitor, last: str) -> None:
    async with visitor.stream(Last_Event_ID=last) as stream:
        site.assistant.may_answer.clear()
        await visitor.write("What is funding?")
        event = await stream.next()

    assert event["event"] == "typing"


async def test_long_history_is_sent_without_a_pause(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "LOOK_SECONDS", 60.0)
    await say(site, visitor, *(f"line {number}" for number in range(450)))

    async with visitor.stream() as stream:
        events = await stream.take(450)
        await say(site, visitor, "the end")
        await stream.take(1)

    assert [event["id"] for event in events] == [str(number) for number in range(1, 451)]


async def test_typing_is_told_without_an_id_and_not_kept(site: Site, visitor: Visitor) -> None:
    site.assistant.may_answer.clear()

    async with visitor.stream() as stream:
        await visitor.write("What is funding?")
        first, second = await stream.next(), await stream.next()
        site.assistant.may_answer.set()
        await visitor.wait_for_text("bot")

    typing, message = sorted((first, second), key=lambda event: str(event["event"]), reverse=True)
    assert typing == {"event": "typing", "data": {"type": "typing", "data": {}}}
    assert message["id"] == "1"
    assert {event["type"] for event in await visitor.events()} == {"message.created"}


async def test_stream_ends_when_its_reader_leaves(site: Site, visitor: Visitor) -> None:
    async with visitor.stream() as stream:
        await say(site, visitor, "one")
        await stream.take(1)

    with site.database.signals.subscribe("nobody"):
        assert visitor.id not in site.database.signals._subscriptions


async def test_two_readers_see_the_same(site: Site, visitor: Visitor) -> None:
    async with visitor.stream() as first, visitor.stream() as second:
        await say(site, visitor, "one", "two")

        assert await first.take(2) == await second.take(2)


async def test_stream_needs_its_token(site: Site, visitor: Visitor) -> None:
    visitor.token = "unknown"
    async with visitor.stream() as stream:
        pass

    assert stream.status == 401


async def test_stream_of_somebody_else_does_not_exist(site: Site, visitor: Visitor) -> None:
    other = await site.visit()
    other.id = visitor.id
    async with other.stream() as stream:
        pass

    assert stream.status == 404
