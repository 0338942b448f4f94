"""How an agent wants to be told: which kinds by which ways, in which language, and where.

Each verb runs inside the caller's transaction. A Telegram chat is linked by a code that only the console, signed in,
gives out: 10 characters, 10 minutes, good once, stored as a keyed hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.models import Agent
from escalation.outside.domain import DEFAULT_WAYS, clean_ways, is_mail_address
from escalation.outside.models import AgentLinkCode, NoticeSettings
from kit.errors import InvalidRequest

CODE_LIFETIME = timedelta(minutes=10)
#: Two more than a customer's code, so that the two are never taken for each other.
CODE_LENGTH = 10
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = re.compile(rf"[{_ALPHABET}]{{5}}[- ]?[{_ALPHABET}]{{5}}", re.IGNORECASE)
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Reach:
    """How one agent is reached."""

    agent_id: str
    language: str
    ways: Mapping[str, list[str]]
    #: None: no address is known.
    mail_address: str | None
    telegram_chat_id: int | None


async def reach_of(session: AsyncSession, agent: Agent) -> Reach:
    return _reach(agent, await session.get(NoticeSettings, agent.id, populate_existing=True))


async def reach_all(session: AsyncSession, agents: list[Agent]) -> list[Reach]:
    query = select(NoticeSettings).where(NoticeSettings.agent_id.in_([agent.id for agent in agents]))
    rows = {row.agent_id: row for row in (await session.execute(query)).scalars()}
    return [_reach(agent, rows.get(agent.id)) for agent in agents]


def _reach(agent: Agent, row: NoticeSettings | None) -> Reach:
    login = agent.login if is_mail_address(agent.login) else None
    if row is None:
        return Reach(agent.id, "en", {kind: list(ways) for kind, ways in DEFAULT_WAYS.items()}, login, None)
    return Reach(agent.id, row.language, clean_ways(row.ways), row.mail_address or login, row.telegram_chat_id)


async def change(
    session: AsyncSession,
    agent: Agent,
    *,
    ways: Mapping[str, list[str]] | None = None,
    mail_address: str | None = None,
    language: str | None = None,
) -> None:
    """Change what is given; an empty address is the login's again.

    Raises:
        InvalidRequest: an unknown kind, way or language, or no address.
    """
    row = await _row(session, agent.id)
    if ways is not None:
        row.ways = dict(clean_ways({**row.ways, **ways}))
    if mail_address is not None:
        address = mail_address.strip()
        if address and not is_mail_address(address):
            raise InvalidRequest("'mail_address' is not an e-mail address.")
        row.mail_address = address or None
    if language is not None:
        if language not in LANGUAGES:
            raise InvalidRequest(f"'language' must be one of {', '.join(LANGUAGES)}.")
        row.language = language
    await session.flush()


async def _row(session: AsyncSession, agent_id: str) -> NoticeSettings:
    row = await session.get(NoticeSettings, agent_id, populate_existing=True)
    if row is None:
        row = NoticeSettings(agent_id=agent_id, language="en", ways={})
        session.add(row)
    return row


async def new_code(session: AsyncSession, now: datetime, agent: Agent, key: bytes) -> tuple[str, datetime]:
    """Return a code that links one chat to the agent, and when it expires; earlier codes are void."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    gone = (AgentLinkCode.agent_id == agent.id) | (AgentLinkCode.expires_at <= now)
    await session.execute(delete(AgentLinkCode).where(gone))
    expires_at = now + CODE_LIFETIME
    session.add(AgentLinkCode(code_hash=_hash(code, key), agent_id=agent.id, expires_at=expires_at))
    await session.flush()
    return code, expires_at


def code_in(text: str) -> str | None:
    """Return the code a text consists of, if it looks like an agent's."""
    typed = text.strip()
    return re.sub("[- ]", "", typed).upper() if _CODE.fullmatch(typed) else None


async def link_chat(session: AsyncSession, now: datetime, code: str, chat_id: int, key: bytes) -> Agent | None:
    """Link a chat to the agent a code belongs to and void the code; None when it is unknown, used or expired."""
    used = (
        delete(AgentLinkCode)
        .where(AgentLinkCode.code_hash == _hash(code, key))
        .returning(AgentLinkCode.agent_id, AgentLinkCode.expires_at)
    )
    found = (await session.execute(used)).one_or_none()
    if found is None or found.expires_at <= now:
        return None
    row = await _row(session, found.agent_id)
    row.telegram_chat_id = chat_id
    await session.flush()
    return await session.get(Agent, found.agent_id)


async def unlink_chat(session: AsyncSession, agent_id: str) -> None:
    row = await session.get(NoticeSettings, agent_id, populate_existing=True)
    if row is not None:
        row.telegram_chat_id = None
        await session.flush()


def _hash(code: str, key: bytes) -> str:
    """Return what is stored of a code: keyed, because it could be guessed from a plain hash."""
    return hmac.new(key, f"agent:{code}".encode(), hashlib.sha256).hexdigest()
