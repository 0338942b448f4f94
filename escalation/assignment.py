"""Who gets which waiting ticket: pure, over tickets and workers; nothing here reads a clock or a database.

Skills must match: a worker has the ticket's queue and speaks its language. The most
urgent ticket goes first (priority, then deadline), to the least loaded worker, among
equals to the one who was given nothing for longest. So that no ticket starves while
urgent ones keep coming, every OLDEST_TURN-th ticket a worker gets is the one that has
waited longest, whatever its priority: of the tickets older than a given one there are
only finitely many, and each such turn takes one of them away. A P1 alert therefore
waits for at most one other ticket per worker, even when the whole backlog is late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

OLDEST_TURN = 4
#: A ticket that waits on the customer takes room this long after the last reply: the chat may go on any moment.
WARM_FOR = timedelta(minutes=30)

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class WaitingTicket:
    number: str
    queue: str
    language: str
    priority: str
    due_at: datetime
    created_at: datetime

    @property
    def urgency(self) -> tuple[str, datetime, str]:
        return (self.priority, self.due_at, self.number)

    @property
    def age(self) -> tuple[datetime, str]:
        return (self.created_at, self.number)


@dataclass
class Worker:
    """An agent who is online; `given` counts all tickets they ever got, `load` those that take room now."""

    id: str
    queues: Collection[str]
    languages: Collection[str]
    capacity: int
    load: int
    given: int
    last_assigned_at: datetime | None

    @property
    def room(self) -> int:
        return max(self.capacity - self.load, 0)

    @property
    def must_take_oldest(self) -> bool:
        return is_oldest_turn(self.given)

    @property
    def turn(self) -> tuple[int, datetime, str]:
        return (self.load, self.last_assigned_at or _NEVER, self.id)

    def serves(self, queue: str, language: str) -> bool:
        return queue in self.queues and language in self.languages

    def get(self, now: datetime) -> None:
        self.load, self.given, self.last_assigned_at = self.load + 1, self.given + 1, now


def is_oldest_turn(given: int) -> bool:
    """Tell whether the next ticket of somebody who got that many is the longest waiting one."""
    return given % OLDEST_TURN == OLDEST_TURN - 1


def assign(tickets: Iterable[WaitingTicket], workers: Sequence[Worker], now: datetime) -> list[tuple[str, str]]:
    """Return pairs (ticket number, worker id) in the order they were made; the workers' loads grow with them."""
    waiting = {ticket.number: ticket for ticket in sorted(tickets, key=lambda ticket: ticket.urgency)}
    pairs = []
    while (found := _most_urgent(waiting.values(), workers)) is not None:
        ticket, worker = found
        if worker.must_take_oldest:
            theirs = [other for other in waiting.values() if worker.serves(other.queue, other.language)]
            ticket = min(theirs, key=lambda other: other.age)
        worker.get(now)
        pairs.append((waiting.pop(ticket.number).number, worker.id))
    return pairs


def _most_urgent(tickets: Iterable[WaitingTicket], workers: Sequence[Worker]) -> tuple[WaitingTicket, Worker] | None:
    """Return the first ticket somebody has the skills and the room for, with whose turn it is."""
    free = [worker for worker in workers if worker.room]
    for ticket in tickets if free else ():
        able = [worker for worker in free if worker.serves(ticket.queue, ticket.language)]
        if able:
            return ticket, min(able, key=lambda worker: worker.turn)
    return None
