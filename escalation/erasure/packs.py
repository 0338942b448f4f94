"""Evidence that a customer's facts were the subject of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from escalation.erasure import repository
from escalation.erasure.plan import PARTS
from escalation.evidence import service as evidence
from escalation.evidence.domain import digest
from escalation.evidence.models import EvidencePack


async def blank(
    session: AsyncSession, numbers: Sequence[str], is_gone: Callable[[EvidencePack], bool] = lambda _: True
) -> None:
    """Leave tombstones of the packs of these tickets, or of some of them, each with the hash of what is left of it."""
    ids = [pack.id for pack in await repository.packs(session, numbers) if is_gone(pack)]
    for part in PARTS:
        if part.of == "pack":
            await repository.erase(session, part, ids)
    for pack in await repository.packs(session, numbers):
        if pack.id in ids:
            pack.sha256 = digest(evidence.manifest(pack))
    await session.flush()
