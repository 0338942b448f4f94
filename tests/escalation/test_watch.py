"""Clocks on the ticket, warnings and breaches: told once each, by the desk itself."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.escalation.desk import AgentClient, Desk


def told(ticket: dict[str, Any], *types: str) -> list[tuple[str, Any]]:
    """Return the ticket's events of these types with the clock, or the new priority, each is about."""
    entries = [entry for entry in ticket["history"] if entry["type"] in types]
    return [(entry["type"], entry["data"].get("priority") or entry["data"]["clock"]) for entry in entries]


async def after_sweeps(desk: Desk, reader: AgentClient, number: str, type: str) -> dict[str, Any]:
    """Return the ticket once its history has an event of this type."""
    ticket = await reader.ticket(number)
    async with asyncio.timeout(10):
        while type not in [entry["type"] for entry in ticket["history"]]:
            await desk.sweep()
            ticket = await reader.ticket(number)
    return ticket


async def test_ticket_shows_its_clocks(desk: Desk) -> None:
    ana = await desk.agent()
    customer, number = await desk.case()
    opened = (await ana.ticket(number))["clocks"]
    await ana.take(number)
    desk.clock.advance(minutes=10)
    await ana.reply(number, "Which network?")
    waiting = (await ana.ticket(number))["clocks"]
    desk.clock.advance(minutes=10)
    await customer.write("TRC20.")

    clocks = (await ana.ticket(number))["clocks"]

    assert opened["first_response"] == {
        "started_at": "2026-11-22T03:12:00.000Z",
        "due_at": "2026-11-22T04:12:00.000Z",
        "warn_at": "2026-11-22T03:57:00.000Z",
        "at": None,
        "target_seconds": 3600,
        "remaining_seconds": 3600,
        "is_breached": False,
        "paused": False,
    }
    assert waiting["first_response"]["at"] == "2026-11-22T03:22:00.000Z"
    assert (waiting["resolution"]["paused"], waiting["resolution"]["due_at"]) == (True, None)
    assert clocks["next_response"]["due_at"] == "2026-11-22T07:32:00.000Z"
    assert clocks["resolution"]["due_at"] == "2026-11-23T03:22:00.000Z"


async def test_deadline_is_warned_of_once_and_a_breach_raises_the_priority_once(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case("I want a person.")
    desk.clock.advance(hours=6)
    warned = await after_sweeps(desk, ana, number, "ticket.warned")
    desk.clock.advance(hours=2)
    await desk.sweep()
    in_time = await ana.ticket(number)
    desk.clock.advance(seconds=1)

    await after_sweeps(desk, ana, number, "ticket.breached")
    for _ in range(3):
        await desk.sweep()

    types = ("ticket.warned", "ticket.breached", "ticket.priority_changed")
    ticket = await ana.ticket(number)
    assert told(warned, *types) == told(in_time, *types) == [("ticket.warned", "first_response")]
    assert told(ticket, *types) == [
        ("ticket.warned", "first_response"),
        ("ticket.breached", "first_response"),
        ("ticket.priority_changed", "P3"),
    ]
    assert (ticket["priority"], ticket["is_breached"]) == ("P3", True)
    assert {entry["actor"]["kind"] for entry in ticket["history"][1:]} == {"system"}


async def test_answer_in_time_is_neither_warned_of_nor_breached(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    await ana.take(number)
    await ana.reply(number, "Which network?")
    desk.clock.advance(hours=3)

    await desk.sweep()

    ticket = await ana.ticket(number)
    assert (ticket["priority"], told(ticket, "ticket.warned", "ticket.breached")) == ("P2", [])


async def test_resolved_ticket_is_watched_no_more(desk: Desk) -> None:
    ana = await desk.agent()
    _, number = await desk.case()
    await ana.do("resolve", number)
    desk.clock.advance(hours=11)

    await desk.sweep()

    assert told(await ana.ticket(number), "ticket.warned", "ticket.breached") == []
