"""What happens with a file after it came: the bot says that it cannot read it, and people look at it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from conversations import service as conversations
from escalation import agents
from kit import wire
from tests.conversations.attachments.files import PDF, photo, picture
from tests.fakes.assistant import answer
from tests.hub.site import Site, Visitor
from tests.hub.uploads import SANDBOX, download, uploaded


async def wait_for_file_answer(site: Site, visitor: Visitor) -> wire.BotMessage:
    """Let a file without words be answered; returns text and buttons."""
    site.clock.advance(seconds=1)  # it waits for words like a fragment does
    data = (await visitor.wait_for(lambda event: bool(event["data"].get("author") == "bot")))["data"]
    return wire.BotMessage(data["text"], buttons=data["buttons"])


@pytest.mark.parametrize(
    ("locale", "says", "offers"), [("en", "cannot read files", "Talk to a person"), ("zh", "无法查看", "转人工")]
)
async def test_bot_says_that_it_cannot_read_files_and_offers_a_person(
    site: Site, locale: str, says: str, offers: str
) -> None:
    visitor = await site.visit(locale=locale)
    await uploaded(visitor, picture())

    told = await wait_for_file_answer(site, visitor)

    assert says in told.text
    assert [button["label"] for button in told.buttons] == [offers]  # type: ignore[index]  # as the customer gets them
    assert site.assistant.requests == []
    await visitor.post(button=told.buttons[0]["token"])  # type: ignore[index]
    await visitor.wait_for_text("bot")
    assert site.assistant.requests[-1].payload == wire.Payload("human_request")


async def test_words_sent_with_a_file_are_answered_and_the_file_is_not_run(site: Site, visitor: Visitor) -> None:
    await uploaded(visitor, picture())
    await uploaded(visitor, PDF, "statement.pdf")
    await visitor.write("What is this fee on my statement?")

    assert await visitor.wait_for_text("bot") == "You wrote: What is this fee on my statement?"
    await site.wait_until_dealt_with(visitor)
    assert len(await visitor.texts("bot")) == 1


async def test_file_in_an_intake_counts_as_received_and_the_question_stays(site: Site, visitor: Visitor) -> None:
    buttons = [wire.Button(label, wire.Payload("skip")) for label in ("Skip it.", "Cancel", "I have none")]
    asked = answer("Which coin was it?", outcome="intake", buttons=buttons)
    site.assistant.answers["My deposit never came."] = asked
    await visitor.write("My deposit never came.")
    await visitor.wait_for_text("bot")
    await set_state(site, visitor, {"loop": "intake_form", "turns": 1})
    await uploaded(visitor, picture())

    told = await wait_for_file_answer(site, visitor)
    await visitor.write("It was XBT, yesterday.")
    await visitor.wait_for_text("bot")

    assert "goes with your case" in told.text
    assert [button["label"] for button in told.buttons] == [each.label for each in buttons]  # type: ignore[index]
    assert site.assistant.requests[-1].state == {"loop": "intake_form", "turns": 1}
    assert len(site.assistant.requests) == 2


async def set_state(site: Site, visitor: Visitor, state: dict[str, Any]) -> None:
    await site.wait_until_dealt_with(visitor)
    async with site.database.write() as session:
        conversation = await conversations.access_conversation(session, visitor.id)
        conversation.state = state


async def test_file_joins_the_open_case(site: Site, visitor: Visitor) -> None:
    await visitor.write("My deposit is missing.")
    await visitor.wait_for_type(wire.HOLDER_CHANGED)
    await uploaded(visitor, picture())

    told = await wait_for_file_answer(site, visitor)

    assert "added your file to your case" in told.text


async def test_bot_is_silent_about_a_file_an_agent_gets(site: Site, visitor: Visitor) -> None:
    await site.set_holder(visitor, "agent", "Mei")
    await uploaded(visitor, picture())

    await site.wait_until_dealt_with(visitor)

    assert await visitor.texts("bot") == []


async def agent_of(site: Site) -> httpx.AsyncClient:
    """Hire somebody and sign them in."""
    async with site.database.write() as session:
        await agents.add_agent(session, site.clock.now(), "ana", "Ana", "correct horse battery", "agent")
    client = httpx.AsyncClient(transport=httpx.ASGITransport(site.app), base_url="http://desk")
    signed_in = await client.post("/desk/v1/session", json={"login": "ana", "password": "correct horse battery"})
    assert signed_in.status_code == 200, signed_in.text
    return client


async def open_case(visitor: Visitor) -> str:
    await visitor.write("My deposit is missing.")
    number: str = (await visitor.wait_for_type(wire.TICKET_OPENED))["number"]
    return number


async def test_agent_sees_the_files_of_a_ticket_and_of_no_other(site: Site, visitor: Visitor) -> None:
    shot, statement = await uploaded(visitor, photo()), await uploaded(visitor, PDF, "statement.pdf")
    number = await open_case(visitor)
    other = await site.visit()
    others_file, others_number = await uploaded(other, picture()), await open_case(other)
    agent = await agent_of(site)

    def path(of: str, file: dict[str, Any]) -> str:
        return f"/desk/v1/tickets/{of}/attachments/{file['id']}"

    seen, saved = await agent.get(path(number, shot)), await agent.get(path(number, statement))

    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
    assert seen.content == (await download(visitor, shot["id"])).content
    assert seen.headers["content-disposition"].startswith("inline")
    assert (saved.status_code, saved.content) == (200, PDF)
    assert saved.headers["content-disposition"].startswith("attachment")
    for answered in (seen, saved):
        assert answered.headers["x-content-type-options"] == "nosniff"
        assert answered.headers["content-security-policy"] == SANDBOX
    assert (await agent.get(path(number, others_file))).status_code == 404
    assert (await agent.get(path(others_number, shot))).status_code == 404
    assert (await agent.get(path("PH-0000-0000", shot))).status_code == 404


async def test_files_of_a_ticket_need_an_agents_session(site: Site, visitor: Visitor) -> None:
    file = await uploaded(visitor, picture())
    path = f"/desk/v1/tickets/{await open_case(visitor)}/attachments/{file['id']}"

    assert (await site.client().get(path)).status_code == 401
    assert (await site.client().get(path, headers=visitor.headers)).status_code == 401
