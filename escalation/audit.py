"""The audit log: who did what, on what, when; written in the transaction of what it tells, and never changed.

An *action* is `noun.past_verb`, such as `role.changed`; an *object* names what it was done to, `agent:<id>` or
`ticket:<number>`. Details say what changed and never a secret or a customer's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from escalation.accounts.models import AuditEntry
from escalation.models import Agent

#: Names of details that would hold a secret.
_SECRET = ("password", "token", "secret", "code", "csrf")
_OBJECT_LENGTH = 160


async def record(
    session: AsyncSession,
    now: datetime,
    actor: Agent | str,
    action: str,
    object: str,
    data: Mapping[str, Any] | None = None,
    *,
    address_hash: str | None = None,
) -> None:
    """Append an entry in the caller's transaction.

    Args:
        actor: who is signed in, or a name for who is not, such as `system`.
        address_hash: keyed hash of the address the request came from.

    Raises:
        ValueError: a detail is named like a secret.
    """
    wrong = next((name for name in data or {} if name in _SECRET), None)
    if wrong is not None:
        raise ValueError(f"'{wrong}' must not stand in the audit log")
    session.add(
        AuditEntry(
            at=now,
            actor_id=actor.id if isinstance(actor, Agent) else None,
            actor_name=actor.name if isinstance(actor, Agent) else actor[:80],
            action=action,
            object=object[:_OBJECT_LENGTH],
            address_hash=address_hash,
            data=dict(data or {}),
        )
    )
    await session.flush()
