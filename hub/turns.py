"""Runs turns: claims what waits, asks the assistant, commits the answer, and never falls silent.

One task per conversation with something waiting. Whatever dies in between leaves
rows that the next sweep, here or in another replica, takes up again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository, service, turns
from conversations.database import Database
from conversations.domain import DELAY_TOLD_AFTER, Claim, StaleTurn, Superseded, must_fail_over
from conversations.models import Conversation
from conversations.signals import ANY
from escalation import service as desk
from escalation.customers import cards
from escalation.customers.buttons import offer_reopening
from exchange.facts import LiveFacts
from hub import attachments, wording
from hub.assistant import Assistant, NoWorkerReady
from hub.links import only_official
from hub.live import fill as fill_live
from hub.metrics import Metrics
from hub.pictures import with_sizes_in
from hub.placeholders import fill
from kit import wire
from kit.clock import Clock, to_wire
from kit.codec import encode
from kit.errors import SupportError
from kit.ids import new_id
from kit.text import MAX_MESSAGE_LENGTH

log = logging.getLogger(__name__)

#: How often everything that waits is looked through, besides hints.
SWEEP_SECONDS = 1.0
#: Turns this process runs at once.
MAX_TURNS = 16
#: Asks for proof that this is the real support. Telegram answers it by itself.
VERIFY = "/verify"


class TurnRunner:
    """Answers customers' messages while it runs."""

    def __init__(
        self,
        database: Database,
        assistant: Assistant,
        clock: Clock,
        metrics: Metrics,
        *,
        tickets_per_day: int,
        live: LiveFacts | None = None,
        domains: Sequence[str] = (),
        official_address: str = "",
    ) -> None:
        self._database = database
        self._assistant = assistant
        self._clock = clock
        self._metrics = metrics
        self._tickets_per_day = tickets_per_day
        self._live = live
        self._domains = domains
        self._official_address = official_address
        self._owner = new_id()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._nudges: dict[str, asyncio.Event] = {}
        self._is_stopping = False
        self._slots = asyncio.Semaphore(MAX_TURNS)

    async def run(self) -> None:
        """Work until cancelled."""
        with self._database.signals.subscribe(ANY) as subscription:
            try:
                while True:
                    await self._sweep()
                    deadline = asyncio.get_running_loop().time() + SWEEP_SECONDS
                    while (left := deadline - asyncio.get_running_loop().time()) > 0:
                        for topic in await subscription.wait(left):
                            if topic.startswith(service.INBOX_TOPIC):
                                self._start(topic.removeprefix(service.INBOX_TOPIC))
            finally:
                self._is_stopping = True
                for task in self._tasks.values():
                    task.cancel()
                await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _sweep(self) -> None:
        try:
            async with self._database.read() as session:
                waiting = await repository.conversations_waiting(session)
                overdue = await repository.overdue(session, self._clock.now() - DELAY_TOLD_AFTER)
            for conversation_id in waiting:
                self._start(conversation_id)
            for conversation_id in {message.conversation_id for message in overdue}:
                await self._tell_delay(conversation_id)
        except Exception:
            log.exception("Looking for waiting messages failed; trying again in %s s.", SWEEP_SECONDS)

    def _start(self, conversation_id: str) -> None:
        if conversation_id in self._tasks:
            self._nudges[conversation_id].set()
            return
        self._nudges[conversation_id] = asyncio.Event()
        task = asyncio.create_task(self._work(conversation_id), name=f"turn {conversation_id}")
        self._tasks[conversation_id] = task
        task.add_done_callback(lambda _: self._finished(conversation_id))

    def _finished(self, conversation_id: str) -> None:
        del self._tasks[conversation_id]
        was_nudged = self._nudges.pop(conversation_id).is_set()
        if was_nudged and not self._is_stopping:
            self._start(conversation_id)

    async def _work(self, conversation_id: str) -> None:
        """Answer batch after batch until nothing waits."""
        try:
            while True:
                self._nudges[conversation_id].clear()  # what comes from here on is seen by the claim, or nudges again
                async with self._database.write() as session:
                    now = self._clock.now()
                    claim = await turns.claim(session, now, conversation_id, self._owner)
                if claim is None:
                    return
                if isinstance(claim, datetime):
                    await self._rest(conversation_id, (claim - now).total_seconds())
                    continue
                async with self._slots:
                    await self._answer(claim)
        except Exception:
            log.exception("Conversation %s: the turn failed; the next sweep tries again.", conversation_id)

    async def _rest(self, conversation_id: str, seconds: float) -> None:
        """Wait that long, or until the customer writes more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.01)):
                await self._nudges[conversation_id].wait()

    async def _answer(self, claim: Claim) -> None:
        """Run turns until the batch, and what came meanwhile, is answered or given up."""
        current: Claim | None = claim
        while current is not None:
            try:
                current = await self._turn(current)
            except StaleTurn as error:
                log.info("A reply was dropped. %s", error.detail)
                async with self._database.write() as session:
                    await turns.release(session, self._clock.now(), claim)
                return
            except Exception as error:
                await self._give_up(current or claim, error)
                return

    async def _turn(self, claim: Claim) -> Claim | None:
        """Answer a claim's batch; returns the claim to answer instead when the customer wrote more meanwhile."""
        turn_id, started_at = new_id(), self._clock.now()
        try:
            if must_fail_over(claim.batch, started_at):
                await self._fail_over(claim)
                return None
            reply = await self._reply(claim, turn_id, started_at)
            async with self._database.write() as session:
                await self._commit(session, claim, turn_id, reply, started_at)
        except Superseded:
            async with self._database.write() as session:
                return await turns.extend(session, self._clock.now(), claim)
        self._count(claim, reply)
        return None

    async def _reply(self, claim: Claim, turn_id: str, started_at: datetime) -> wire.TurnReply:
        if claim.text == "":  # files without a word: the assistant has nothing to read
            async with self._database.read() as session:
                return await attachments.acknowledge(session, claim)
        if claim.text is not None and claim.text.strip().lower() == VERIFY:
            return self._not_proven(claim)
        await self._database.publish(claim.conversation_id, wire.TYPING)
        request = await self._request(claim, turn_id, started_at)
        with self._metrics.assistant_seconds.time():
            reply = await self._assistant.turn(request)
        return only_official(with_sizes_in(await fill_live(reply, self._live, claim.locale)), self._domains)

    def _not_proven(self, claim: Claim) -> wire.TurnReply:
        """Return what is said to who asks whether this is the real support, where nothing can show it."""
        address = wording.address(self._official_address, claim.locale)
        message = wire.BotMessage(wording.text("verify", claim.locale, address=address))
        return wire.TurnReply([message], "instant", {"decided": "verify"}, claim.state or {})

    async def _give_up(self, claim: Claim, error: Exception) -> None:
        """Note the failure; the turn is tried again, and people take over when that does not help."""
        if isinstance(error, SupportError):
            log.warning("Conversation %s: %s", claim.conversation_id, error.detail)
        else:
            log.exception("Conversation %s: the turn failed.", claim.conversation_id, exc_info=error)
        self._metrics.failures.labels(type(error).__name__).inc()
        async with self._database.write() as session:
            counts = not isinstance(error, NoWorkerReady)
            await turns.give_up(session, self._clock.now(), claim, counts=counts)

    def _count(self, claim: Claim, reply: wire.TurnReply) -> None:
        waited = self._clock.now() - claim.batch[-1].received_at
        self._metrics.turns.labels(reply.outcome).inc()
        self._metrics.turn_seconds.observe(waited.total_seconds())

    async def _request(self, claim: Claim, turn_id: str, now: datetime) -> wire.TurnRequest:
        async with self._database.read() as session:
            tickets = await desk.briefs(session, claim.conversation_id, claim.customer_id)
        return wire.TurnRequest(
            turn_id=turn_id,
            conversation_id=claim.conversation_id,
            now=to_wire(now),
            timezone=claim.timezone,
            locale=claim.locale,
            text=claim.text and claim.text[:MAX_MESSAGE_LENGTH],  # joined messages may be longer; enough to understand
            payload=claim.payload,
            state=claim.state,
            customer=wire.Customer(verified=claim.customer_id is not None, tickets=tickets),
        )

    async def _commit(
        self, session: AsyncSession, claim: Claim, turn_id: str, reply: wire.TurnReply, started_at: datetime
    ) -> None:
        now = self._clock.now()
        conversation = await turns.check(session, claim)
        ticket = None
        if reply.handoff is not None:
            draft = reply.case or wire.CaseDraft(type="human_request")
            try:
                ticket = await desk.open_or_join(
                    session, now, conversation, draft, tickets_per_day=self._tickets_per_day
                )
            except desk.TooManyTickets:
                limit = wording.text("limit", conversation.locale, count=self._tickets_per_day)
                reply = wire.TurnReply([wire.BotMessage(limit)], "decline", reply.trace, reply.state)
        reply = fill(reply, conversation, ticket)
        await turns.commit(session, now, conversation, claim, turn_id, reply, started_at)
        if ticket is not None:
            await self._to_queue(session, now, conversation, ticket)
        elif claim.payload is None and reply.outcome != "instant":  # no thanks, and no press: something is the matter
            await offer_reopening(session, now, conversation, outcome=reply.outcome, turn_id=turn_id)

    async def _fail_over(self, claim: Claim) -> None:
        """Give the conversation to people because the assistant did not answer."""
        async with self._database.write() as session:
            now = self._clock.now()
            conversation = await turns.check(session, claim)
            draft = wire.CaseDraft(
                type="other", summary=next((message.text for message in claim.batch if message.text), "")
            )
            ticket = await desk.open_or_join(session, now, conversation, draft, tickets_per_day=None)
            due = wording.due(ticket.due_at, conversation.locale, conversation.timezone)
            text = wording.text("failed", conversation.locale, number=ticket.number, due=due)
            await service.say(session, now, conversation, text, outcome="handoff")
            await turns.finish(session, now, claim)
            await self._to_queue(session, now, conversation, ticket)

    async def _to_queue(
        self, session: AsyncSession, now: datetime, conversation: Conversation, ticket: desk.Opened
    ) -> None:
        if ticket.is_new:
            data = encode(await cards.state_of(session, now, ticket.number))
            await service.append(session, now, conversation, wire.TICKET_OPENED, data)
            await desk.acknowledge(session, now, conversation, ticket.number)
        if conversation.holder == "bot":
            await service.set_holder(session, now, conversation, "queue")

    async def _tell_delay(self, conversation_id: str) -> None:
        async with self._database.write() as session:
            conversation = await service.access_conversation(session, conversation_id)
            if await repository.mark_delay_told(session, conversation_id, self._clock.now()):
                text = wording.text("delay", conversation.locale)
                await service.say(session, self._clock.now(), conversation, text)
