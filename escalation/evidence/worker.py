"""Collects evidence: by itself for open disputes, and when an agent asks.

A look at the tickets finds one to collect for: an open dispute without a pack, or one whose pack
may have become better, because its window was not over, the exchange was down, or facts were
missing. A pack that says nothing new is not stored, and the next look is later. Replicas may
collect the same at the same time; the table's unique key lets one of them store it.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import datetime

from conversations.database import Database
from escalation.evidence import domain, repository, service
from escalation.evidence.collect import Collector
from escalation.evidence.domain import CollectedMeanwhile, JustCollected, Note, Subject
from escalation.evidence.models import EvidencePack
from escalation.models import Ticket
from exchange.client import ExchangeClient
from kit.clock import Clock

log = logging.getLogger(__name__)

#: How often tickets are looked at, in seconds.
LOOK_SECONDS = 10.0
#: Rest after a pack, in seconds: it may have cost nine of the 30 requests a minute.
REST_SECONDS = 30.0


class EvidenceWorker:
    """Collects and stores; `client` is None where no exchange is set."""

    def __init__(
        self,
        database: Database,
        client: ExchangeClient | None,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sleep = sleep
        self._collector = Collector(database, client, clock)
        #: Tickets that cannot be worked on; left to the next start, so that they keep nobody waiting.
        self._failed: set[str] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            is_busy = False
            try:
                is_busy = await self.look()
            except Exception:
                log.exception("Looking for disputes failed; trying again in %s s.", LOOK_SECONDS)
            await self._sleep(REST_SECONDS if is_busy else LOOK_SECONDS)

    async def look(self) -> bool:
        """Collect for one ticket that waits; returns whether the exchange was asked."""
        found = await self._next()
        if found is None:
            return False
        ticket, last = found
        try:
            return await self._collect(ticket, last)
        except CollectedMeanwhile:
            return True
        except Exception:
            self._failed.add(ticket.number)
            log.exception("Evidence for %s cannot be collected.", ticket.number)
            return True

    async def _next(self) -> tuple[Ticket, EvidencePack | None] | None:
        async with self._database.read() as session:
            ticket = await repository.ticket_without_pack(session, self._failed)
            if ticket is not None:
                return ticket, None
            return await repository.ticket_to_look_at(session, self._clock.now(), self._failed)

    async def _collect(self, ticket: Ticket, last: EvidencePack | None) -> bool:
        subject = _subject(ticket, last)
        if last is not None and subject == Subject(**last.subject) and _needs_facts(last):
            await self._postpone(last, self._clock.now())
            return False
        collected = await self._collector.collect(ticket.case, subject)
        if last is not None and not service.is_news(collected, last):
            await self._postpone(last, collected.collected_at)
            return True
        async with self._database.write() as session:
            await service.store(session, ticket, collected, after=last.sequence if last else 0)
        return True

    async def _postpone(self, last: EvidencePack, now: datetime) -> None:
        async with self._database.write() as session:
            await repository.look_again(session, last.id, domain.postponed(last.collected_at, now))

    async def collect_for(self, agent_name: str, ticket: Ticket, subject: Subject) -> EvidencePack:
        """Collect because an agent asks, and store it beside the packs there are.

        Raises:
            NotADispute: the ticket's case has no evidence.
            JustCollected: the same was collected less than a minute ago.
            CollectedMeanwhile: somebody else's was stored first.
        """
        service.check_is_dispute(ticket)
        async with self._database.read() as session:
            last = await repository.newest_pack(session, ticket.number)
        if last is not None and last.subject == vars(subject):
            self._check_pause(last)
        collected = await self._collector.collect(ticket.case, subject)
        async with self._database.write() as session:
            after = last.sequence if last else 0
            return await service.store(session, ticket, collected, after=after, requested_by=agent_name)

    def _check_pause(self, last: EvidencePack) -> None:
        left = last.collected_at + domain.REFETCH_AFTER - self._clock.now()
        if (seconds := math.ceil(left.total_seconds())) > 0:
            raise JustCollected(f"This was collected just now. Ask again in {seconds} s.", seconds)


def _subject(ticket: Ticket, last: EvidencePack | None) -> Subject:
    """What an agent asked for is asked again as they asked it; else the ticket's facts count."""
    return Subject(**last.subject) if last is not None and last.requested_by else domain.subject_of(ticket.fields)


def _needs_facts(pack: EvidencePack) -> bool:
    return domain.needs_facts(Note(part.missing["code"]) for part in pack.parts if part.missing)
