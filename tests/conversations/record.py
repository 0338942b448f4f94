"""Short forms of the record's verbs, each in a transaction of its own, as tests say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

import escalation.models  # noqa: F401 -- a dump holds the desk's tables too
from conversations import repository, service, turns
from conversations.database import Base, Database
from conversations.domain import Claim, Incoming, Received
from conversations.models import Turn
from kit import wire
from kit.clock import ManualClock
from kit.ids import new_id


def reply(*texts: str, buttons: list[wire.Button] | None = None, outcome: str = "answer") -> wire.TurnReply:
    """A reply of plain messages; the buttons go on the last one."""
    messages = [wire.BotMessage(text) for text in texts[:-1]]
    messages += [wire.BotMessage(text, buttons=buttons or []) for text in texts[-1:]]
    return wire.TurnReply(messages, outcome, trace={"gate": {}}, state={"turns": 1})


def button(label: str, intent: str, **entities: Any) -> wire.Button:
    return wire.Button(label, wire.Payload(intent, entities))


@dataclass
class Record:
    """One conversation of the record under test."""

    database: Database
    clock: ManualClock
    id: str
    token: str
    channel: str = "web"

    async def receive(
        self, text: str = "", *, client_id: str | None = None, button: str | None = None
    ) -> tuple[Received, list[str]]:
        client_id = client_id or new_id()
        incoming = Incoming(self.channel, f"{self.id}:{client_id}", self.id, text, button, client_id)
        async with self.database.write() as session:
            return await service.receive(session, self.clock.now(), incoming)

    async def claim(self, owner: str = "worker") -> Claim | datetime | None:
        async with self.database.write() as session:
            return await turns.claim(session, self.clock.now(), self.id, owner)

    async def claimed(self, owner: str = "worker") -> Claim:
        """Claim what waits, which must be there for the taking."""
        claim = await self.claim(owner)
        assert isinstance(claim, Claim)
        return claim

    async def commit(self, claim: Claim, made: wire.TurnReply | None = None) -> str:
        turn_id = new_id()
        async with self.database.write() as session:
            conversation = await turns.check(session, claim)
            now = self.clock.now()
            await turns.commit(session, now, conversation, claim, turn_id, made or reply("Done."), now)
        return turn_id

    async def extend(self, claim: Claim) -> Claim:
        async with self.database.write() as session:
            return await turns.extend(session, self.clock.now(), claim)

    async def give_up(self, claim: Claim, *, counts: bool) -> None:
        async with self.database.write() as session:
            await turns.give_up(session, self.clock.now(), claim, counts=counts)

    async def answer(self, made: wire.TurnReply) -> list[dict[str, Any]]:
        """Claim and commit; returns the events that came of it."""
        before = (await self.events())[-1]["id"]
        await self.commit(await self.claimed(), made)
        return await self.events(before)

    async def set_holder(self, holder: str, *, name: str | None = None) -> None:
        async with self.database.write() as session:
            conversation = await service.access_conversation(session, self.id)
            await service.set_holder(session, self.clock.now(), conversation, holder, name=name)

    async def say(self, text: str, *, author: str = "agent", audience: str = "customer") -> int:
        async with self.database.write() as session:
            conversation = await service.access_conversation(session, self.id)
            return await service.say(session, self.clock.now(), conversation, text, author=author, audience=audience)

    async def events(self, after: int = 0, audiences: tuple[str, ...] = ("customer",)) -> list[dict[str, Any]]:
        async with self.database.read() as session:
            return await service.events_after(session, self.id, after, audiences=audiences, limit=1000)

    async def texts(self, author: str) -> list[str]:
        return [event["data"]["text"] for event in await self.events() if event["data"].get("author") == author]

    async def waiting(self) -> list[str]:
        async with self.database.read() as session:
            return [message.text for message in await repository.waiting(session, self.id)]

    async def turn(self, turn_id: str) -> Turn | None:
        async with self.database.read() as session:
            return await repository.turn(session, turn_id)


async def open_record(
    database: Database, clock: ManualClock, *, channel: str = "web", customer_id: str | None = None
) -> Record:
    async with database.write() as session:
        conversation, token = await service.open_conversation(
            session, clock.now(), channel=channel, locale="en", customer_id=customer_id
        )
    return Record(database, clock, conversation.id, token, channel)


async def dump(database: Database) -> str:
    """Every row of every table, as text."""
    rows: list[str] = []
    async with database.read() as session:
        for table in Base.metadata.sorted_tables:
            rows += [f"{table.name}: {tuple(row)!r}" for row in await session.execute(select(table))]
    return "\n".join(rows)
