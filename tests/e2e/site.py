"""The real service with an assistant that answers from a table, for tests of the bubble alone: started in a second."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvicorn
from sqlalchemy import select

from conversations import service
from conversations.models import Conversation
from escalation import life_cycle
from escalation.customers import csat
from escalation.models import Ticket
from hub.app import create_app, create_context
from hub.children import free_port
from hub.context import Context
from hub.settings import Settings
from kit import wire
from kit.clock import SystemClock
from tests.fakes.assistant import FakeAssistant, answer, handoff

T = TypeVar("T")
_UNLIMITED = "100000/minute"


@dataclass
class BubbleSite:
    """A running service, and what its desk can do to the newest conversation."""

    url: str
    data_dir: Path
    context: Context
    assistant: FakeAssistant
    loop: asyncio.AbstractEventLoop

    def run(self, action: Coroutine[Any, Any, T]) -> T:
        """Run something where the service runs."""
        return asyncio.run_coroutine_threadsafe(action, self.loop).result(20)

    def slow_down(self, is_slow: bool = True) -> None:
        """Let no turn be answered, or let them all be answered again."""
        change = self.assistant.may_answer.clear if is_slow else self.assistant.may_answer.set
        self.loop.call_soon_threadsafe(change)

    def say(self, text: str, author: str = "agent", **more: Any) -> None:
        """Append a message of an agent (Mia) or of the service."""
        if author == "agent":
            more = {"name": "Mia", **more}
        self.run(self._change(lambda session, now, talk: service.say(session, now, talk, text, author=author, **more)))

    def hold(self, holder: str, name: str | None = None) -> None:
        self.run(self._change(lambda session, now, talk: service.set_holder(session, now, talk, holder, name=name)))

    def move_ticket(self, verb: str) -> None:
        """Move the conversation's ticket along its life cycle, for example `resolve`."""

        async def move(session: Any, now: datetime, talk: Conversation) -> None:
            await life_cycle.change_status(session, now, talk, await self._ticket(session, talk), verb)

        self.run(self._change(move))

    def resolve(self) -> None:
        """Resolve the conversation's ticket and ask the customer how it was handled, as the desk does."""

        async def resolve(session: Any, now: datetime, talk: Conversation) -> None:
            ticket = await self._ticket(session, talk)
            await life_cycle.change_status(session, now, talk, ticket, "resolve")
            await life_cycle.finish(session, now, talk, ticket)
            await csat.ask(session, now, talk, ticket)

        self.run(self._change(resolve))

    async def _ticket(self, session: Any, talk: Conversation) -> Any:
        of_this = select(Ticket).where(Ticket.conversation_id == talk.id)
        return (await session.execute(of_this)).scalars().first()

    async def _change(self, change: Any) -> None:
        async with self.context.database.write() as session:
            newest = select(Conversation).order_by(Conversation.created_at.desc()).limit(1)
            found = (await session.execute(newest)).scalars().one()
            talk = await service.access_conversation(session, found.id)
            await change(session, self.context.clock.now(), talk)


@contextmanager
def running_site(
    data_dir: Path, assistant: FakeAssistant, port: int | None = None, **more: Any
) -> Iterator[BubbleSite]:
    """Serve on a free port, or on one that served before, until the block ends."""
    port = port or free_port()
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings takes it, its plugin-less types do not
        data_dir=data_dir,
        **{"limit_open": _UNLIMITED, "limit_address": _UNLIMITED, "limit_messages": _UNLIMITED, **more},
    )
    context = create_context(settings, assistant, SystemClock())
    config = uvicorn.Config(
        create_app(context), port=port, log_level="warning", timeout_graceful_shutdown=1, server_header=False
    )
    server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []
    is_up = threading.Event()

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        serving = asyncio.create_task(server.serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        is_up.set()
        await serving

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert is_up.wait(30), "The service did not start."
    assert server.started, "The service ended at its start."
    try:
        yield BubbleSite(f"http://127.0.0.1:{port}", data_dir, context, assistant, loops[0])
    finally:
        server.should_exit = True
        thread.join(15)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[BubbleSite]:
    """A service whose assistant has a few answers and echoes everything else."""
    skip = wire.Button("Skip", wire.Payload("skip"))
    answers = {
        "ask me": answer("2 of 5. When did it happen?", outcome="intake", buttons=[skip]),
        "appeal": handoff("liquidation_appeal", summary="Liquidated at 03:12"),
        "skip": answer("3 of 5. Which symbol?", outcome="intake"),
    }
    with running_site(tmp_path, FakeAssistant(answers)) as site:
        yield site
