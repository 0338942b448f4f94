"""Claiming, committing and giving up a turn: one at a time per conversation, each message answered once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository, service
from conversations.domain import (
    LEASE_DURATION,
    MAX_DISCARDS,
    Claim,
    StaleTurn,
    Superseded,
    Waiting,
    next_batch,
    ready_at,
    retry_delay,
)
from conversations.models import Conversation, Lease, Turn
from kit import wire


async def claim(session: AsyncSession, now: datetime, conversation_id: str, owner: str) -> Claim | datetime | None:
    """Take the right to answer what waits.

    Returns:
        The claim; or the instant to try again (a fragment waits for more, another has the lease);
        or None when nothing waits.
    """
    conversation = await service.access_conversation(session, conversation_id)
    waiting = await repository.waiting(session, conversation_id)
    if not waiting:
        return None
    if conversation.holder == "agent":
        await repository.mark_done(session, [message.inbox_id for message in waiting])
        return None
    due = ready_at(waiting)
    if due > now:
        return due
    lease = await repository.lease(session, conversation_id)
    if lease is None:
        lease = Lease(conversation_id=conversation_id, fence=0, owner="", expires_at=now)
        session.add(lease)
    if lease.expires_at > now:
        return lease.expires_at
    lease.owner, lease.fence, lease.expires_at = owner, lease.fence + 1, now + LEASE_DURATION
    return _claim(conversation, lease, next_batch(waiting))


def _claim(conversation: Conversation, lease: Lease, batch: list[Waiting]) -> Claim:
    return Claim(
        conversation_id=conversation.id,
        owner=lease.owner,
        fence=lease.fence,
        epoch=conversation.epoch,
        holder=conversation.holder,
        locale=conversation.locale,
        timezone=conversation.timezone,
        customer_id=conversation.customer_id,
        state=conversation.state,
        batch=batch,
    )


async def check(session: AsyncSession, claim: Claim) -> Conversation:
    """Return the conversation, locked, if the claim is still good.

    Raises:
        StaleTurn: another worker or another holder has the conversation.
        Superseded: the customer wrote more; `extend` the claim and answer both.
    """
    conversation = await service.access_conversation(session, claim.conversation_id)
    await _current_lease(session, claim)
    if conversation.epoch != claim.epoch:
        raise StaleTurn(f"Conversation {claim.conversation_id}: its holder changed to {conversation.holder}.")
    if claim.discards < MAX_DISCARDS and claim.payload is None:
        batch = next_batch(await repository.waiting(session, claim.conversation_id))
        if len(batch) > len(claim.batch):
            raise Superseded(f"Conversation {claim.conversation_id}: the customer wrote more.")
    return conversation


async def _current_lease(session: AsyncSession, claim: Claim) -> Lease:
    lease = await repository.lease(session, claim.conversation_id)
    if lease is None or (lease.owner, lease.fence) != (claim.owner, claim.fence):
        raise StaleTurn(f"Conversation {claim.conversation_id}: another worker has the turn.")
    return lease


async def extend(session: AsyncSession, now: datetime, claim: Claim) -> Claim:
    """Return the claim with the messages that came meanwhile, its lease renewed."""
    lease = await _current_lease(session, claim)
    lease.expires_at = now + LEASE_DURATION
    batch = next_batch(await repository.waiting(session, claim.conversation_id))
    return replace(claim, batch=batch, discards=claim.discards + 1)


async def commit(
    session: AsyncSession,
    now: datetime,
    conversation: Conversation,
    claim: Claim,
    turn_id: str,
    reply: wire.TurnReply,
    started_at: datetime,
) -> None:
    """Store the reply of a checked claim: messages, trace, state; the batch is dealt with."""
    for message in reply.messages:
        await service.say_bot_message(session, now, conversation, message, outcome=reply.outcome, turn_id=turn_id)
    conversation.state = reply.state
    conversation.last_turn_id = turn_id
    session.add(
        Turn(
            id=turn_id,
            conversation_id=conversation.id,
            outcome=reply.outcome,
            trace=reply.trace,
            started_at=started_at,
            committed_at=now,
        )
    )
    await finish(session, now, claim)


async def finish(session: AsyncSession, now: datetime, claim: Claim) -> None:
    """Mark the batch as dealt with and let the next one be claimed."""
    await repository.mark_done(session, [message.inbox_id for message in claim.batch])
    await repository.release(session, claim.conversation_id, claim.owner, claim.fence, now)


async def release(session: AsyncSession, now: datetime, claim: Claim) -> None:
    """Let others claim what this claim can no longer answer; nothing happens if it is not current any more."""
    await repository.release(session, claim.conversation_id, claim.owner, claim.fence, now)


async def give_up(session: AsyncSession, now: datetime, claim: Claim, *, counts: bool) -> None:
    """End a turn that failed; it is tried again. `counts` when a ready worker failed at it.

    Raises:
        StaleTurn: another worker has the turn by now, and its own count.
    """
    await _current_lease(session, claim)
    attempts = max(message.attempts for message in claim.batch) + (1 if counts else 0)
    retry_at = now + retry_delay(max(attempts, 1))
    await repository.mark_failed(session, [message.inbox_id for message in claim.batch], attempts, retry_at)
    await repository.release(session, claim.conversation_id, claim.owner, claim.fence, now)
