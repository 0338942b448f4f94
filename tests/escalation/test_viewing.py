from __future__ import annotations

from typing import Any

from tests.escalation.desk import AgentClient, Desk


async def look(agent: AgentClient, number: str, *, writing: bool = False) -> list[dict[str, Any]]:
    answer = await agent.try_to("viewing", number, writing=writing)
    assert answer.status_code == 200, answer.text
    viewers: list[dict[str, Any]] = answer.json()["viewers"]
    return viewers


async def save(agent: AgentClient, number: str, **body: Any) -> dict[str, Any]:
    answer = await agent.client.put(f"/tickets/{number}/draft", json=body)
    assert answer.status_code == 200, answer.text
    drafts: dict[str, Any] = answer.json()["drafts"]
    return drafts


async def test_agents_see_who_else_looks_and_who_writes(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()

    alone = await look(ana, number)
    together = await look(ben, number, writing=True)

    assert (alone, together) == ([], [{"id": ana.id, "name": "Ana", "is_writing": False}])
    assert (await ana.ticket(number))["viewers"] == [{"id": ben.id, "name": "Ben", "is_writing": True}]


async def test_who_is_gone_is_not_shown(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()
    await look(ben, number)
    desk.clock.advance(seconds=29)
    still = (await ana.ticket(number))["viewers"]
    desk.clock.advance(seconds=1)

    assert ([viewer["name"] for viewer in still], (await ana.ticket(number))["viewers"]) == (["Ben"], [])


async def test_somebody_who_begins_to_write_is_hinted_and_a_heartbeat_is_not(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, first = await desk.case()
    _, second = await desk.case()
    await look(ben, first)
    stream = await desk.stream(ana)

    await look(ben, first)
    await look(ben, second, writing=True)

    assert (await stream.hint())["ticket"] == second
    await stream.close()


async def test_viewing_changes_nothing_of_the_ticket(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    before = await ana.ticket(number)

    await look(ana, number, writing=True)

    assert await ana.ticket(number) == before


async def test_drafts_are_each_agents_own_and_outlive_a_change_of_owner(desk: Desk) -> None:
    ana, ben = await desk.agent(), await desk.agent("ben", "Ben")
    _, number = await desk.case()
    await ana.take(number)
    await save(ana, number, text="We are look")
    await save(ana, number, text="Ask risk?", mode="note")

    await ben.take(number, force=True)

    drafts = (await ana.get(f"/tickets/{number}/draft"))["drafts"]
    assert {mode: draft["text"] for mode, draft in drafts.items()} == {"reply": "We are look", "note": "Ask risk?"}
    assert (await ben.get(f"/tickets/{number}/draft"))["drafts"] == {}


async def test_draft_is_forgotten_when_it_is_sent_or_emptied(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    await ana.take(number)
    await save(ana, number, text="Hello.")
    await save(ana, number, text="Hm.", mode="note")

    await ana.reply(number, "Hello.")
    left = await save(ana, number, text="", mode="note")

    assert left == {}


async def test_drafts_and_viewing_need_a_ticket_and_a_text(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()

    answers = [
        await ana.client.put("/tickets/PH-2222-2222/draft", json={"text": "x"}),
        await ana.client.get("/tickets/PH-2222-2222/draft"),
        await ana.try_to("viewing", "PH-2222-2222"),
        await ana.client.put(f"/tickets/{number}/draft", json={"text": "a\x00b"}),
        await ana.client.put(f"/tickets/{number}/draft", json={"text": "x" * 4001}),
        await ana.client.put(f"/tickets/{number}/draft", json={"text": "x", "mode": "shout"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 422, 413, 422]
